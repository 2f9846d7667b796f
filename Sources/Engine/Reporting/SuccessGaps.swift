package import Retention
package import State

/// For how long tasks went without a success: what the alerts `CleanupTaskNotSucceeding` and `CleanupTaskNeverSucceeded`
/// watch, found in the history.
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
        /// The switches that are seen here say that it does nothing: expected only of a task that acted all the same.
        package var isExempt: Bool

        package init(
            intervalSeconds: Double,
            timeoutSeconds: Double,
            since: Instant? = nil,
            lastSuccess: Instant? = nil,
            isExempt: Bool = false
        ) {
            self.intervalSeconds = intervalSeconds
            self.timeoutSeconds = timeoutSeconds
            self.since = since
            self.lastSuccess = lastSuccess
            self.isExempt = isExempt
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
        /// A success of before is known.
        package var hasSucceeded: Bool
        package var expectation: Expectation

        package var seconds: Double { to.secondsSinceEpoch - from.secondsSinceEpoch }

        /// Past the instant at which the next success was due.
        package var overdueSeconds: Double { seconds - expectation.intervalSeconds }

        /// More than two intervals; less is a run that was a little late.
        package var isOverdue: Bool { seconds > 2 * expectation.intervalSeconds }

        /// Which alert fires for it; `nil` = it is too short for one.
        package var alert: String? {
            guard seconds > 2 * (expectation.intervalSeconds + expectation.timeoutSeconds) else { return nil }
            return hasSucceeded ? "CleanupTaskNotSucceeding" : "CleanupTaskNeverSucceeded"
        }
    }

    private let expectations: [String: Expectation]
    private let period: Period
    /// From when on successes are handed in.
    private let start: Instant
    /// Where the present stretch of each task begins: its last success, or a run that had nothing to connect to.
    private var lastEnd: [String: Instant] = [:]
    private var lastOutcomes: [String: RunOutcome] = [:]
    private var succeeded: Set<String> = []
    /// Had a real run in the period.
    private var acted: Set<String> = []
    private var longest: [String: Gap] = [:]

    /// - Parameter start: from when on all runs are handed in; before the period.
    package init(_ expectations: [String: Expectation], in period: Period, knownFrom start: Instant) {
        self.expectations = expectations
        self.period = period
        self.start = start
    }

    /// - Parameter run: in the order of the runs' ends.
    package mutating func add(_ run: StoredRun) {
        guard !run.record.dryRun, let end = run.end, run.isRun else { return }
        let task = run.record.task
        // A run that was skipped has looked at nothing.
        if end.outcome != .skipped { lastOutcomes[task] = end.outcome }
        let isAction = end.outcome != .skipped && end.outcome != .unavailable
        if isAction, period.contains(end.endedAt) { acted.insert(task) }
        guard [.success, .unavailable].contains(end.outcome), !run.isOfQuota, !isByAnotherPolicy(task, end)
        else { return }
        if period.contains(end.endedAt) { note(task, until: end.endedAt, isOpen: false) }
        lastEnd[task] = end.endedAt
        if end.outcome == .success { succeeded.insert(task) }
    }

    /// The last success by the task's own policy is stamped after its run has ended, so that a later one is by another
    /// (`--older-than`), and says nothing of the task. Of earlier ones nobody knows.
    private func isByAnotherPolicy(_ task: String, _ end: RunEnd) -> Bool {
        guard end.outcome == .success, let stamp = expectations[task]?.lastSuccess else { return false }
        return end.endedAt >= stamp.adding(nanoseconds: 1_000_000_000)
    }

    // MARK: What was found

    /// The tasks of which a success was expected at the end of the period.
    package var watched: Set<String> {
        Set(expectations.keys.filter { isExpected($0) && lastOutcomes[$0] != .unavailable })
    }

    /// Those whose last run had nothing to connect to, which is optional: no alert waits for them. In alphabetical order.
    package var away: [String] {
        expectations.keys.filter { isExpected($0) && lastOutcomes[$0] == .unavailable }.sorted()
    }

    /// Those that were overdue in the period, the longest first.
    package func overdue() -> [Gap] {
        var ended = self
        for task in watched { ended.note(task, until: period.end, isOpen: true) }
        return ended.longest.values.filter { $0.isOverdue && isExpected($0.task) }.sorted { left, right in
            (right.overdueSeconds, left.task) < (left.overdueSeconds, right.task)
        }
    }

    private func isExpected(_ task: String) -> Bool {
        expectations[task].map { !$0.isExempt || acted.contains(task) } ?? false
    }

    private mutating func note(_ task: String, until end: Instant, isOpen: Bool) {
        guard let expectation = expectations[task] else { return }
        let (from, isAtLeast, hasSucceeded) = beginning(of: task, expectation)
        guard from < end else { return }
        let gap = Gap(
            task: task,
            from: from,
            to: end,
            isOpen: isOpen,
            isAtLeast: isAtLeast,
            hasSucceeded: hasSucceeded,
            expectation: expectation
        )
        if gap.seconds > longest[task]?.seconds ?? 0 { longest[task] = gap }
    }

    /// The later of its last success and the instant since when it is due as it is.
    private func beginning(
        of task: String,
        _ expectation: Expectation
    ) -> (Instant, isAtLeast: Bool, hasSucceeded: Bool) {
        // A stamp of later than `start` is of a run that the history has, or of the time after the period.
        let stamp = expectation.lastSuccess.flatMap { $0 <= start ? $0 : nil }
        let hasSucceeded = stamp != nil || succeeded.contains(task)
        let last = lastEnd[task] ?? stamp
        if let since = expectation.since, since >= last ?? start { return (since, false, hasSucceeded) }
        return last.map { ($0, false, hasSucceeded) } ?? (start, true, hasSucceeded)
    }
}
