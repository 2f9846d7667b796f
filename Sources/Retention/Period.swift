/// A span of time: from an instant on, and before another.
package struct Period: Hashable, Sendable {
    /// What a trend is counted by.
    package enum Step: String, Sendable {
        case day, week

        package var nanoseconds: Int64 { (self == .day ? 1 : 7) * 86_400_000_000_000 }
    }

    /// Longer periods are counted by weeks.
    private static let mostDays: Int64 = 35

    package let start: Instant
    package let end: Instant

    package init(from start: Instant, to end: Instant) {
        self.start = start
        self.end = end
    }

    /// All instants but the very last one.
    package static let always = Period(from: .distantPast, to: .distantFuture)

    package func contains(_ instant: Instant) -> Bool { start <= instant && instant < end }

    /// Nanoseconds from its start to its end; saturates, and is 0 for an end before the start.
    package var length: Int64 {
        let (difference, overflow) = end.nanoseconds.subtractingReportingOverflow(start.nanoseconds)
        return overflow ? .max : max(0, difference)
    }

    /// The same length of time right before it.
    package var previous: Period { Period(from: start.adding(nanoseconds: -length), to: start) }

    package var step: Step { length <= Self.mostDays * Step.day.nanoseconds ? .day : .week }

    /// Its days of 24 h, or its weeks, counted from its start; the last may be cut short.
    package var steps: [Period] {
        let count = length / step.nanoseconds + (length % step.nanoseconds == 0 ? 0 : 1)
        return (0..<count).map { index in
            let from = start.adding(nanoseconds: index * step.nanoseconds)
            return Period(from: from, to: min(end, from.adding(nanoseconds: step.nanoseconds)))
        }
    }

    /// Which of ``steps`` holds an instant of the period.
    package func stepIndex(of instant: Instant) -> Int {
        Int((instant.nanoseconds - start.nanoseconds) / step.nanoseconds)
    }
}
