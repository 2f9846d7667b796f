import GRDBSQLite

/// Finds the `SQLiteEffects` of statements, by compiling them on a connection of its own that runs nothing.
///
/// Opened before a transaction that reads, and of use in it: it reads the schema when it is opened, and no file
/// afterwards. Where the journal is a rollback journal, a connection that asks for the file while another of the same
/// thread reads it would wait for a writer of this process that waits for the reader. Belongs to one thread.
package final class SQLiteCompiler {
    private let failure: SQLiteFailure
    private var handle: OpaquePointer?
    /// Of the schema that was read.
    private let schemaVersion: Int64
    private let triggers: Set<String>

    /// Blocking. Throws `SQLiteError`.
    package init(beside connection: SQLiteConnection) throws {
        failure = connection.failure
        do {
            // In this order: a change in between is found by `find`.
            schemaVersion = try connection.query("PRAGMA schema_version").first?.first?.integer ?? 0
            let rows = try connection.query("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
            triggers = Set(rows.compactMap { $0.first?.text })
            let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
            try check(sqlite3_open_v2(connection.address, &handle, flags, nil))
            try check(sqlite3_busy_timeout(handle, Int32(connection.busySeconds * 1000)))
            try check(sqlite3_exec(handle, "PRAGMA foreign_keys = ON; SELECT 1 FROM sqlite_schema", nil, nil, nil))
        } catch {
            sqlite3_close_v2(handle)
            throw error
        }
    }

    deinit { sqlite3_close_v2(handle) }

    /// Blocking. Throws `SQLiteError`: `.busy` where the schema has changed since; `.statement` also where a trigger calls
    /// a function that only the application has.
    /// - Parameters:
    ///   - sql: changes `table`; without parameters. It is not run.
    ///   - connection: the one beside which this was opened; it may be in a transaction.
    package func effects(of sql: String, on table: String, at connection: SQLiteConnection) throws -> SQLiteEffects {
        let version = try connection.query("PRAGMA schema_version").first?.first?.integer ?? 0
        guard version == schemaVersion else {
            throw SQLiteError(.busy, "The schema of \(failure.name) was changed just now. The next run reads it anew.")
        }
        let log = Log(table: table, known: triggers)
        try check(
            sqlite3_set_authorizer(
                handle,
                { data, action, object, _, _, context in
                    guard let data else { return SQLITE_OK }
                    Unmanaged<Log>.fromOpaque(data).takeUnretainedValue()
                        .note(action, object.map { String(cString: $0) }, context: context.map { String(cString: $0) })
                    return SQLITE_OK
                },
                Unmanaged.passUnretained(log).toOpaque()
            )
        )
        defer { sqlite3_set_authorizer(handle, nil, nil) }
        var statement: OpaquePointer?
        try withExtendedLifetime(log) { () throws(SQLiteError) in
            try check(sqlite3_prepare_v2(handle, sql, -1, &statement, nil))
        }
        sqlite3_finalize(statement)
        return log.effects
    }

    private func check(_ code: Int32) throws(SQLiteError) {
        switch code & 0xff {
        case SQLITE_OK: return
        case SQLITE_BUSY:
            throw SQLiteError(.busy, "\(failure.name) \(failure.busyWords)", resultCode: code)
        default:
            // SQLITE_CANTOPEN, SQLITE_ERROR, …; the message is SQLite's.
            let text = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            throw SQLiteError(
                .statement,
                "\(failure.name): its triggers cannot be looked at: \(text).",
                resultCode: code
            )
        }
    }

    /// Gathers what SQLite reports while it compiles.
    private final class Log {
        let table: String
        let known: Set<String>
        var effects = SQLiteEffects()
        private var isBegun = false

        init(table: String, known: Set<String>) {
            self.table = table
            self.known = known
        }

        func note(_ action: Int32, _ object: String?, context: String?) {
            if let context {
                // Views report themselves in the same place.
                if known.contains(context) { effects.triggers.insert(context) }
            } else if action == SQLITE_DELETE, let object {
                // The first one is the statement itself; the same table again is a cascade within it.
                if isBegun || object != table { effects.cascades.insert(object) }
                isBegun = true
            }
        }
    }
}
