import GRDBSQLite

/// The current row of a running statement; valid only while it is handed out.
package struct SQLiteRow {
    let statement: OpaquePointer
    let failure: SQLiteFailure

    package var count: Int { Int(sqlite3_column_count(statement)) }

    /// Names of the columns, in order.
    package var names: [String] {
        (0..<count).map { sqlite3_column_name(statement, Int32($0)).map { String(cString: $0) } ?? "" }
    }

    /// The value of a column, from 0.
    ///
    /// Throws `.encoding` for text that is not UTF-8: a repaired text would name something else.
    package func value(_ index: Int) throws(SQLiteError) -> SQLiteValue {
        let column = Int32(index)
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
        case SQLITE_TEXT:
            // The pointer first, then the length: https://www.sqlite.org/c3ref/column_blob.html
            let start = sqlite3_column_text(statement, column)
            let length = Int(sqlite3_column_bytes(statement, column))
            let bytes = UnsafeBufferPointer(start: start, count: start == nil ? 0 : length)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw SQLiteError(.encoding, "\(failure.name) has a text in column \(index + 1) that is not UTF-8.")
            }
            return .text(text)
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(statement, column)
            let length = Int(sqlite3_column_bytes(statement, column))
            return .blob(Array(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : length)))
        default: return .null
        }
    }

    /// All values of the row.
    package func values() throws(SQLiteError) -> [SQLiteValue] {
        var result: [SQLiteValue] = []
        result.reserveCapacity(count)
        for index in 0..<count { result.append(try value(index)) }
        return result
    }
}
