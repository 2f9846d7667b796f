/// The three ways in which S3 writes an instant; all are UTC.
enum S3Time {
    /// `20150830T123600Z`: `x-amz-date`.
    /// - Parameter seconds: since 1970.
    static func amazon(_ seconds: Int64) -> String {
        let (days, rest) = seconds.floored(by: 86_400)
        let (year, month, day) = date(days)
        return padded(year, 4) + padded(month, 2) + padded(day, 2) + "T" + padded(rest / 3600, 2)
            + padded(rest / 60 % 60, 2) + padded(rest % 60, 2) + "Z"
    }

    /// `2009-10-12T17:50:30.000Z`, in listings; up to 9 digits of a fraction.
    /// - Returns: nanoseconds since 1970; `nil` if it is none, or beyond what 64 bits hold.
    static func listed(_ text: String) -> Int64? {
        var scanner = Scanner(text)
        guard
            let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2), scanner.take("-"),
            let day = scanner.number(2), scanner.take("T"), let hour = scanner.number(2), scanner.take(":"),
            let minute = scanner.number(2), scanner.take(":"), let second = scanner.number(2),
            let fraction = scanner.fraction(), scanner.take("Z") || scanner.take("+00:00"), scanner.isAtEnd,
            let seconds = instant(year, month, day, hour, minute, second)
        else { return nil }
        let (scaled, isTooGreat) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isSumTooGreat) = scaled.addingReportingOverflow(fraction)
        return isTooGreat || isSumTooGreat ? nil : sum
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`: the Date and Last-Modified of HTTP (RFC 9110, 5.6.7).
    /// - Returns: seconds since 1970.
    static func http(_ text: String) -> Int64? {
        var scanner = Scanner(text)
        guard
            scanner.skip(3), scanner.take(", "), let day = scanner.number(2), scanner.take(" "),
            let month = months.firstIndex(where: { scanner.take($0) }), scanner.take(" "),
            let year = scanner.number(4), scanner.take(" "), let hour = scanner.number(2), scanner.take(":"),
            let minute = scanner.number(2), scanner.take(":"), let second = scanner.number(2), scanner.take(" GMT"),
            scanner.isAtEnd
        else { return nil }
        return instant(year, Int64(month) + 1, day, hour, minute, second)
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Seconds since 1970; `nil` for a day or an hour that is none. A leap second is the one after it.
    private static func instant(
        _ year: Int64,
        _ month: Int64,
        _ day: Int64,
        _ hour: Int64,
        _ minute: Int64,
        _ second: Int64
    ) -> Int64? {
        guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60 else { return nil }
        let days = days(year, month, day)
        // The 31st of a month of 30 days would be the 1st of the next.
        guard date(days) == (year, month, day) else { return nil }
        return days * 86_400 + hour * 3600 + minute * 60 + second
    }

    /// Days since 1970-01-01 in the Gregorian calendar, counted in years that begin in March.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shifted.floored(by: 400)
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func date(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).floored(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    /// Reads from the front.
    private struct Scanner {
        private var rest: Substring.UTF8View

        init(_ text: String) { rest = Substring(text).utf8 }

        var isAtEnd: Bool { rest.isEmpty }

        /// Exactly so many digits.
        mutating func number(_ width: Int) -> Int64? {
            let digits = rest.prefix(width)
            guard digits.count == width, digits.allSatisfy(Self.isDigit) else { return nil }
            rest = rest.dropFirst(width)
            return digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        }

        /// Nanoseconds; 0 if there is no point.
        mutating func fraction() -> Int64? {
            guard take(".") else { return 0 }
            let digits = rest.prefix(while: Self.isDigit)
            guard (1...9).contains(digits.count), let value = number(digits.count) else { return nil }
            return (digits.count..<9).reduce(value) { value, _ in value * 10 }
        }

        mutating func take(_ text: String) -> Bool {
            guard rest.starts(with: text.utf8) else { return false }
            rest = rest.dropFirst(text.utf8.count)
            return true
        }

        mutating func skip(_ count: Int) -> Bool {
            guard rest.count >= count else { return false }
            rest = rest.dropFirst(count)
            return true
        }

        private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    }
}

extension Int64 {
    /// The quotient towards minus infinity, and a remainder that is never negative.
    fileprivate func floored(by divisor: Int64) -> (quotient: Int64, rest: Int64) {
        let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }
}
