/// The tables of a store in PostgreSQL, as a list of migrations to which one only ever appends.
///
/// Times are nanoseconds since 1970, as SQLite's, because timestamptz ends at microseconds and versions are compared
/// exactly. Texts that are compared have the collation "C": the order of identities is the order of their bytes.
/// Tokens tell who wrote a row, for calls whose COMMIT was not confirmed.
enum PostgresSchema {
    struct Migration {
        /// From 1, without a gap.
        let number: Int
        let name: String
        let sql: String
    }

    /// Released migrations are never renamed, reordered or edited.
    static func migrations(_ tables: PostgresTables) -> [Migration] {
        let all = [
            ("runs", runs(tables)), ("saved plans", savedPlans(tables)),
            ("stamps and settings", stampsAndSettings(tables)), ("batches", batches(tables)),
            ("jobs and leases", jobsAndLeases(tables)), ("calls", calls(tables)),
            ("messages of calls", "ALTER TABLE \(tables.call) ADD COLUMN message text"),
        ]
        return all.enumerated().map { Migration(number: $0 + 1, name: $1.0, sql: $1.1) }
    }

    /// What tells a store of ours from somebody's tables.
    static func migrationTable(_ tables: PostgresTables) -> String {
        """
        CREATE TABLE \(tables.migration) (
            number bigint PRIMARY KEY,
            name text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        );
        COMMENT ON TABLE \(tables.migration) IS 'State of cleanupd: what has been applied to this schema, and when.'
        """
    }

    private static func runs(_ tables: PostgresTables) -> String { runTable(tables) + "\n" + blocks(tables) }

    private static func runTable(_ tables: PostgresTables) -> String {
        """
        CREATE TABLE \(tables.run) (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            id text COLLATE "C" NOT NULL UNIQUE,
            task text COLLATE "C" NOT NULL,
            cycle text,
            trigger text NOT NULL,
            requested_by text,
            dry_run boolean NOT NULL,
            started_at bigint NOT NULL,
            pid bigint NOT NULL,
            policy_digest text NOT NULL,
            cutoff bigint NOT NULL,
            begin_token bigint NOT NULL,
            seal_token bigint,
            seal_digest text,
            seal_blocks bigint NOT NULL DEFAULT 0,
            seal_items bigint NOT NULL DEFAULT 0,
            \(countsOfRun),
            end_token bigint,
            ended_at bigint,
            outcome text,
            failure text,
            duration double precision NOT NULL DEFAULT 0,
            message text,
            items_pruned boolean NOT NULL DEFAULT false
        );
        CREATE INDEX run_by_task ON \(tables.run) (task, id);
        CREATE INDEX run_by_end ON \(tables.run) (ended_at);
        CREATE INDEX run_without_end ON \(tables.run) (id) WHERE ended_at IS NULL;
        """
    }

    /// Planned and done.
    private static let countsOfRun = """
        examined bigint NOT NULL DEFAULT 0,
        remove bigint NOT NULL DEFAULT 0,
        compress bigint NOT NULL DEFAULT 0,
        keep bigint NOT NULL DEFAULT 0,
        planned_bytes bigint NOT NULL DEFAULT 0,
        deleted bigint NOT NULL DEFAULT 0,
        compressed bigint NOT NULL DEFAULT 0,
        updated bigint NOT NULL DEFAULT 0,
        gone bigint NOT NULL DEFAULT 0,
        changed bigint NOT NULL DEFAULT 0,
        in_use bigint NOT NULL DEFAULT 0,
        failed bigint NOT NULL DEFAULT 0,
        freed_bytes bigint NOT NULL DEFAULT 0
        """

    // `block` and `outcome` are apart, because an outcome that shared the row of its block would have the block written
    // again. Bytes are not compressed: they are compact already, and the attempt costs more than it saves.
    private static func blocks(_ tables: PostgresTables) -> String {
        """
        CREATE TABLE \(tables.block) (
            run bigint NOT NULL REFERENCES \(tables.run) (number) ON DELETE CASCADE,
            sequence bigint NOT NULL,
            items bigint NOT NULL,
            token bigint NOT NULL,
            bytes bytea NOT NULL,
            PRIMARY KEY (run, sequence)
        );
        ALTER TABLE \(tables.block) ALTER COLUMN bytes SET STORAGE EXTERNAL;
        CREATE TABLE \(tables.outcome) (
            run bigint NOT NULL,
            sequence bigint NOT NULL,
            bytes bytea NOT NULL,
            PRIMARY KEY (run, sequence),
            FOREIGN KEY (run, sequence) REFERENCES \(tables.block) (run, sequence) ON DELETE CASCADE
        );
        ALTER TABLE \(tables.outcome) ALTER COLUMN bytes SET STORAGE EXTERNAL
        """
    }

    private static func savedPlans(_ tables: PostgresTables) -> String {
        """
        CREATE TABLE \(tables.savedPlan) (
            id text COLLATE "C" PRIMARY KEY,
            created_at bigint NOT NULL,
            expires_at bigint NOT NULL,
            created_by text,
            configuration_digest text NOT NULL,
            digest text NOT NULL,
            save_token bigint NOT NULL,
            apply_token bigint,
            applied_at bigint,
            applied_by text
        );
        CREATE TABLE \(tables.savedPlanPart) (
            plan text COLLATE "C" NOT NULL REFERENCES \(tables.savedPlan) (id) ON DELETE CASCADE,
            position bigint NOT NULL,
            task text COLLATE "C" NOT NULL,
            run bigint NOT NULL REFERENCES \(tables.run) (number) ON DELETE CASCADE,
            digest text NOT NULL,
            blocks bigint NOT NULL,
            items bigint NOT NULL,
            PRIMARY KEY (plan, position)
        );
        CREATE INDEX saved_plan_part_by_run ON \(tables.savedPlanPart) (run)
        """
    }

    private static func stampsAndSettings(_ tables: PostgresTables) -> String {
        """
        CREATE TABLE \(tables.stamp) (
            scope text COLLATE "C" NOT NULL,
            name text COLLATE "C" NOT NULL,
            value double precision NOT NULL,
            PRIMARY KEY (scope, name)
        );
        CREATE TABLE \(tables.setting) (
            key text COLLATE "C" PRIMARY KEY,
            json text NOT NULL
        )
        """
    }

    private static func batches(_ tables: PostgresTables) -> String {
        """
        CREATE TABLE \(tables.batch) (
            run bigint NOT NULL REFERENCES \(tables.run) (number) ON DELETE CASCADE,
            sequence bigint NOT NULL,
            row_limit bigint NOT NULL,
            started_at bigint NOT NULL,
            rows bigint,
            seconds double precision NOT NULL,
            PRIMARY KEY (run, sequence)
        )
        """
    }

    private static func jobsAndLeases(_ tables: PostgresTables) -> String {
        """
        ALTER TABLE \(tables.run) ADD COLUMN host text NOT NULL DEFAULT '', ADD COLUMN epoch bigint;
        CREATE TABLE \(tables.job) (
            id text COLLATE "C" PRIMARY KEY,
            json text NOT NULL
        );
        CREATE TABLE \(tables.lockEpoch) (
            lock text COLLATE "C" PRIMARY KEY,
            epoch bigint NOT NULL
        )
        """
    }

    private static func calls(_ tables: PostgresTables) -> String {
        """
        CREATE TABLE \(tables.call) (
            id text COLLATE "C" PRIMARY KEY,
            at bigint NOT NULL,
            who text NOT NULL,
            address text NOT NULL,
            call text NOT NULL,
            detail text NOT NULL,
            status bigint,
            ended_at bigint
        );
        ALTER TABLE \(tables.run) ADD COLUMN request text COLLATE "C";
        CREATE INDEX run_by_request ON \(tables.run) (request, id) WHERE request IS NOT NULL
        """
    }
}
