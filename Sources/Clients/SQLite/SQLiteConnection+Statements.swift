import Foundation
import GRDB
import GRDBSQLite

extension SQLiteConnection {
    /// The declared type of the first column of a query, if that is a column of a table.
    package func declaredType(ofFirstColumnOf sql: String) throws -> String? {
        try perform(isCancelled: { false }) { database in
            let statement = try database.cachedStatement(sql: sql)
            return sqlite3_column_decltype(statement.sqliteStatement, 0).map { String(cString: $0) }
        }
    }

    /// Changes whenever another connection has committed something; not by what this one does.
    package func dataVersion(isCancelled: () -> Bool = { false }) throws -> Int64 {
        try query("PRAGMA data_version", isCancelled: isCancelled).first?.first?.integer ?? 0
    }

    /// Runs one statement and gives all its rows; they are in memory.
    ///
    /// Parameters are `?1`, `?2`, …; values that the statement does not use may follow. Throws `SQLiteError`.
    /// - Parameter limitSeconds: longer ends with `.timeout`; `nil` = no limit.
    package func query(
        _ sql: String,
        _ parameters: [SQLiteValue] = [],
        limitSeconds: Double? = nil,
        isCancelled: () -> Bool = { false }
    ) throws -> [[SQLiteValue]] {
        var rows: [[SQLiteValue]] = []
        try stream(sql, parameters, limitSeconds: limitSeconds, isCancelled: isCancelled) { row in
            rows.append(try row.values())
            return true
        }
        return rows
    }

    /// Runs one statement and hands out its rows one after another, in bounded memory; `row` ends it with false.
    package func stream(
        _ sql: String,
        _ parameters: [SQLiteValue] = [],
        limitSeconds: Double? = nil,
        isCancelled: () -> Bool = { false },
        row: (SQLiteRow) throws -> Bool
    ) throws {
        try perform(isCancelled: isCancelled, limitSeconds: limitSeconds) { database in
            let statement = try database.cachedStatement(sql: sql)
            let cursor = try Row.fetchCursor(statement, arguments: try arguments(parameters, of: statement))
            let current = SQLiteRow(statement: statement.sqliteStatement, failure: failure)
            while try cursor.next() != nil {
                guard try row(current) else { return }
            }
        }
    }

    /// Runs one statement and gives the number of rows that it inserted, changed or deleted by itself: without those of
    /// triggers and foreign keys.
    @discardableResult
    package func execute(
        _ sql: String,
        _ parameters: [SQLiteValue] = [],
        limitSeconds: Double? = nil,
        isCancelled: () -> Bool = { false }
    ) throws -> Int {
        try perform(isCancelled: isCancelled, limitSeconds: limitSeconds) { database in
            let statement = try database.cachedStatement(sql: sql)
            try statement.execute(arguments: try arguments(parameters, of: statement))
            return statement.isReadonly ? 0 : database.changesCount
        }
    }

    /// Runs several statements without parameters: for schemas.
    package func executeScript(_ sql: String) throws {
        try perform(isCancelled: { false }) { try $0.execute(sql: sql) }
    }

    private func arguments(_ parameters: [SQLiteValue], of statement: Statement) throws -> StatementArguments {
        // The highest number that the statement uses.
        let count = Int(sqlite3_bind_parameter_count(statement.sqliteStatement))
        guard count <= parameters.count else {
            throw SQLiteError(.statement, "A statement on \(failure.name) uses ?\(count), which has no value.")
        }
        return StatementArguments(
            try parameters.prefix(count).map { value -> DatabaseValue in
                switch value {
                case .null: return .null
                case .integer(let value): return value.databaseValue
                case .real(let value): return value.databaseValue
                case .text(let text):
                    // It would end there, and so name something else.
                    guard !text.utf8.contains(0) else {
                        throw SQLiteError(.encoding, "A text with a zero byte cannot be given to \(failure.name).")
                    }
                    return text.databaseValue
                case .blob(let bytes): return Data(bytes).databaseValue
                }
            }
        )
    }
}
