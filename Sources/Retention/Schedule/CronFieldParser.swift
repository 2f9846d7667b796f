/// Reads one field of a cron expression into a set of values.
struct CronFieldParser {
    /// What a field says.
    struct Values {
        /// Bit n = value n.
        var bits: UInt64 = 0
        /// `L` is among them.
        var includesLastDay = false
        /// Begins with `*`, or is `?`.
        var isWildcard = false
    }

    let field: CronField
    /// The field as written.
    let text: String
    /// The whole expression, for error texts.
    let expression: String

    func parse() throws(ScheduleError) -> Values {
        if text == "?" {
            guard field == .dayOfMonth || field == .weekday else { throw refusal(.value, "? stands only for a day") }
            return Values(bits: bits(field.range, step: 1), isWildcard: true)
        }
        var values = Values(isWildcard: text.hasPrefix("*"))
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            try parse(item: String(item), into: &values)
        }
        return values
    }

    /// `L`, or a span with or without a step.
    private func parse(item: String, into values: inout Values) throws(ScheduleError) {
        if field == .dayOfMonth, item == "L" || item == "l" {
            values.includesLastDay = true
            return
        }
        let parts = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let step = parts.count == 2 ? try step(parts[1], of: item) : nil
        values.bits |= bits(try span(parts[0], of: item, hasStep: step != nil), step: step ?? 1)
    }

    /// `*`, `5`, `1-30`; a single value with a step runs to the end of the field.
    private func span(_ text: String, of item: String, hasStep: Bool) throws(ScheduleError) -> ClosedRange<Int> {
        if text == "*" { return field.range }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let first = try value(ends[0], of: item)
        guard ends.count == 2 else {
            guard hasStep else { return first...first }
            guard first <= field.range.upperBound else {
                throw refusal(.step, "\(quoted(item)) starts behind the last day of the week; write 0 for Sunday")
            }
            return first...field.range.upperBound
        }
        let last = try value(ends[1], of: item)
        guard first <= last else {
            throw refusal(.range, "\(quoted(item)) runs backwards; write two ranges with a comma between them")
        }
        return first...last
    }

    private func value(_ text: String, of item: String) throws(ScheduleError) -> Int {
        if let index = field.words.firstIndex(of: text.lowercased()) { return index + field.range.lowerBound }
        guard let number = number(text), (field.range.lowerBound...field.largest).contains(number) else {
            throw refusal(.value, text == item ? "\(quoted(text)) is no value of it" : Self.part(text, item))
        }
        return number
    }

    private func step(_ text: String, of item: String) throws(ScheduleError) -> Int {
        guard let step = number(text) else { throw refusal(.step, "the step of \(quoted(item)) is not a number") }
        guard step >= 1 else { throw refusal(.step, "the step of \(quoted(item)) must be at least 1") }
        guard step <= field.largest else {
            throw refusal(.step, "the step of \(quoted(item)) is longer than the field, which ends at \(field.largest)")
        }
        return step
    }

    /// ASCII digits only: neither a sign nor a fraction.
    private func number(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return Int(text)
    }

    private func bits(_ span: ClosedRange<Int>, step: Int) -> UInt64 {
        var bits: UInt64 = 0
        for value in stride(from: span.lowerBound, through: span.upperBound, by: step) {
            bits |= 1 << UInt64(field == .weekday ? value % 7 : value)
        }
        return bits
    }

    private func refusal(_ code: ScheduleError.Code, _ problem: String) -> ScheduleError {
        let place = "is wrong in its \(field.name) field \(quoted(text)): "
        return ScheduleError(code, expression: expression, "\(place)\(problem). Allowed are *, \(field.allowed).")
    }

    private static func part(_ text: String, _ item: String) -> String {
        "\(ScheduleError.quoted(text)) in \(ScheduleError.quoted(item)) is no value of it"
    }

    private func quoted(_ text: String) -> String { ScheduleError.quoted(text) }
}
