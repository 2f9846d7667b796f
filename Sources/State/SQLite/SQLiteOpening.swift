import GRDB

/// The steps from a path to a usable database: recognise, initialise, migrate.
///
/// The caller holds the opening lock, and has made sure that `path` is a regular file.
struct SQLiteOpening {
    let path: String
    /// How long a transaction waits for one of another process.
    let busySeconds: Double
    /// Who opens it.
    var owner = StateOwner.daemon

    /// Larger pages make blobs of some 60 KB cheaper, smaller ones single rows.
    private static let pageSize = 8192
    /// Pages in the log after which SQLite itself brings it into the database: 128 MiB, far above one usual plan,
    /// because bringing it over waits for the disk.
    private static let checkpointPages = 16_384
    /// What of the log's file stays once the log is empty.
    private static let logFileLimit = 1 << 20

    /// Of every connection: no file of its own, and no trust in what the file holds.
    private static let wary = """
        PRAGMA temp_store = MEMORY;
        PRAGMA trusted_schema = OFF;
        PRAGMA cell_size_check = ON;
        """

    func open() throws -> DatabasePool {
        try recognise()
        var configuration = self.configuration
        configuration.maximumReaderCount = 2
        configuration.prepareDatabase { database in
            try database.execute(sql: Self.wary)
            try database.execute(
                sql: """
                    PRAGMA wal_autocheckpoint = \(Self.checkpointPages);
                    PRAGMA journal_size_limit = \(Self.logFileLimit);
                    """
            )
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        let migrator = SQLiteSchema.migrator()
        if try pool.read({ try !migrator.hasCompletedMigrations($0) }) { try migrator.migrate(pool) }
        return pool
    }

    /// The store as it is, to be read only: neither made, marked nor migrated.
    func openForReading() throws -> DatabasePool {
        var configuration = self.configuration
        configuration.readonly = true
        configuration.prepareDatabase { try $0.execute(sql: Self.wary) }
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.read { database in
            guard try Int32.fetchOne(database, sql: "PRAGMA application_id") == SQLiteSchema.applicationID else {
                throw StateError(.foreign, "\(path) is no state file of cleanupd. Name another path (state).")
            }
            try refuseOthers(database)
            try refuseNewer(database)
            guard try SQLiteSchema.migrator().hasCompletedMigrations(database) else {
                throw StateError(
                    .olderSchema,
                    "State file \(path) was written by an older cleanupd. Start this version's service or a run once: "
                        + "that brings it up to date."
                )
            }
        }
        return pool
    }

    /// Settings of a store as it is, of whatever version: nothing is made, marked or migrated.
    func settings() throws -> [String: String] {
        var configuration = self.configuration
        configuration.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        defer { withExtendedLifetime(queue) {} }
        return try queue.read { database in
            guard try database.tableExists("setting") else { return [:] }
            try refuseOthers(database)
            let rows = try Row.fetchAll(database, sql: "SELECT key, json FROM setting")
            return try rows.reduce(into: [:]) { settings, row in
                settings[try row.decode(String.self, atIndex: 0)] = try row.decode(String.self, atIndex: 1)
            }
        }
    }

    private var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(busySeconds)
        configuration.label = "cleanupd.state"
        return configuration
    }

    /// Tells ours from foreign, and marks an empty file as ours. Changes nothing else: the mode of the log (WAL), which
    /// the pool sets, would be a change to somebody's file.
    private func recognise() throws {
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { database in
            let mark = try Int32.fetchOne(database, sql: "PRAGMA application_id")
            if mark == SQLiteSchema.applicationID {
                try refuseOthers(database)
                try refuseNewer(database)
                return
            }
            let sql = "SELECT COUNT(*) FROM sqlite_schema"  // banned-ok: a dozen rows, once when the store is opened
            let tables = try Int.fetchOne(database, sql: sql)
            guard mark == 0, tables == 0 else {
                throw StateError(
                    .foreign,
                    "\(path) is a SQLite database of another program. It stays as it is; name another path (state)."
                )
            }
            try database.execute(
                sql: """
                    PRAGMA page_size = \(Self.pageSize);
                    PRAGMA auto_vacuum = INCREMENTAL;
                    PRAGMA application_id = \(SQLiteSchema.applicationID);
                    """
            )
        }
        try queue.close()
    }

    /// Whether an embedder takes a file of a daemon, only its history tells, which the embedder asks.
    private func refuseOthers(_ database: Database) throws {
        guard owner == .daemon, try database.tableExists("setting") else { return }
        let sql = "SELECT json FROM setting WHERE key = ?"
        guard try String.fetchOne(database, sql: sql, arguments: [StateOwner.mark]) != nil else { return }
        throw StateError(
            .foreign,
            "\(path) is the state of a program that has the engine built in, not of a cleanupd. It stays as it is; name "
                + "another path (state)."
        )
    }

    private func refuseNewer(_ database: Database) throws {
        guard try database.tableExists("grdb_migrations"), try SQLiteSchema.migrator().hasBeenSuperseded(database)
        else {
            return
        }
        throw StateError(
            .newerSchema,
            "State file \(path) was written by a newer cleanupd. Install that version, or name another path (state)."
        )
    }
}
