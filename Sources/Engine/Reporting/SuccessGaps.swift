package import Retention
package import State

/// For how long tasks went without a success: what the alert `CleanupTaskNotSucceeding` watches, found in the history.
package struct SuccessGaps: Sendable {
    /// How often a task should succeed, by its schedule and switches as they are now.
    package struct Expectation: Sendable, Equatable {
        /// Of its schedule; more than 0.
        package var intervalSeconds: Double
        /// What a run may take.
        package var timeoutSeconds: Double
        /// Since when that holds; `nil` = not known.
        package var since: Instant?
        /// The last success that is remembered, however old.
        package var lastSuccess: Instant?

        package init(
            intervalSeconds: Double,
            timeoutSeconds: Double,
            since: Instant? = nil,
            lastSuccess: Instant? = nil
        ) {
            self.intervalSeconds = intervalSeconds
            self.timeoutSeconds = timeoutSeconds
            self.since = since
            self.lastSuccess = lastSuccess
        }
    }

    /// The longest time that a task went without a success.
    package struct Gap: Sendable, Equatable {
        package var task: String
        package var from: Instant
        package var to: Instant
        /// It went on at the end of the period.
        package var isOpen: Bool
        /// The history does not say when it began; not later than `from`.
        package var isAtLeast: Bool
        package var expectation: Expectation

        package var seconds: Double { to.secondsSinceEpoch - from.secondsSinceEpoch }

        /// Past the instant at which the next success was due.
        package var overdueSeconds: Double { seconds - expectation.intervalSeconds }

        /// More than two intervals; less is a run that was a little late.
        package var isOverdue: Bool { seconds > 2 * expectation.intervalSeconds }

        /// As the alert counts.
        package var isAlerting: Bool {
            seconds > 2 * (expectation.intervalSeconds + expectation.timeoutSeconds)
        }
    }

    private let expectations: [String: Expectation]
    private let period: Period
    /// From when on successes are handed in.
    private let start: Instant
    private var lastSuccess: [String: Instant] = [:]
    private var longest: [String: Gap] = [:]

    /// - Parameter start: from when on all runs are handed in; before the period.
    package init(_ expectations: [String: Expectation], in period: Period, knownFrom start: Instant) {
        self.expectations = expectations
        self.period = period
        self.start = start
    }

    /// - Parameter run: in the order of the runs' ends.
    package mutating func add(_ run: StoredRun) {
        guard !run.record.dryRun, let end = run.end, end.outcome == .success,
            !(run.record.cycle.map { CycleDefinition.isQuotaCheck($0) } ?? false)
        else { return }
        if period.contains(end.endedAt) { note(run.record.task, until: end.endedAt, isOpen: false) }
        lastSuccess[run.record.task] = end.endedAt
    }

    /// Those that were overdue in the period, the longest first.
    package func overdue() -> [Gap] {
        var ended = self
        for task in expectations.keys { ended.note(task, until: period.end, isOpen: true) }
        return ended.longest.values.filter(\.isOverdue).sorted { left, right in
            (right.overdueSeconds, left.task) < (left.overdueSeconds, right.task)
        }
    }

    private mutating func note(_ task: String, until end: Instant, isOpen: Bool) {
        guard let expectation = expectations[task] else { return }
        let (from, isAtLeast) = beginning(of: task, expectation)
        guard from < end else { return }
        let gap = Gap(
            task: task,
            from: from,
            to: end,
            isOpen: isOpen,
            isAtLeast: isAtLeast,
            expectation: expectation
        )
        if gap.seconds > longest[task]?.seconds ?? 0 { longest[task] = gap }
    }

    /// The later of its last success and the instant since when it is due as it is.
    private func beginning(of task: String, _ expectation: Expectation) -> (Instant, isAtLeast: Bool) {
        // A stamp of later than `start` is of a run that the history has, or of the time after the period.
        let success = lastSuccess[task] ?? expectation.lastSuccess.flatMap { $0 <= start ? $0 : nil }
        if let since = expectation.since, since >= success ?? start { return (since, false) }
        return success.map { ($0, false) } ?? (start, true)
    }
}
