import GRDB
import GRDBSQLite

/// A function of ours that statements of one connection can call.
///
/// Only statements: a trigger or view of the database cannot (SQLITE_DIRECTONLY).
package struct SQLiteFunction: Sendable {
    package let name: String
    package let argumentCount: Int
    /// Depends on nothing but its arguments.
    package let isPure: Bool
    fileprivate let body: @Sendable (borrowing SQLiteArguments) -> Result

    /// What a function may give.
    package enum Result: Sendable, Equatable {
        case null
        case integer(Int64)
    }

    package init(
        _ name: String,
        argumentCount: Int,
        isPure: Bool = true,
        body: @escaping @Sendable (borrowing SQLiteArguments) -> Result
    ) {
        self.name = name
        self.argumentCount = argumentCount
        self.isPure = isPure
        self.body = body
    }
}

/// The arguments of one call, in SQLite's memory: valid only during the call.
package struct SQLiteArguments: ~Copyable {
    private let values: UnsafeMutablePointer<OpaquePointer?>?

    fileprivate init(_ values: UnsafeMutablePointer<OpaquePointer?>?) {
        self.values = values
    }

    /// One argument; texts and blobs as the bytes that they are.
    package enum Argument {
        case null
        case integer(Int64)
        case real(Double)
        case text(UnsafeRawBufferPointer)
        case blob
    }

    package subscript(_ index: Int) -> Argument {
        guard let value = values?[index] else { return .null }
        switch sqlite3_value_type(value) {
        case SQLITE_INTEGER: return .integer(sqlite3_value_int64(value))
        case SQLITE_FLOAT: return .real(sqlite3_value_double(value))
        case SQLITE_TEXT:
            // The pointer first, then the length.
            let start = sqlite3_value_text(value)
            let length = Int(sqlite3_value_bytes(value))
            return .text(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : length))
        case SQLITE_BLOB: return .blob
        default: return .null
        }
    }
}

extension SQLiteConnection {
    /// Makes functions known to the statements of this connection.
    package func add(_ functions: [SQLiteFunction]) throws {
        try perform(isCancelled: { false }) { database in
            for function in functions { try register(function, database.sqliteConnection) }
        }
    }

    private final class Box {
        let function: SQLiteFunction

        init(_ function: SQLiteFunction) {
            self.function = function
        }
    }

    private func register(_ function: SQLiteFunction, _ handle: OpaquePointer?) throws(SQLiteError) {
        let flags = SQLITE_UTF8 | SQLITE_DIRECTONLY | (function.isPure ? SQLITE_DETERMINISTIC : 0)
        // SQLite releases the box, also when it refuses (SQLITE_MISUSE, SQLITE_NOMEM; SQLITE_BUSY: in use).
        let code = sqlite3_create_function_v2(
            handle,
            function.name,
            Int32(function.argumentCount),
            flags,
            Unmanaged.passRetained(Box(function)).toOpaque(),
            { context, _, values in
                guard let data = sqlite3_user_data(context) else { return }
                let box = Unmanaged<Box>.fromOpaque(data).takeUnretainedValue()
                switch box.function.body(SQLiteArguments(values)) {
                case .null: sqlite3_result_null(context)
                case .integer(let value): sqlite3_result_int64(context, value)
                }
            },
            nil,
            nil,
            { data in
                if let data { Unmanaged<Box>.fromOpaque(data).release() }
            }
        )
        guard code == SQLITE_OK else { throw failure.unadded(function: function.name, code) }
    }
}
