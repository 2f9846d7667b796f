import Clients
import Retention

/// Reads in one transaction of a connection that cannot write.
struct SQLiteReader: RowsReader {
    let session: SQLiteSession
    let compiler: SQLiteCompiler
    let timeoutSeconds: Double?
    let isCancelled: () -> Bool

    func table(_ written: String) throws -> RowsTable? {
        try SQLiteCatalog(connection: session.connection, compiler: compiler, isCancelled: isCancelled).table(written)
    }

    func integer(_ statement: RowsStatement) throws -> Int64? {
        var result: Int64?
        try stream(statement) { row in
            switch try row.value(0) {
            case .null: break
            case .integer(let value): result = value
            case .real(let value): result = Int64(exactly: value.rounded(.down))
            case .text, .blob:
                throw StoreError.textForNumber
            }
            return false
        }
        return result
    }

    func eachText(_ statement: RowsStatement, _ take: (String) throws -> Bool) throws {
        try stream(statement) { row in
            switch try row.value(0) {
            case .null: true
            case .blob: throw StoreError.bytesForText
            case let value: try value.asText.map(take) ?? true
            }
        }
    }

    func eachRow(_ statement: RowsStatement, _ take: ([String], [String?]) throws -> Bool) throws {
        try stream(statement) { row in
            let values = try row.values().map { value -> String? in
                switch value {
                case .null: nil
                case .blob(let bytes): "\\x" + bytes.hexadecimal
                case let value: value.asText
                }
            }
            return try take(row.names, values)
        }
    }

    /// Two columns may be compared as they are where both turn what is put into them into the same: otherwise 7 and '7'
    /// would be two keys.
    func comparison(of column: RowsColumn, in table: RowsTable, with query: RowsStatement?) throws -> RowsComparison {
        let own = SQLiteTable.Affinity(declaredType: column.typeName)
        guard let query else { return own == .integer ? .type("INTEGER") : .text }
        guard own == .integer || own == .text else { return .text }
        let other = try session.connection.declaredType(ofFirstColumnOf: query.sql)
        return other.map { SQLiteTable.Affinity(declaredType: $0) } == own ? .direct : .text
    }

    private func stream(_ statement: RowsStatement, row: (SQLiteRow) throws -> Bool) throws {
        try session.connection.stream(
            statement.sql,
            session.values(statement.values),
            limitSeconds: timeoutSeconds,
            isCancelled: isCancelled,
            row: row
        )
    }
}
