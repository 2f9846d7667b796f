import Support

/// A random cron expression: its text, and what it means as plain sets; made together, so that nothing is parsed.
struct ReferenceExpression {
    struct Field {
        var text: String
        var values: Set<Int>
        var hasLast = false
        var isFree: Bool { text.hasPrefix("*") || text == "?" }
    }

    let minute: Field
    let hour: Field
    let day: Field
    let month: Field
    let weekday: Field
    let isWildcard: Bool
    private let minuteTable: [Bool]

    var text: String { [minute, hour, day, month, weekday].map(\.text).joined(separator: " ") }

    /// At least one of its months has one of its days.
    var isPossible: Bool {
        day.hasLast
            || month.values.contains { month in
                let length = month == 2 ? 29 : [4, 6, 9, 11].contains(month) ? 30 : 31
                return day.values.contains { $0 <= length }
            }
    }

    /// - Parameter hours: hours of the day that matter most here.
    init(near hours: [Int], using random: inout SeededGenerator) {
        minute = random.oneIn(3) ? Self.field(0...59, using: &random) : Self.only(random.pick([0, 15, 30, 45, 59]))
        hour = random.oneIn(2) ? Self.field(0...23, using: &random) : Self.list(hours, using: &random)
        day = random.oneIn(2) ? Field(text: "*", values: Set(1...31)) : Self.day(using: &random)
        month = random.oneIn(4) ? Self.field(1...12, Self.months, using: &random) : Self.all(1...12)
        weekday = random.oneIn(3) ? Self.weekday(using: &random) : Self.all(0...6)
        isWildcard = minute.isFree || hour.isFree
        minuteTable = (0...59).map { [values = minute.values] in values.contains($0) }
    }

    func contains(_ reading: ReferenceClock.Reading) -> Bool {
        minuteTable[reading.minute] && hour.values.contains(reading.hour) && containsDay(reading)
    }

    /// The day alone, whatever the time.
    func containsDay(_ reading: ReferenceClock.Reading) -> Bool {
        guard month.values.contains(reading.month) else { return false }
        let isDay = day.values.contains(reading.day) || (day.hasLast && reading.isLastDay)
        let isWeekday = weekday.values.contains(reading.weekday)
        return day.isFree || weekday.isFree ? isDay && isWeekday : isDay || isWeekday
    }

    // MARK: Making fields

    private static let months = "jan feb mar apr MAY jun Jul aug sep oct nov dec".split(separator: " ").map(String.init)
    private static let weekdays = "sun Mon tue wed THU fri sat".split(separator: " ").map(String.init)

    private static func only(_ value: Int) -> Field { Field(text: "\(value)", values: [value]) }

    private static func all(_ range: ClosedRange<Int>) -> Field { Field(text: "*", values: Set(range)) }

    private static func list(_ values: [Int], using random: inout SeededGenerator) -> Field {
        let chosen = (0...Int.random(in: 0...1, using: &random)).map { _ in random.pick(values) }
        return Field(text: chosen.map(String.init).joined(separator: ","), values: Set(chosen))
    }

    private static func field(
        _ range: ClosedRange<Int>,
        _ words: [String] = [],
        using random: inout SeededGenerator
    ) -> Field {
        var texts: [String] = []
        var values: Set<Int> = []
        for _ in 0...Int.random(in: 0...2, using: &random) {
            let (text, more) = item(range, words, using: &random)
            texts.append(text)
            values.formUnion(more)
        }
        return Field(text: texts.joined(separator: ","), values: values)
    }

    private static func item(
        _ range: ClosedRange<Int>,
        _ words: [String],
        using random: inout SeededGenerator
    ) -> (String, [Int]) {
        let ends = [Int.random(in: range, using: &random), Int.random(in: range, using: &random)].sorted()
        let step = Int.random(in: 1...range.upperBound, using: &random)
        func word(_ value: Int) -> String {
            words.isEmpty || random.oneIn(2) ? "\(value)" : words[value - range.lowerBound]
        }
        switch Int.random(in: 0...9, using: &random) {
        case 0: return ("*", Array(range))
        case 1, 2: return ("*/\(step)", Array(stride(from: range.lowerBound, through: range.upperBound, by: step)))
        case 3: return ("\(word(ends[0]))-\(word(ends[1]))", Array(ends[0]...ends[1]))
        case 4: return ("\(ends[0])-\(ends[1])/\(step)", Array(stride(from: ends[0], through: ends[1], by: step)))
        case 5: return ("\(ends[0])/\(step)", Array(stride(from: ends[0], through: range.upperBound, by: step)))
        default: return (word(ends[0]), [ends[0]])
        }
    }

    private static func day(using random: inout SeededGenerator) -> Field {
        switch Int.random(in: 0...5, using: &random) {
        case 0: return Field(text: "?", values: Set(1...31))
        case 1: return Field(text: "L", values: [], hasLast: true)
        case 2:
            let value = Int.random(in: 1...31, using: &random)
            return Field(text: "\(value),L", values: [value], hasLast: true)
        default: return field(1...31, using: &random)
        }
    }

    private static func weekday(using random: inout SeededGenerator) -> Field {
        switch Int.random(in: 0...5, using: &random) {
        case 0: return Field(text: "?", values: Set(0...6))
        case 1: return Field(text: "7", values: [0])
        case 2:
            let first = Int.random(in: 1...7, using: &random)
            return Field(text: "\(first)-7", values: Set((first...7).map { $0 % 7 }))
        default: return field(0...6, weekdays, using: &random)
        }
    }
}
