/// The three ways in which S3 writes an instant; all are UTC.
enum S3Time {
    /// `20150830T123600Z`: `x-amz-date`.
    /// - Parameter seconds: since 1970.
    static func amazon(_ seconds: Int64) -> String {
        let (days, rest) = seconds.floored(by: 86_400)
        let (year, month, day) = CivilTime.date(fromDays: days)
        let date = CivilTime.padded(year, 4) + CivilTime.padded(month, 2) + CivilTime.padded(day, 2)
        return date + "T" + [rest / 3600, rest / 60 % 60, rest % 60].map { CivilTime.padded($0, 2) }.joined() + "Z"
    }

    /// `2009-10-12T17:50:30.000Z`, in listings; up to 9 digits of a fraction.
    /// - Returns: nanoseconds since 1970; `nil` if it is none, or beyond what 64 bits hold.
    static func listed(_ text: String) -> Int64? {
        var scanner = TimeScanner(text)
        guard
            let date = scanner.date(), scanner.take("T"), let time = scanner.time(), let fraction = scanner.fraction(),
            scanner.take("Z") || scanner.take("+00:00"), scanner.isAtEnd, let seconds = CivilTime.seconds(date, time)
        else { return nil }
        return CivilTime.nanoseconds(seconds, fraction)
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`: the Date and Last-Modified of HTTP (RFC 9110, 5.6.7).
    /// - Returns: seconds since 1970.
    static func http(_ text: String) -> Int64? {
        var scanner = TimeScanner(text)
        guard
            scanner.skip(3), scanner.take(", "), let day = scanner.number(2), scanner.take(" "),
            let month = months.firstIndex(where: { scanner.take($0) }), scanner.take(" "),
            let year = scanner.number(4), scanner.take(" "), let time = scanner.time(), scanner.take(" GMT"),
            scanner.isAtEnd
        else { return nil }
        return CivilTime.seconds((year, Int64(month) + 1, day), time)
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
