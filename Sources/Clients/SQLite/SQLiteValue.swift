/// What is bound to a parameter, or stands in a column: the five storage classes.
package enum SQLiteValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    /// The integer that it is; `nil` for everything else, numbers written as text too.
    package var integer: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    /// The text that it is; `nil` for everything else.
    package var text: String? {
        if case .text(let value) = self { value } else { nil }
    }

    /// As SQLite casts it to text; `nil` for null and for bytes that are not UTF-8.
    package var asText: String? {
        switch self {
        case .null: nil
        case .integer(let value): "\(value)"
        case .real(let value): "\(value)"
        case .text(let value): value
        case .blob(let bytes): String(validating: bytes, as: UTF8.self)
        }
    }
}
