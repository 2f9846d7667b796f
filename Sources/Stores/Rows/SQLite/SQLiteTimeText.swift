/// Reads times that are kept as text: ISO 8601 as programs write it.
///
/// `YYYY-MM-DD`, then `T` or a blank and `HH:MM`, seconds and a fraction if there are, then `Z`, an offset (`+01:00`,
/// `+0100`, `+01`), or nothing: a time on the wall clock of a zone. A date alone is its midnight.
struct SQLiteTimeText {
    /// The wall clock, in seconds since 1970-01-01T00:00:00 on it.
    var localSeconds: Int64
    /// Rounded up, so that no time seems older than it is: 0...1,000,000.
    var microseconds: Int64
    /// Seconds ahead of UTC; `nil` = not said.
    var offset: Int64?

    private static let digit0 = UInt8(ascii: "0")

    /// `nil` for what is no such time.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var reader = Reader(bytes: bytes)
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
            let day = reader.number(2), year >= 1, (1...12).contains(month), day >= 1, day <= Self.days(month, year)
        else { return nil }
        localSeconds = Self.dayNumber(year, month, day) * 86_400
        microseconds = 0
        offset = nil
        guard !reader.isAtEnd else { return }
        guard reader.skip("T") || reader.skip("t") || reader.skip(" "), let time = reader.timeOfDay() else {
            return nil
        }
        localSeconds += time.seconds
        microseconds = time.microseconds
        guard !reader.isAtEnd else { return }
        _ = reader.skip(" ")
        guard let offset = reader.offset(), reader.isAtEnd else { return nil }
        self.offset = offset
    }

    /// Days since 1970-01-01 in the Gregorian calendar; years are counted from 1 March, so that leap days are last.
    static func dayNumber(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        // Years have four digits, so nothing here is negative but the year before 0.
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func days(_ month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private struct Reader {
        let bytes: UnsafeRawBufferPointer
        var index = 0

        var isAtEnd: Bool { index == bytes.count }

        mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
            guard index < bytes.count, bytes[index] == UInt8(ascii: scalar) else { return false }
            index += 1
            return true
        }

        /// Exactly so many digits.
        mutating func number(_ digits: Int) -> Int64? {
            guard index + digits <= bytes.count else { return nil }
            var value: Int64 = 0
            for _ in 0..<digits {
                let digit = bytes[index] &- SQLiteTimeText.digit0
                guard digit <= 9 else { return nil }
                value = value * 10 + Int64(digit)
                index += 1
            }
            return value
        }

        mutating func timeOfDay() -> (seconds: Int64, microseconds: Int64)? {
            guard let hour = number(2), skip(":"), let minute = number(2), hour <= 23, minute <= 59 else { return nil }
            guard skip(":") else { return (hour * 3600 + minute * 60, 0) }
            // 60 is a leap second: the second that follows.
            guard let second = number(2), second <= 60 else { return nil }
            guard let fraction = fraction() else { return nil }
            return (hour * 3600 + minute * 60 + second, fraction)
        }

        /// Any number of digits.
        private mutating func fraction() -> Int64? {
            guard skip(".") || skip(",") else { return 0 }
            var value: Int64 = 0
            var rest = false
            let start = index
            while index < bytes.count, bytes[index] &- SQLiteTimeText.digit0 <= 9 {
                let digit = Int64(bytes[index] - SQLiteTimeText.digit0)
                if index - start < 6 { value = value * 10 + digit } else if digit > 0 { rest = true }
                index += 1
            }
            guard index > start else { return nil }
            for _ in min(index - start, 6)..<6 { value *= 10 }
            return rest ? value + 1 : value
        }

        mutating func offset() -> Int64? {
            if skip("Z") || skip("z") { return 0 }
            let isBehind: Bool
            if skip("-") { isBehind = true } else if skip("+") { isBehind = false } else { return nil }
            guard let hours = number(2), hours <= 23 else { return nil }
            var minutes: Int64 = 0
            if !isAtEnd {
                _ = skip(":")
                guard let read = number(2), read <= 59 else { return nil }
                minutes = read
            }
            return (hours * 3600 + minutes * 60) * (isBehind ? -1 : 1)
        }
    }
}
