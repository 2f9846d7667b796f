/// Times of PostgreSQL: microseconds since 2000 on the wire, ISO 8601 as text, and since 1970 for us.
///
/// `.max` and `.min` are infinity and -infinity on both sides. Times after 294247-01-10, which the server can tell and
/// 64 bits since 1970 cannot, are held at `.max - 1`.
enum PostgresTime {
    /// From 1970-01-01 to 2000-01-01.
    private static let offset: Int64 = 946_684_800_000_000
    private static let microsecondsOfDay: Int64 = 86_400_000_000
    /// From 1970-01-01 to 2000-01-01.
    private static let offsetDays: Int64 = 10_957

    static func unix(fromServer value: Int64) -> Int64 {
        if value == .max || value == .min { return value }
        let (sum, overflow) = value.addingReportingOverflow(offset)
        return overflow ? .max - 1 : sum
    }

    /// What lies before the server's first year stays out of its range, so that the server refuses it.
    static func server(fromUnix value: Int64) -> Int64 {
        if value == .max || value == .min { return value }
        let (difference, overflow) = value.subtractingReportingOverflow(offset)
        return overflow ? .min + 1 : difference
    }

    static func unix(fromServerDays days: Int32) -> Int64 {
        if days == .max || days == .min { return days == .max ? .max : .min }
        let (product, overflow) = (Int64(days) + offsetDays).multipliedReportingOverflow(by: microsecondsOfDay)
        return overflow ? .max - 1 : product
    }

    /// The text that the server writes with `DateStyle` ISO and `TimeZone` UTC.
    /// - Parameters:
    ///   - server: microseconds since 2000, as the server keeps it.
    ///   - suffix: `+00` for timestamptz.
    static func text(server: Int64, suffix: String) -> String {
        if server == .max { return "infinity" }
        if server == .min { return "-infinity" }
        var days = server / microsecondsOfDay
        var rest = server % microsecondsOfDay
        if rest < 0 { (days, rest) = (days - 1, rest + microsecondsOfDay) }
        let seconds = rest / 1_000_000
        var text = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }.joined(separator: ":")
        if rest % 1_000_000 != 0 {
            var fraction = padded(rest % 1_000_000, 6)
            while fraction.hasSuffix("0") { fraction.removeLast() }
            text += ".\(fraction)"
        }
        let (date, isBC) = dateText(serverDays: days)
        return "\(date) \(text)\(suffix)\(isBC ? " BC" : "")"
    }

    static func text(serverDays days: Int32) -> String {
        if days == .max { return "infinity" }
        if days == .min { return "-infinity" }
        let (date, isBC) = dateText(serverDays: Int64(days))
        return isBC ? "\(date) BC" : date
    }

    private static func dateText(serverDays: Int64) -> (String, isBC: Bool) {
        let (year, month, day) = civil(fromDays: serverDays + offsetDays)
        let isBC = year <= 0
        return ("\(padded(isBC ? 1 - year : year, 4))-\(padded(month, 2))-\(padded(day, 2))", isBC)
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Days since 1970-01-01 of a date of the proleptic Gregorian calendar, whose year 0 is 1 BC.
    /// Years are counted from March, so that the leap day is the last. Periods of 400 years have 146,097 days.
    static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
