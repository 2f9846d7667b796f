import Foundation

extension Period {
    /// What is longer is a slip of the finger.
    private static let longest = Age(months: 24, milliseconds: 0, text: "2y")

    /// Reads the period of a report, in UTC.
    ///
    /// Either side is a day (`2026-10-01`: its first instant), a time of RFC 3339, or an age: `30d`, `1mo`. Ages of
    /// `since` count back from the end of the period, those of `until` from `now`.
    /// - Parameter until: `nil` = `now`; never later than that.
    package init(since: String, until: String?, now: Instant) throws(PeriodError) {
        var end = now
        if let until { end = try Self.instant(until, before: now, side: "until") }
        guard end <= now else {
            throw PeriodError("until: \(Timestamp.format(end)) has not come yet. Leave it out for all up to now.")
        }
        let start = try Self.instant(since, before: end, side: "since")
        guard start < end else {
            throw PeriodError(
                "since: \(Timestamp.format(start)) is not before the end of the period, \(Timestamp.format(end)). "
                    + "Write an earlier day, or an age such as 30d."
            )
        }
        guard Self.longest.before(end, zone: .gmt) <= start else {
            throw PeriodError(
                "since: \(Timestamp.format(start)) is more than two years before the end of the period. Write a later day."
            )
        }
        self.init(from: start, to: end)
    }

    private static func instant(_ text: String, before end: Instant, side: String) throws(PeriodError) -> Instant {
        do {
            if isDay(text) { return try Timestamp.parse(text + "T00:00:00Z") }
            if text.contains(where: { "-:".contains($0) }) { return try Timestamp.parse(text) }
            return try Age(parsing: text).before(end, zone: .gmt)
        } catch let error as AgeError {
            throw PeriodError("\(side): \(error) Or write a day, such as 2026-10-01.")
        } catch {
            throw PeriodError("\(side): \(error)")
        }
    }

    /// `2026-10-01`, whether or not there is such a day.
    private static func isDay(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return parts.map(\.count) == [4, 2, 2]
    }
}

/// Why a period is refused.
package struct PeriodError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Which side is wrong (`since:` or `until:`), why, and what to write instead.
    package let message: String

    init(_ message: String) {
        self.message = message
    }

    package var description: String { message }
}
