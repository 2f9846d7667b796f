package import Foundation

extension Age {
    /// Beyond this many months (9,999 years) a duration is a slip of the finger.
    private static let maximumMonths: Int64 = 9999 * 12

    /// Reads `30m`, `12h`, `7d`, `2y5mo7d3h`: whole numbers, each with a unit, each unit once.
    ///
    /// Units: `ms`, `s`, `m` (always minutes), `h`, `d` (24 h), `w`, `mo`, `y`. Months and years follow the calendar,
    /// the others are exact. Zero is a duration; whether it makes sense is for the rule to say.
    public init(parsing text: String) throws(AgeError) {
        var months: Int64 = 0
        var milliseconds: Int64 = 0
        var seen: Set<String> = []
        var rest = Array(text.utf8)[...]
        guard !rest.isEmpty else {
            throw AgeError(.empty, text, "is empty. Write a number and a unit, such as 7d.")
        }
        while !rest.isEmpty {
            let (number, unit) = try Self.part(&rest, of: text)
            guard seen.insert(unit).inserted else {
                throw AgeError(.repeated, text, "has the unit \(unit) twice. Add the two up.")
            }
            let (factor, isCalendar) = try Self.factor(of: unit, in: text)
            let (product, overflow) = number.multipliedReportingOverflow(by: factor)
            let (sum, carry) = (isCalendar ? months : milliseconds).addingReportingOverflow(product)
            // Nanoseconds must fit as well.
            guard !overflow, !carry, sum <= (isCalendar ? Self.maximumMonths : .max / 1_000_000) else {
                throw AgeError(.overflow, text, "is too long. Write at most 200y.")
            }
            if isCalendar { months = sum } else { milliseconds = sum }
        }
        self.init(months: Int(months), milliseconds: milliseconds, text: text)
    }

    /// Whether it is some time: neither nothing nor less.
    package var isPositive: Bool { months >= 0 && milliseconds >= 0 && (months > 0 || milliseconds > 0) }

    /// The instant that lies this long before `instant`; saturates.
    ///
    /// Months go first, on the wall clock of `zone`: the same day of the month, or that month's last day where it has
    /// fewer, at the same time of day; of two such times (clocks set back) the earlier, and for one that a clock set
    /// forward skipped the instant that it would have been before the change or after it, whichever is earlier. Then
    /// the rest, exactly.
    package func before(_ instant: Instant, zone: TimeZone) -> Instant {
        let exact = milliseconds.multipliedReportingOverflow(by: -1_000_000)
        let rest = exact.overflow ? .min : exact.partialValue
        guard months > 0 else { return instant.adding(nanoseconds: rest) }
        let seconds = instant.nanoseconds.flooredQuotient(1_000_000_000)
        // Wrapping, because the last whole second before the earliest instant is not one.
        let fraction = instant.nanoseconds &- seconds &* 1_000_000_000
        let local = seconds + zone.offsetSeconds(at: seconds)
        let day = DayNumber(localSeconds: local)
        let timeOfDay = local - day.value * DayNumber.secondsPerDay
        let target = day.minus(months: Int64(months)).value * DayNumber.secondsPerDay + timeOfDay
        return Instant(seconds: zone.earliestInstantSeconds(local: target), nanoseconds: fraction)
            .adding(nanoseconds: rest)
    }

    private static func part(_ rest: inout ArraySlice<UInt8>, of text: String) throws(AgeError) -> (Int64, String) {
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        rest = rest.dropFirst(digits.count)
        let unit = rest.prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        rest = rest.dropFirst(unit.count)
        guard !digits.isEmpty else {
            throw AgeError(.malformed, text, "is none. Write whole numbers, each with its unit, such as 7d or 1d12h.")
        }
        guard !unit.isEmpty else {
            throw AgeError(.unit, text, "has a number without a unit (ms s m h d w mo y). Write, say, 7d or 1d12h.")
        }
        guard let number = Int64(String(decoding: digits, as: UTF8.self)) else {
            throw AgeError(.overflow, text, "is too long. Write at most 200y.")
        }
        return (number, String(decoding: unit, as: UTF8.self))
    }

    /// Milliseconds of an exact unit, months of one of the calendar.
    private static func factor(of unit: String, in text: String) throws(AgeError) -> (Int64, isCalendar: Bool) {
        switch unit {
        case "ms": (1, false)
        case "s": (1000, false)
        case "m": (60_000, false)
        case "h": (3_600_000, false)
        case "d": (86_400_000, false)
        case "w": (7 * 86_400_000, false)
        case "mo": (1, true)
        case "y": (12, true)
        default:
            throw AgeError(.unit, text, "has the unit \(unit), which there is not. Units are ms s m h d w mo y.")
        }
    }
}

extension TimeZone {
    /// The zone of that name, or `nil` where it is not known. UTC is made without ICU, which reads its tables first.
    static func named(_ name: String) -> TimeZone? {
        name == "UTC" ? TimeZone.gmt : TimeZone(identifier: name)
    }

    /// What the wall clock is ahead of UTC, in seconds.
    ///
    /// - Parameter seconds: since 1970-01-01T00:00:00Z.
    func offsetSeconds(at seconds: Int64) -> Int64 {
        Int64(secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
    }

    /// The first instant at which the wall clock shows `local` (both in seconds since 1970-01-01); where none does, the
    /// earlier reading of the two offsets around the gap.
    func earliestInstantSeconds(local: Int64) -> Int64 { instants(local: local).min() ?? local }

    /// The last of them; for what must not be taken for older than it may be.
    func latestInstantSeconds(local: Int64) -> Int64 { instants(local: local).max() ?? local }

    private func instants(local: Int64) -> [Int64] {
        let readings = [local - DayNumber.secondsPerDay, local + DayNumber.secondsPerDay]
            .map { local - offsetSeconds(at: $0) }
        let real = readings.filter { $0 + offsetSeconds(at: $0) == local }
        return real.isEmpty ? readings : real
    }
}
