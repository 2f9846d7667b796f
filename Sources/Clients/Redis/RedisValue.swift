/// A reply of Redis (RESP2).
package enum RedisValue: Sendable, Equatable {
    /// There is nothing: a missing key, an empty queue, a condition that did not hold.
    case null
    /// Bytes as they are stored.
    case string([UInt8])
    /// A word of the server, such as "OK".
    case simple(String)
    case integer(Int64)
    case array([RedisValue])
    /// An error within an array, as EXEC gives it. At the top level it is thrown as `RedisError.reply`.
    /// - Parameter code: the first word, such as "WRONGTYPE".
    case error(code: String, message: String)

    /// The text of a string or a word of the server; `nil` for other replies. Bytes that are not UTF-8 are replaced.
    package var text: String? {
        switch self {
        case .string(let bytes): String(decoding: bytes, as: UTF8.self)
        case .simple(let word): word
        case .null, .integer, .array, .error: nil
        }
    }

    /// The bytes of a string or a word of the server; `nil` for other replies.
    package var bytes: [UInt8]? {
        switch self {
        case .string(let bytes): bytes
        case .simple(let word): Array(word.utf8)
        case .null, .integer, .array, .error: nil
        }
    }

    /// An integer, or a string that is a decimal one; `nil` for other replies.
    package var int: Int64? {
        switch self {
        case .integer(let value): value
        case .string(let bytes): Int64(String(decoding: bytes, as: UTF8.self))
        case .null, .simple, .array, .error: nil
        }
    }

    /// The elements of an array; `nil` for other replies.
    package var elements: [RedisValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// Whether it is `null`.
    package var isNull: Bool { self == .null }

    /// What kind of reply it is, for messages, which never hold data.
    package var kind: String {
        switch self {
        case .null: "null"
        case .string(let bytes): "a string of \(bytes.count) bytes"
        case .simple: "a status"
        case .integer: "an integer"
        case .array(let elements): "an array of \(elements.count)"
        case .error(let code, _): "an error (\(code))"
        }
    }
}
