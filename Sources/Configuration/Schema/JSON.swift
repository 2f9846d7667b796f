import Retention

/// A JSON value whose objects keep their order, so that the schema is written the same each time.
enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int)
    case double(Double)
    case string(String)
    case array([JSON])
    case object([Member])

    struct Member: Sendable, Equatable {
        var key: String
        var value: JSON
    }

    /// A whole number where it is one.
    static func number(_ value: Double) -> JSON {
        Int(exactly: value).map(JSON.integer) ?? .double(value)
    }

    /// Of an object; setting keeps the place of a key that is there, and appends others.
    subscript(key: String) -> JSON? {
        get {
            guard case .object(let members) = self else { return nil }
            return members.first { $0.key == key }?.value
        }
        set {
            guard case .object(var members) = self else { return }
            if let index = members.firstIndex(where: { $0.key == key }) {
                members.remove(at: index)
                if let newValue { members.insert(Member(key: key, value: newValue), at: index) }
            } else if let newValue {
                members.append(Member(key: key, value: newValue))
            }
            self = .object(members)
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int) { self = .integer(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral elements: JSON...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(elements.map { Member(key: $0.0, value: $0.1) })
    }
}

extension JSON: CustomStringConvertible {
    /// On several lines, indented by two spaces; arrays and objects without depth on one line.
    var description: String { text(indent: "") }

    private func text(indent: String) -> String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .double(let value): String(value)
        case .string(let value): Self.quoted(value)
        case .array(let elements):
            Self.lines("[", elements.map { $0.text(indent: indent + "  ") }, "]", indent, isFlat)
        case .object(let members):
            Self.lines(
                "{",
                members.map { Self.quoted($0.key) + ": " + $0.value.text(indent: indent + "  ") },
                "}",
                indent,
                isFlat
            )
        }
    }

    private var isFlat: Bool {
        switch self {
        case .array(let elements): elements.allSatisfy(\.isSingle)
        case .object(let members): members.count <= 2 && members.allSatisfy(\.value.isSingle)
        default: true
        }
    }

    private var isSingle: Bool {
        switch self {
        case .array, .object: false
        default: true
        }
    }

    private static func lines(
        _ open: String,
        _ parts: [String],
        _ close: String,
        _ indent: String,
        _ isFlat: Bool
    ) -> String {
        if parts.isEmpty { return open + close }
        let space = open == "{" ? " " : ""
        if isFlat { return open + space + parts.joined(separator: ", ") + space + close }
        return open + "\n" + parts.map { indent + "  " + $0 }.joined(separator: ",\n") + "\n" + indent + close
    }

    private static func quoted(_ text: String) -> String { JSONString.quoted(text) }
}
