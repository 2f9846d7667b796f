import Retention
import Stores
import Synchronization

/// Turns a scan and a policy into verdicts: the plan. Never changes what it looks at.
struct Planner {
    /// What a plan came to.
    struct Result: Sendable {
        var tally = Tally()
        var scan: ScanSummary
        /// Items that `keep: {open: true}` held after the policy had given them up.
        var heldOpen = 0
        /// How far past retention the oldest eligible item is, in nanoseconds; 0 = none is eligible.
        var oldestOverdueNanoseconds: Int64 = 0
    }

    let source: any Source
    let policy: Policy
    /// The one instant that all ages of this plan are counted from.
    let now: Instant
    let workers: Int
    /// Where a spool may be made.
    let spoolFolder: String

    /// Scans, decides, and hands each judged block to `emit` (from several threads at once).
    ///
    /// Blocking. Throws what the policy refuses, what the source cannot do, and what `emit` throws.
    func plan(
        cancellation: Cancellation,
        emit: @escaping @Sendable (ItemBlock) throws -> Void
    ) throws -> Result {
        let judge = try Judge(policy: policy, now: now)
        return judge.remainingPasses == 0
            ? try planInOnePass(judge, cancellation: cancellation, emit: emit)
            : try planInPasses(judge, cancellation: cancellation, emit: emit)
    }

    private func planInOnePass(
        _ judge: Judge,
        cancellation: Cancellation,
        emit: @Sendable (ItemBlock) throws -> Void
    ) throws -> Result {
        let totals = Mutex(Totals())
        let scan = try source.scan(workers: workers, isCancelled: { cancellation.isCancelled }) { block in
            let part = decide(judge, &block)
            totals.withLock { $0.add(part) }
            try emit(block)
        }
        return totals.withLock { $0.result(scan) }
    }

    /// Rules that count (keep the last 10, at least 3, a quota) need all items before they can say anything of one.
    private func planInPasses(
        _ start: Judge,
        cancellation: Cancellation,
        emit: @Sendable (ItemBlock) throws -> Void
    ) throws -> Result {
        let spool = Spool(folder: spoolFolder)
        let shared = Mutex(start)
        let scan = try source.scan(workers: workers, isCancelled: { cancellation.isCancelled }) { block in
            try spool.append(block)
            shared.withLock { $0.observe(block) }
        }
        var judge = shared.withLock { $0 }
        judge.setUsedBytes(scan.usedBytes)
        judge.endPass()
        // A scan that saw only a part must not decide who is among the newest.
        guard !cancellation.isCancelled else { return Totals().result(scan) }
        while judge.remainingPasses > 0 {
            try spool.forEach { judge.observe($0) }
            judge.endPass()
        }
        var totals = Totals()
        try spool.forEach { block in
            totals.add(decide(judge, &block))
            try emit(block)
        }
        return totals.result(scan)
    }

    private func decide(_ judge: Judge, _ block: inout ItemBlock) -> Totals {
        var part = Totals()
        part.tally = judge.judge(&block)
        if policy.keep.open, part.tally.remove + part.tally.compress > 0 {
            part.heldOpen = hold(&block, in: &part.tally)
        }
        if part.tally.remove + part.tally.deferred > 0 {
            for item in block.items where item.verdict == .remove || item.verdict == .deferred {
                part.oldestOverdue = max(part.oldestOverdue, judge.overdueNanoseconds(of: item, in: block))
            }
        }
        return part
    }

    /// Keeps open files, and moves them from one column of the tally to the other.
    private func hold(_ block: inout ItemBlock, in tally: inout Tally) -> Int {
        let before = block.items
        let held = source.confirm(&block)
        guard held > 0 else { return 0 }
        for (old, new) in zip(before, block.items) where old.verdict != new.verdict {
            tally.keep += 1
            if old.verdict == .remove {
                tally.remove -= 1
                tally.removeBytes -= old.size
                // Which of the two it was counted in is not known here; so the guards see rather more than less.
                tally.quotaRemove = max(0, tally.quotaRemove - 1)
                tally.quotaRemoveBytes = max(0, tally.quotaRemoveBytes - old.size)
            } else {
                tally.compress -= 1
            }
        }
        return held
    }

    private struct Totals {
        var tally = Tally()
        var heldOpen = 0
        var oldestOverdue: Int64 = 0

        mutating func add(_ part: Totals) {
            tally = tally + part.tally
            heldOpen += part.heldOpen
            oldestOverdue = max(oldestOverdue, part.oldestOverdue)
        }

        func result(_ scan: ScanSummary) -> Result {
            Result(tally: tally, scan: scan, heldOpen: heldOpen, oldestOverdueNanoseconds: oldestOverdue)
        }
    }
}
