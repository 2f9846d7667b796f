import Clients
import Retention

extension PostgresRow: StoredRow {
    func integer(_ column: String) throws -> Int64? { try int(column) }
    func number(_ column: String) throws -> Double? { try double(column) }
    func flag(_ column: String) throws -> Bool? { try bool(column) }
}

extension PostgresValue {
    static func integer(_ value: Int) -> PostgresValue { .int(Int64(value)) }

    static func instant(_ value: Instant) -> PostgresValue { .int(value.nanoseconds) }

    /// A text for people. PostgreSQL cannot hold U+0000, and an end must not be lost for the sake of its message.
    static func words(_ text: String?) -> PostgresValue {
        text.map { .text($0.replacing("\0", with: "\u{FFFD}")) } ?? .null
    }

    static func optional(_ text: String?) -> PostgresValue { text.map { .text($0) } ?? .null }
}
