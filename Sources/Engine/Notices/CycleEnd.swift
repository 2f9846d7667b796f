package import Retention

/// What there is to tell of a cycle that has ended, or of those of its tasks that ran by hand.
///
/// A value, from which messages are made.
package struct CycleEnd: Sendable {
    /// Which try of a firing it was.
    package struct Attempt: Sendable, Equatable {
        package var number: Int
        package var maximum: Int
        /// When the tasks that failed are tried again; `nil` = not by this firing.
        package var retriesAt: Instant?

        package init(number: Int, maximum: Int, retriesAt: Instant? = nil) {
            self.number = number
            self.maximum = maximum
            self.retriesAt = retriesAt
        }
    }

    package var cycle: String
    package var trigger: Trigger
    /// `nil` = it ran by hand, which is tried once.
    package var attempt: Attempt?
    package var begunAt: Instant
    package var endedAt: Instant
    package var runs: [RunReport]

    /// - Parameter begunAt: when the first of the runs began; they took as long as the report says.
    package init(cycle: String, _ report: CycleReport, trigger: Trigger, attempt: Attempt? = nil, begunAt: Instant) {
        self.cycle = cycle
        self.trigger = trigger
        self.attempt = attempt
        self.begunAt = begunAt
        endedAt = begunAt.adding(nanoseconds: Int64(report.durationSeconds * 1e9))
        runs = report.runs
    }

    /// The gravest of its tasks; `nil` = none ran.
    package var outcome: RunOutcome? { RunOutcome.gravest(of: runs.map(\.outcome)) }

    /// Nothing was changed, whatever its outcome.
    var isDryRun: Bool { runs.allSatisfy(\.dryRun) }
}

extension RunReport {
    /// Items that went, or were set to their final state; of a dry run those that would.
    var items: Int { dryRun ? tally.remove : counts.deleted + counts.updated }

    /// Items that gave way to an archive; of a dry run those that would.
    var compressedItems: Int { dryRun ? tally.compress : counts.compressed }
}
