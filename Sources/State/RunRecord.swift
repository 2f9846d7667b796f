package import Retention

/// The beginning of a run of one task.
package struct RunRecord: Sendable, Equatable {
    package var id: RunID
    package var task: String
    package var cycle: String?
    /// What started it (`schedule`, `api`, …).
    package var trigger: String
    /// Who asked, where a person or token did.
    package var requestedBy: String?
    /// The call from outside that asked for it, with others perhaps (`CallRecord`).
    package var request: RunID?
    package var dryRun: Bool
    package var startedAt: Instant
    /// Machine on which it is carried out; empty = not known (of a version before).
    package var host: String
    /// Process that carries it out.
    package var pid: Int32
    /// Fencing token of the task's lease; `nil` = a lock of one machine alone.
    package var epoch: Int64?
    /// Digest of everything that decides what goes.
    package var policyDigest: String
    /// The one instant that all ages of the run are counted from.
    package var cutoff: Instant

    package init(
        id: RunID,
        task: String,
        cycle: String? = nil,
        trigger: String,
        requestedBy: String? = nil,
        request: RunID? = nil,
        dryRun: Bool,
        startedAt: Instant,
        host: String = "",
        pid: Int32,
        epoch: Int64? = nil,
        policyDigest: String,
        cutoff: Instant
    ) {
        self.id = id
        self.task = task
        self.cycle = cycle
        self.trigger = trigger
        self.requestedBy = requestedBy
        self.request = request
        self.dryRun = dryRun
        self.startedAt = startedAt
        self.host = host
        self.pid = pid
        self.epoch = epoch
        self.policyDigest = policyDigest
        self.cutoff = cutoff
    }
}

/// A run as the state store remembers it.
package struct StoredRun: Sendable, Equatable {
    package var record: RunRecord
    /// What is known so far: the plan's figures from its seal on, all figures from its end on.
    package var counts: RunCounts
    /// `nil` while the plan is not sealed (a dry run's never is, unless it was saved).
    package var seal: PlanSeal?
    /// `nil` while the run goes on, or when its process died.
    package var end: RunEnd?
    /// The run's items have been removed from the history because of their age.
    package var itemsPruned: Bool

    package init(
        record: RunRecord,
        counts: RunCounts = RunCounts(),
        seal: PlanSeal? = nil,
        end: RunEnd? = nil,
        itemsPruned: Bool = false
    ) {
        self.record = record
        self.counts = counts
        self.seal = seal
        self.end = end
        self.itemsPruned = itemsPruned
    }
}
