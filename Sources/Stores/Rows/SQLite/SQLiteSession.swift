import Clients
import Retention

/// One connection of the rows store, with its functions; belongs to one thread.
final class SQLiteSession {
    let connection: SQLiteConnection
    private let lists = SQLiteLists()

    /// Blocking. Throws `StoreError`.
    /// - Parameter timezone: of times without one.
    init(path: String, access: SQLiteConnection.Access, timezone: String, busySeconds: Double) throws {
        do {
            connection = try SQLiteConnection(path: path, access: access, busySeconds: busySeconds)
            try connection.add(SQLiteTimes.functions() + [lists.function])
            try connection.add(SQLiteTimes.collation(timezone: timezone))
        } catch let error as SQLiteError {
            throw StoreError(error)
        }
    }

    func values(_ values: [RowsValue]) -> [SQLiteValue] {
        values.map { value in
            switch value {
            case .null: .null
            case .bool(let value): .integer(value ? 1 : 0)
            case .integer(let value): .integer(value)
            case .instant(let value): .text(text(value))
            case .double(let value): .real(value)
            case .text(let value): .text(value)
            // For json_each in SQL of the configuration.
            case .integers(let values): .text("[" + values.map(String.init).joined(separator: ",") + "]")
            case .texts(let values): .integer(lists.number(of: values))
            }
        }
    }
}

/// With a blank and its zone: SQLite's own functions can read it.
private func text(_ microseconds: Int64) -> String {
    let (nanoseconds, overflow) = microseconds.multipliedReportingOverflow(by: 1_000)
    let instant = Instant(nanoseconds: overflow ? (microseconds < 0 ? .min : .max) : nanoseconds)
    return Timestamp.format(instant, fractional: true).replacing("T", with: " ")
}

extension StoreError {
    /// An error of the client, as the store says it.
    init(_ error: SQLiteError) {
        switch error.code {
        case .missing: self.init(.missing, error.message)
        case .missingTable, .missingColumn: self.init(.absent, error.message)
        case .busy, .locked, .corrupt, .notADatabase, .full, .readOnly, .permission, .constraint, .cancelled, .timeout,
            .encoding, .io, .statement, .other:
            self.init(.unreadable, error.message)
        }
    }
}
