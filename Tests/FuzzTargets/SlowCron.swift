/// A cron expression that has been found valid, read once more without any of the code that is tested.
struct SlowCron {
    /// A day of the calendar, and how to get to the next one.
    struct Day {
        /// Since 1970-01-01.
        private(set) var number: Int64 = 0
        private(set) var year = 1970
        private(set) var month = 1
        private(set) var day = 1

        init(number: Int64) {
            while self.number + Int64(Self.isLeap(year) ? 366 : 365) <= number {
                self.number += Int64(Self.isLeap(year) ? 366 : 365)
                year += 1
            }
            while self.number < number { advance() }
        }

        /// 0 is Sunday.
        var weekday: Int { Int((number + 4) % 7) }
        var isLast: Bool { day == length }

        mutating func advance() {
            number += 1
            day += 1
            guard day > length else { return }
            // The length is that of the month which has just ended.
            (month, day) = (month + 1, 1)
            if month > 12 { (year, month) = (year + 1, 1) }
        }

        private var length: Int {
            [31, Self.isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        }

        private static func isLeap(_ year: Int) -> Bool { year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) }
    }

    /// Of a day, in order.
    let minutes: [Int64]
    private let days: Set<Int>
    private let months: Set<Int>
    private let weekdays: Set<Int>
    private let hasLast: Bool
    private let isEither: Bool

    init(_ text: String) {
        let macros = [
            "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
            "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
        ]
        let words = text.lowercased().unicodeScalars.split { " \t\r\n".unicodeScalars.contains($0) }.map(String.init)
        let fields = words.count == 1 ? macros[words[0], default: ""].split(separator: " ").map(String.init) : words
        let hours = Self.values(fields[1], 0...23).sorted()
        let minutes = Self.values(fields[0], 0...59).sorted()
        self.minutes = hours.flatMap { hour in minutes.map { Int64(hour * 60 + $0) } }
        days = Self.values(fields[2], 1...31)
        hasLast = fields[2].split(separator: ",").contains("l")
        months = Self.values(fields[3], 1...12, "jan feb mar apr may jun jul aug sep oct nov dec")
        weekdays = Set(Self.values(fields[4], 0...7, "sun mon tue wed thu fri sat").map { $0 % 7 })
        isEither = !"*?".contains(fields[2].first ?? "*") && !"*?".contains(fields[4].first ?? "*")
    }

    func contains(_ day: Day) -> Bool {
        guard months.contains(day.month) else { return false }
        let isDay = days.contains(day.day) || (hasLast && day.isLast)
        let isWeekday = weekdays.contains(day.weekday)
        return isEither ? isDay || isWeekday : isDay && isWeekday
    }

    private static func values(_ field: String, _ range: ClosedRange<Int>, _ words: String = "") -> Set<Int> {
        let names = words.split(separator: " ").map(String.init)
        func number(_ text: Substring) -> Int {
            Int(text) ?? (names.firstIndex(of: String(text)).map { $0 + range.lowerBound } ?? -1)
        }
        var values: Set<Int> = []
        for item in field.split(separator: ",") where item != "l" {
            let parts = item.split(separator: "/")
            let span = parts[0].split(separator: "-")
            let step = parts.count > 1 ? number(parts[1]) : 1
            let isAll = parts[0] == "*" || parts[0] == "?"
            let first = isAll ? range.lowerBound : number(span[0])
            // Seven is Sunday only where it is written: `*` and a value with a step end on Saturday.
            let end = range.upperBound == 7 ? 6 : range.upperBound
            let last = span.count > 1 ? number(span[1]) : isAll || parts.count > 1 ? end : first
            values.formUnion(stride(from: first, through: last, by: step))
        }
        return values
    }
}
