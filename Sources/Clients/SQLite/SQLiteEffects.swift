import GRDBSQLite

/// What a statement would do besides what it says: rows of other tables that go with foreign keys, and triggers.
///
/// SQLite itself tells, as it does when it compiles the statement: also what follows from what follows.
package struct SQLiteEffects: Sendable, Equatable {
    /// Tables that lose rows because of ON DELETE CASCADE.
    package var cascades: Set<String>
    package var triggers: Set<String>

    package init(cascades: Set<String> = [], triggers: Set<String> = []) {
        self.cascades = cascades
        self.triggers = triggers
    }

    /// Finds them by compiling `sql`, which is not run, on a connection of its own.
    ///
    /// Throws `SQLiteError`, also where a trigger calls a function that only the application has.
    /// - Parameters:
    ///   - sql: changes `table`; without parameters.
    package static func find(of sql: String, on table: String, at connection: SQLiteConnection) throws -> SQLiteEffects
    {
        var names: Set<String> = []
        for row in try connection.query("SELECT name FROM sqlite_schema WHERE type = 'trigger'") {
            if let name = row.first?.text { names.insert(name) }
        }
        return try compile(sql, on: table, triggers: names, connection)
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

    private static func compile(
        _ sql: String,
        on table: String,
        triggers: Set<String>,
        _ connection: SQLiteConnection
    ) throws(SQLiteError) -> SQLiteEffects {
        var handle: OpaquePointer?
        defer { sqlite3_close_v2(handle) }
        let name = connection.failure.name
        func check(_ code: Int32) throws(SQLiteError) {
            guard code != SQLITE_OK else { return }
            // SQLITE_CANTOPEN, SQLITE_BUSY, SQLITE_ERROR, …; the message is SQLite's.
            let text = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            throw SQLiteError(.statement, "\(name): its triggers cannot be looked at: \(text).", resultCode: code)
        }
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
        try check(sqlite3_open_v2(connection.address, &handle, flags, nil))
        try check(sqlite3_busy_timeout(handle, Int32(connection.busySeconds * 1000)))
        try check(sqlite3_exec(handle, "PRAGMA foreign_keys = ON", nil, nil, nil))
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
        var statement: OpaquePointer?
        try withExtendedLifetime(log) { () throws(SQLiteError) in
            try check(sqlite3_prepare_v2(handle, sql, -1, &statement, nil))
        }
        sqlite3_finalize(statement)
        return log.effects
    }
}
