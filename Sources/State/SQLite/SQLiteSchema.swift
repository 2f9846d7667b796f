import GRDB

/// The tables of the state file, as a list of migrations to which one only ever appends.
enum SQLiteSchema {
    /// Marks a SQLite file as ours (`PRAGMA application_id`): "clnd".
    static let applicationID: Int32 = 0x636C_6E64

    /// Released migrations are never renamed, reordered or edited.
    static func migrator() -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 runs", foreignKeyChecks: .immediate) { try $0.execute(sql: runs) }
        migrator.registerMigration("2 saved plans", foreignKeyChecks: .immediate) { try $0.execute(sql: savedPlans) }
        migrator.registerMigration("3 stamps and settings", foreignKeyChecks: .immediate) {
            try $0.execute(sql: stampsAndSettings)
        }
        migrator.registerMigration("4 batches", foreignKeyChecks: .immediate) { try $0.execute(sql: batches) }
        migrator.registerMigration("5 jobs and leases", foreignKeyChecks: .immediate) {
            try $0.execute(sql: jobsAndLeases)
        }
        migrator.registerMigration("6 calls", foreignKeyChecks: .immediate) { try $0.execute(sql: calls) }
        migrator.registerMigration("7 messages of calls", foreignKeyChecks: .immediate) {
            try $0.execute(sql: messagesOfCalls)
        }
        return migrator
    }

    // Times are nanoseconds since 1970. `block` and `outcome` are apart, because an outcome that shared the row of its
    // block would have SQLite write the block again.
    private static let runs = """
        CREATE TABLE run (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            task TEXT NOT NULL,
            cycle TEXT,
            trigger TEXT NOT NULL,
            requested_by TEXT,
            dry_run INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            pid INTEGER NOT NULL,
            policy_digest TEXT NOT NULL,
            cutoff INTEGER NOT NULL,
            seal_digest TEXT,
            seal_blocks INTEGER NOT NULL DEFAULT 0,
            seal_items INTEGER NOT NULL DEFAULT 0,
            examined INTEGER NOT NULL DEFAULT 0,
            remove INTEGER NOT NULL DEFAULT 0,
            compress INTEGER NOT NULL DEFAULT 0,
            keep INTEGER NOT NULL DEFAULT 0,
            planned_bytes INTEGER NOT NULL DEFAULT 0,
            deleted INTEGER NOT NULL DEFAULT 0,
            compressed INTEGER NOT NULL DEFAULT 0,
            updated INTEGER NOT NULL DEFAULT 0,
            gone INTEGER NOT NULL DEFAULT 0,
            changed INTEGER NOT NULL DEFAULT 0,
            in_use INTEGER NOT NULL DEFAULT 0,
            failed INTEGER NOT NULL DEFAULT 0,
            freed_bytes INTEGER NOT NULL DEFAULT 0,
            ended_at INTEGER,
            outcome TEXT,
            failure TEXT,
            duration REAL NOT NULL DEFAULT 0,
            message TEXT,
            items_pruned INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX run_by_task ON run(task, id);
        CREATE INDEX run_by_end ON run(ended_at);
        CREATE TABLE block (
            run INTEGER NOT NULL REFERENCES run(number) ON DELETE CASCADE,
            sequence INTEGER NOT NULL,
            items INTEGER NOT NULL,
            bytes BLOB NOT NULL,
            PRIMARY KEY (run, sequence)
        ) STRICT;
        CREATE TABLE outcome (
            run INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            bytes BLOB NOT NULL,
            PRIMARY KEY (run, sequence),
            FOREIGN KEY (run, sequence) REFERENCES block(run, sequence) ON DELETE CASCADE
        ) STRICT;
        """

    private static let savedPlans = """
        CREATE TABLE saved_plan (
            id TEXT NOT NULL PRIMARY KEY,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            created_by TEXT,
            configuration_digest TEXT NOT NULL,
            digest TEXT NOT NULL,
            applied_at INTEGER,
            applied_by TEXT
        ) STRICT;
        CREATE TABLE saved_plan_part (
            plan TEXT NOT NULL REFERENCES saved_plan(id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            task TEXT NOT NULL,
            run INTEGER NOT NULL REFERENCES run(number) ON DELETE CASCADE,
            digest TEXT NOT NULL,
            blocks INTEGER NOT NULL,
            items INTEGER NOT NULL,
            PRIMARY KEY (plan, position)
        ) STRICT;
        CREATE INDEX saved_plan_part_by_run ON saved_plan_part(run);
        """

    private static let batches = """
        CREATE TABLE batch (
            run INTEGER NOT NULL REFERENCES run(number) ON DELETE CASCADE,
            sequence INTEGER NOT NULL,
            row_limit INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            rows INTEGER,
            seconds REAL NOT NULL,
            PRIMARY KEY (run, sequence)
        ) STRICT, WITHOUT ROWID;
        """

    private static let stampsAndSettings = """
        CREATE TABLE stamp (
            scope TEXT NOT NULL,
            name TEXT NOT NULL,
            value REAL NOT NULL,
            PRIMARY KEY (scope, name)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE setting (
            key TEXT NOT NULL PRIMARY KEY,
            json TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    private static let jobsAndLeases = """
        ALTER TABLE run ADD COLUMN host TEXT NOT NULL DEFAULT '';
        ALTER TABLE run ADD COLUMN epoch INTEGER;
        CREATE TABLE job (
            id TEXT NOT NULL PRIMARY KEY,
            json TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE lock_epoch (
            lock TEXT NOT NULL PRIMARY KEY,
            epoch INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    private static let calls = """
        CREATE TABLE call (
            id TEXT NOT NULL PRIMARY KEY,
            at INTEGER NOT NULL,
            who TEXT NOT NULL,
            address TEXT NOT NULL,
            call TEXT NOT NULL,
            detail TEXT NOT NULL,
            status INTEGER,
            ended_at INTEGER
        ) STRICT;
        ALTER TABLE run ADD COLUMN request TEXT;
        CREATE INDEX run_by_request ON run(request, id) WHERE request IS NOT NULL;
        """

    private static let messagesOfCalls = "ALTER TABLE call ADD COLUMN message TEXT;"
}
