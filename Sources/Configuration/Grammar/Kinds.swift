import Foundation
import Retention

extension Kind {
    static let flag = Kind(noun: "true or false", forms: [.flag], schema: ["type": "boolean"]) {
        text throws(KindError) in
        switch text {
        case "true", "True", "TRUE": return .flag(true)
        case "false", "False", "FALSE": return .flag(false)
        default: throw KindError("must be true or false")
        }
    }

    static let text = Kind(noun: "a text", forms: [.text], schema: ["type": "string", "minLength": 1]) {
        text throws(KindError) in
        guard !text.isEmpty else { throw KindError("is empty") }
        return .text(text)
    }

    static func integer(_ range: ClosedRange<Int>) -> Kind {
        let limits = describe(range.lowerBound, range.upperBound == .max ? nil : range.upperBound)
        var schema: JSON = ["type": "integer", "minimum": .integer(range.lowerBound)]
        if range.upperBound < .max { schema["maximum"] = .integer(range.upperBound) }
        return Kind(noun: "a whole number", forms: [.integer], schema: schema) { text throws(KindError) in
            guard WrittenValue.isInteger(text), let value = Int(text), range.contains(value) else {
                throw KindError("must be a whole number \(limits)")
            }
            return .integer(value)
        }
    }

    static func number(_ range: ClosedRange<Double>) -> Kind {
        let (low, high) = (JSON.number(range.lowerBound), JSON.number(range.upperBound))
        let schema: JSON = ["type": "number", "minimum": low, "maximum": high]
        return Kind(noun: "a number", forms: [.integer, .number], schema: schema) { text throws(KindError) in
            guard WrittenValue.isNumber(text), let value = Double(text), range.contains(value) else {
                throw KindError("must be a number from \(low) to \(high)")
            }
            return .number(value)
        }
    }

    /// One of a few words.
    static func choice(_ words: [String]) -> Kind {
        let list = words.joined(separator: ", ")
        let noun = words.count == 1 ? "\"\(list)\"" : "one of \(list)"
        let schema: JSON = ["enum": .array(words.map(JSON.string))]
        return Kind(noun: noun, forms: [.text], schema: schema) { text throws(KindError) in
            if words.contains(text) { return .text(text) }
            throw KindError.quoting("must be \(noun)\(EditDistance.suggestion(for: text, among: words))")
        }
    }

    /// Names of tasks, cycles, connections and resources.
    static let name = matching(
        "[a-z][a-z0-9_]{0,63}",
        noun: "a name of lower-case letters, digits and _ that begins with a letter (at most 64)"
    )

    /// The noun of a metric; `items` would clash with a metric that is always there.
    static let resource = Kind(noun: name.noun, forms: [.text], schema: resourceSchema) { text throws(KindError) in
        guard text != "items" else {
            throw KindError("\"items\" is reserved: cleanup_items_deleted_total is another metric; take another noun")
        }
        return try name.parse(text)
    }

    private static let resourceSchema: JSON = {
        var schema = name.schema
        schema["not"] = ["const": "items"]
        return schema
    }()

    static let zone = Kind(noun: "a time zone", forms: [.text], schema: ["type": "string", "minLength": 1]) {
        text throws(KindError) in
        guard text == "UTC" || TimeZone(identifier: text) != nil else {
            throw KindError("is not a known time zone; write an IANA name such as UTC or Europe/Berlin")
        }
        return .text(text)
    }

    /// A text that a regular expression covers; the same expression goes into the schema.
    /// - Parameter pattern: without anchors.
    static func matching(_ pattern: String, noun: String) -> Kind {
        let anchored = "^(?:\(pattern))$"
        return Kind(noun: noun, forms: [.text], schema: ["type": "string", "pattern": .string(anchored)]) {
            text throws(KindError) in
            guard matches(text, anchored) else { throw KindError("must be \(noun)") }
            return .text(text)
        }
    }

    static func matches(_ text: String, _ pattern: String) -> Bool {
        // `$` also matches before a last line feed.
        !text.contains("\n") && text.range(of: pattern, options: .regularExpression) != nil
    }

    private static func describe(_ low: Int, _ high: Int?) -> String {
        high.map { "from \(low) to \($0)" } ?? "of at least \(low)"
    }
}
