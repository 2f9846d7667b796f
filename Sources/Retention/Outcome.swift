/// What became of one planned item. Raw values are stored in the ledger: never renumber.
public enum ItemOutcome: UInt8, Sendable, CaseIterable {
    /// Intent is recorded, the outcome is not known (yet).
    case pending = 0
    case deleted = 1
    case compressed = 2
    case updated = 3
    /// Somebody else was first: harmless.
    case gone = 4
    /// Not the item that was planned: kept.
    case changed = 5
    case failed = 6
    /// Not tried: the run ended first.
    case notTried = 7
    /// In use by another process: kept.
    case inUse = 8
}

/// Why an item failed; the label values of `cleanup_item_failures_total`.
public enum FailureReason: String, Sendable, CaseIterable {
    case permission, io, timeout, conflict, throttled
    case lockLost = "lock_lost"
    case integrity, unknown
}

/// Why an item was passed over; the label values of `cleanup_items_skipped_total`.
package enum SkipReason: String, Sendable, CaseIterable {
    case young, protected
    case atLeast = "at_least"
    case inUse = "in_use"
    case changed, symlink, mount, vanished, hardlink, budget
    /// An entry of a JSON file of which cannot be told what it is called, or how old it is.
    case corrupt
}

/// Why a run did not succeed; the label values of `cleanup_task_run_failures_total`.
public enum RunFailureReason: String, Sendable, CaseIterable {
    case timeout
    case `guard`
    case lockLost = "lock_lost"
    case backend, config, crash
}

/// A limit that refuses a whole plan before its first deletion; the label values of `cleanup_guard_trips_total`.
public enum Guard: String, Sendable, CaseIterable {
    case maxItems = "max_items"
    case maxBytes = "max_bytes"
    case maxPercent = "max_percent"
    case atLeast = "at_least"
    case references
    case emptyPolicy = "empty_policy"
    case clockSkew = "clock_skew"
    case cascade
    case rootDenied = "root_denied"
}

/// How a run of a task ended.
public enum RunOutcome: String, Sendable, CaseIterable {
    case success
    /// Some items failed.
    case partial
    case failed
    /// A guard refused the plan.
    case refused
    case cancelled
    /// Disabled, or nobody may act.
    case skipped
    /// An optional connection is not there.
    case unavailable
}

extension RunOutcome {
    private static let byGravity: [RunOutcome] = [
        .failed, .refused, .partial, .cancelled, .skipped, .unavailable, .success,
    ]

    /// What several runs came to together: the gravest of their outcomes; `nil` = there are none.
    package static func gravest(of outcomes: some Sequence<RunOutcome>) -> RunOutcome? {
        let all = Set(outcomes)
        return byGravity.first(where: all.contains)
    }
}

/// Outcome of one item with what it gave back.
package struct ItemResult: Sendable, Equatable {
    package var outcome: ItemOutcome
    package var failure: FailureReason?
    // Here, because it takes no room here, and runs keep very many of these.
    /// It is gone for good; `false` = a delete marker was made or removed, and the contents lie where they lay.
    package var isForGood = true
    /// Bytes given back to the file system; 0 unless the item went or shrank.
    package var freedBytes: Int64
    /// Compression only: bytes read and verified bytes written.
    package var inputBytes: Int64
    package var outputBytes: Int64
    /// Things that the item owned and that went before it, by their resource; also where it stayed itself.
    package var owned: [String: Int] = [:]
    /// For a person: what failed, on which object; of what is done, what the reason does not say, such as where a copy is.
    package var detail: String?
    /// A part of `detail` that somebody else has to tidy up, such as parts of an upload: said at once, whatever the outcome;
    /// not kept apart in the ledger.
    package var leftBehind: String?

    package init(
        _ outcome: ItemOutcome,
        failure: FailureReason? = nil,
        freedBytes: Int64 = 0,
        inputBytes: Int64 = 0,
        outputBytes: Int64 = 0,
        detail: String? = nil
    ) {
        self.outcome = outcome
        self.failure = failure
        self.freedBytes = freedBytes
        self.inputBytes = inputBytes
        self.outputBytes = outputBytes
        self.detail = detail
    }
}
