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
        let (days, rest) = server.floored(by: microsecondsOfDay)
        let seconds = rest / 1_000_000
        var text = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { CivilTime.padded($0, 2) }.joined(
            separator: ":"
        )
        if rest % 1_000_000 != 0 {
            var fraction = CivilTime.padded(rest % 1_000_000, 6)
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
        let (year, month, day) = CivilTime.date(fromDays: serverDays + offsetDays)
        let isBC = year <= 0
        let parts = [CivilTime.padded(isBC ? 1 - year : year, 4)] + [month, day].map { CivilTime.padded($0, 2) }
        return (parts.joined(separator: "-"), isBC)
    }
}
