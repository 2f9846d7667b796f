public import Retention

/// What a run of a task came to; the same figures go to the ledger, the metrics, the log and the summary.
public struct RunReport: Sendable {
    /// The run as the ledger names it; empty = it never began.
    public package(set) var id: String
    /// Which task ran.
    public package(set) var task: String
    /// How it ended.
    public package(set) var outcome: RunOutcome = .success
    /// Why it did not succeed; `nil` = it did, or it was not its own fault.
    public package(set) var failure: RunFailureReason?
    /// It only looked, whatever was asked for.
    public package(set) var dryRun: Bool
    /// For a person: why it did not succeed, and what to do.
    public package(set) var message: String?
    /// What the plan came to.
    public package(set) var tally = Tally()
    /// What became of the items; all 0 in a dry run.
    public package(set) var counts = ItemCounts()
    /// Transactions that removed or set rows, as the ledger has them; 0 of items.
    package var batches = 0
    /// Counting what is due ended at a limit: there is at least as much as `tally.remove` says.
    package var isCountCut = false
    /// What a plan by predicate does, for people.
    package var sentence: String?
    /// A table or column is not there (yet): nothing was looked at.
    package var isAbsent = false
    /// For a person; none of them made the run fail.
    public package(set) var warnings: [String] = []
    /// The guard that refused the plan.
    public package(set) var trip: Limits.Trip?
    /// Places that could not be looked at: the first ones, and how many in all.
    package var problems: [String] = []
    package var problemCount = 0
    package var skipped: [SkipReason: Int] = [:]
    package var overdueItems = 0
    package var oldestOverdueSeconds: Double = 0
    package var usedBytes: Int64 = 0
    /// From its beginning to its last record.
    public package(set) var durationSeconds: Double = 0
    /// Somebody else holds the task's lock: that is why it did not run.
    package var isLocked = false
    /// It is this very process that holds it.
    package var isHeldHere = false
    /// Whose store has seen a later holder of the task's lock, and refused this one.
    package var fencedBy: FencedBy?
    /// Its cycle ended before its turn came.
    package var isNotBegun = false
    /// The scan went over everything, so that its figures of what is overdue and used are the truth.
    package var scanCompleted = false
    /// The task's own policy decided; not overrides of a run by hand, and not a look at the quota alone.
    package var hasOwnPolicy = true
    /// It only looked at the quota, between the runs of the task's cycles.
    package var isQuotaCheck = false
    /// Outcomes that could not be recorded: the run stays open, and recovery finds out what became of its items.
    package var isLedgerIncomplete = false

    package init(id: String, task: String, dryRun: Bool) {
        self.id = id
        self.task = task
        self.dryRun = dryRun
    }

    /// What summaries call bytes: what would go in a dry run, what was given back in a real one.
    public var bytes: Int64 { dryRun ? tally.removeBytes : counts.freedBytes }
}

/// What can refuse a former holder of a lock.
package enum FencedBy: Sendable {
    case state, connection
}

/// Outcomes of items, counted. Bytes saturate: what a store says must not end the process.
public struct ItemCounts: Sendable, Equatable {
    /// Items that were tried.
    public package(set) var attempts = 0
    /// Removed.
    public package(set) var deleted = 0
    package var compressed = 0
    package var updated = 0
    /// Somebody else was first: harmless.
    public package(set) var gone = 0
    /// Not what was planned any more: kept.
    public package(set) var changed = 0
    /// In use: kept.
    public package(set) var inUse = 0
    /// Not tried, because the run ended first.
    public package(set) var notTried = 0
    /// Could not be removed.
    public package(set) var failed = 0
    /// Of `failed`, by cause.
    public package(set) var failures: [FailureReason: Int] = [:]
    /// Bytes that were given back.
    public package(set) var freedBytes: Int64 = 0
    package var inputBytes: Int64 = 0
    package var outputBytes: Int64 = 0

    package init() {}

    package mutating func add(_ result: ItemResult) {
        switch result.outcome {
        case .pending, .notTried:
            notTried += 1
            // What it owned may have gone before the run was ended.
            freedBytes = freedBytes.addingSaturated(result.freedBytes)
            return
        case .deleted: deleted += 1
        case .compressed: compressed += 1
        case .updated: updated += 1
        case .gone: gone += 1
        case .changed: changed += 1
        case .inUse: inUse += 1
        case .failed:
            failed += 1
            failures[result.failure ?? .unknown, default: 0] += 1
        }
        attempts += 1
        freedBytes = freedBytes.addingSaturated(result.freedBytes)
        inputBytes = inputBytes.addingSaturated(result.inputBytes)
        outputBytes = outputBytes.addingSaturated(result.outputBytes)
    }

    package static func + (left: ItemCounts, right: ItemCounts) -> ItemCounts {
        var sum = left
        sum.attempts += right.attempts
        sum.deleted += right.deleted
        sum.compressed += right.compressed
        sum.updated += right.updated
        sum.gone += right.gone
        sum.changed += right.changed
        sum.inUse += right.inUse
        sum.notTried += right.notTried
        sum.failed += right.failed
        sum.failures.merge(right.failures, uniquingKeysWith: +)
        sum.freedBytes = left.freedBytes.addingSaturated(right.freedBytes)
        sum.inputBytes = left.inputBytes.addingSaturated(right.inputBytes)
        sum.outputBytes = left.outputBytes.addingSaturated(right.outputBytes)
        return sum
    }
}

/// Sees the items of a run as they are decided and done; for listings and progress. Called from several threads.
package protocol RunObserver: Sendable {
    /// A judged block of a dry run or plan, or of a real run before anything is done.
    func planned(_ block: ItemBlock, task: String)
    /// What became of the items of a block.
    func acted(_ block: ItemBlock, results: [ItemResult], task: String)
}

/// Sees nothing.
package struct SilentObserver: RunObserver {
    package init() {}
    package func planned(_ block: ItemBlock, task: String) {}
    package func acted(_ block: ItemBlock, results: [ItemResult], task: String) {}
}
