package import Retention

/// The end of a run of one task.
package struct RunEnd: Sendable, Equatable {
    package var outcome: RunOutcome
    package var failure: RunFailureReason?
    package var counts: RunCounts
    package var durationSeconds: Double
    /// For a person: why it did not succeed.
    package var message: String?
    package var endedAt: Instant

    package init(
        outcome: RunOutcome,
        failure: RunFailureReason? = nil,
        counts: RunCounts = RunCounts(),
        durationSeconds: Double = 0,
        message: String? = nil,
        endedAt: Instant
    ) {
        self.outcome = outcome
        self.failure = failure
        self.counts = counts
        self.durationSeconds = durationSeconds
        self.message = message
        self.endedAt = endedAt
    }
}

/// Items and bytes of a run: what the plan said, and what became of it.
package struct RunCounts: Sendable, Equatable {
    package var examined = 0
    /// Planned.
    package var remove = 0
    package var compress = 0
    package var keep = 0
    /// Bytes of the items planned for removal.
    package var plannedBytes: Int64 = 0
    /// Done.
    package var deleted = 0
    package var compressed = 0
    package var updated = 0
    package var gone = 0
    package var changed = 0
    package var inUse = 0
    package var failed = 0
    package var freedBytes: Int64 = 0

    package init() {}
}
