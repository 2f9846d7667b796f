import Retention

extension Kind {
    private static let lengthPattern = "^([0-9]+(ms|mo|s|m|h|d|w|y))+$"
    private static let sizePattern = "^[0-9]+ *(k?B|[KMGTPE]i?B)?$"

    /// A calendar length: with months and years. Never zero, because "older than nothing" is everything.
    static let age = Kind(
        noun: "a duration such as 30m, 12h, 7d, 3mo or 1y",
        forms: [.text],
        schema: ["type": "string", "pattern": .string(lengthPattern)]
    ) { text throws(KindError) in
        let age = try parseAge(text)
        guard age.months > 0 || age.milliseconds > 0 else {
            throw KindError("must be longer than no time, which is everything; write a duration such as 1h")
        }
        return .age(age)
    }

    /// A calendar length that may be nothing.
    static let span = Kind(noun: age.noun, forms: [.text], schema: age.schema) { text throws(KindError) in
        .age(try parseAge(text))
    }

    /// An exact length, in milliseconds: without months and years.
    static func length(atLeast least: Int64 = 0) -> Kind {
        Kind(
            noun: "a duration such as 500ms, 30s or 5m",
            forms: [.text],
            schema: ["type": "string", "pattern": .string(lengthPattern)]
        ) { text throws(KindError) in
            let age = try parseAge(text)
            guard age.months == 0 else {
                throw KindError("months and years have no exact length; write it without mo and y (for example 30d)")
            }
            guard age.milliseconds >= least else { throw KindError("must be at least \(least)ms") }
            return .milliseconds(age.milliseconds)
        }
    }

    /// An exact length within limits, in milliseconds.
    static func length(_ range: ClosedRange<Int64>) -> Kind {
        let plain = length()
        return Kind(noun: plain.noun, forms: plain.forms, schema: plain.schema) { text throws(KindError) in
            let value = try plain.parse(text)
            guard case .milliseconds(let milliseconds) = value, range.contains(milliseconds) else {
                throw KindError("must be from \(range.lowerBound)ms to \(range.upperBound / 1000)s")
            }
            return value
        }
    }

    /// An exact length that a schedule can have.
    static let interval = Kind(noun: "a duration such as 30s, 5m or 1h", forms: [.text], schema: length().schema) {
        text throws(KindError) in
        let value = try length(atLeast: 1000).parse(text)
        guard case .milliseconds(let milliseconds) = value else { return value }
        do {
            _ = try Schedule(everyMilliseconds: milliseconds)
        } catch {
            throw KindError.quoting("\(error)")
        }
        return value
    }

    /// Bytes.
    static let size = Kind(
        noun: "a size such as 512KiB or 1GiB",
        forms: [.integer, .text],
        schema: [
            "anyOf": [["type": "integer", "minimum": 0], ["type": "string", "pattern": .string(sizePattern)]]
        ]
    ) { text throws(KindError) in
        .bytes(try parseSize(text))
    }

    /// A share of a size, or a size.
    static let shareOrSize = Kind(
        noun: "a share such as 80% or a size such as 1GiB",
        forms: [.integer, .text],
        schema: [
            "anyOf": [
                ["type": "integer", "minimum": 0], ["type": "string", "pattern": .string(sizePattern)],
                ["type": "string", "pattern": "^[0-9]+(\\.[0-9]+)? *%$"],
            ]
        ]
    ) { text throws(KindError) in
        guard text.hasSuffix("%") else { return .bytes(try parseSize(text)) }
        let digits = text.dropLast().trimmed
        guard WrittenValue.isNumber(digits), let value = Double(digits), value > 0, value <= 100 else {
            throw KindError("must be a share from more than 0% to 100%, or a size such as 1GiB")
        }
        return .percent(value)
    }

    private static func parseAge(_ text: String) throws(KindError) -> Age {
        do {
            return try Age(parsing: text)
        } catch {
            throw KindError.quoting("\(error)")
        }
    }

    private static func parseSize(_ text: String) throws(KindError) -> Int64 {
        do {
            return try ByteSize.parse(text)
        } catch {
            throw KindError.quoting("\(error)")
        }
    }
}
