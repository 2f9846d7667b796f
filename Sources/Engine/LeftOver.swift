import Retention

/// Counts the items that a run should have removed and that are still there.
struct LeftOver {
    private var reached = 0
    private var count = 0
    /// The oldest times of what was planned, and of what is left of it.
    private var oldestPlanned = Instant.distantFuture
    private var oldestLeft = Instant.distantFuture

    mutating func add(_ block: ItemBlock, _ results: [ItemResult]) {
        for (item, result) in zip(block.items, results) where item.verdict == .remove {
            reached += 1
            oldestPlanned = min(oldestPlanned, item.time)
            guard Self.isStillThere(result) else { continue }
            count += 1
            oldestLeft = min(oldestLeft, item.time)
        }
    }

    /// Sets the overdue figures of a run that has acted.
    ///
    /// How far an item is past its retention falls as its time rises, second by second; so the age of the oldest one left
    /// follows from that of the oldest one planned. With items that no worker reached, the plan's age stands.
    func settle(_ report: inout RunReport) {
        let waiting = report.tally.deferred + max(0, report.tally.remove - reached)
        report.overdueItems = count + waiting
        guard waiting == 0 else { return }
        guard count > 0 else {
            report.oldestOverdueSeconds = 0
            return
        }
        let younger = oldestLeft.secondsSinceEpoch - oldestPlanned.secondsSinceEpoch
        report.oldestOverdueSeconds = max(0, report.oldestOverdueSeconds - younger)
    }

    private static func isStillThere(_ result: ItemResult) -> Bool {
        switch result.outcome {
        case .deleted, .updated, .gone, .compressed: false
        case .pending, .changed, .failed, .notTried, .inUse: true
        }
    }
}
