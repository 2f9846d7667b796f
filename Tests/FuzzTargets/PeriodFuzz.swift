import Retention

/// Periods of reports: eight bytes are when it is asked, then a line for each side; an empty second one is left out.
enum PeriodFuzz {
    static let target = FuzzTarget("period", longest: 256) { bytes in
        var input = FuzzInput(bytes)
        // Up to the end of 2261: later times do not fit into 64 bits of nanoseconds.
        let now = Instant(seconds: Int64(input.number() % 9_214_646_400))
        let (since, until) = (input.textLine(), input.textLine())
        let period: Period
        do throws(PeriodError) {
            period = try Period(since: since, until: until.isEmpty ? nil : until, now: now)
        } catch {
            return try require(isPlain(error.message), "the refusal of a period has control characters")
        }
        try checkSides(period, now)
        try checkWritten(period, now)
        try checkSteps(period)
    }

    private static func checkSides(_ period: Period, _ now: Instant) throws {
        try require(period.start < period.end && period.end <= now, "a period ends at its start, or has not come yet")
        let longest: Int64 = 731 * 86_400_000_000_000
        try require(period.length <= longest, "a period of two years has \(period.length) ns")
    }

    private static func checkWritten(_ period: Period, _ now: Instant) throws {
        let (start, end) = (
            Timestamp.format(period.start, zone: "UTC", fractional: true),
            Timestamp.format(period.end, zone: "UTC", fractional: true)
        )
        let again = try Period(since: start, until: end, now: now)
        try require(again == period, "\(start) to \(end) is another period")
    }

    /// Each instant belongs to exactly one step.
    private static func checkSteps(_ period: Period) throws {
        let steps = period.steps
        let isWhole = steps.first?.start == period.start && steps.last?.end == period.end
        let hasNoGap = zip(steps, steps.dropFirst()).allSatisfy { $0.end == $1.start }
        try require(isWhole && hasNoGap, "the steps of a period are not the period")
        for (index, step) in steps.enumerated() {
            let last = step.end.adding(nanoseconds: -1)
            let isItsOwn = period.stepIndex(of: step.start) == index && period.stepIndex(of: last) == index
            try require(isItsOwn, "an instant of step \(index) is counted elsewhere")
        }
    }
}
