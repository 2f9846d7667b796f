import Console
import Engine
import Foundation
import Retention
import State

extension RunDocument {
    /// A run of the history.
    /// - Parameters:
    ///   - plan: the saved plan that it belongs to, if it belongs to one that is known.
    ///   - batches: that were committed with rows; `nil` = nobody knows any more.
    init(_ run: StoredRun, state: State, plan: SavedPlan?, batches: Int?) {
        let record = run.record
        self.init(
            id: record.id.description,
            task: record.task,
            state: state,
            trigger: record.trigger,
            dryRun: record.dryRun,
            startedAt: Timestamp.format(run.began(plan))
        )
        request = record.request?.description
        cycle = record.cycle
        if record.isOfPlan {
            self.plan = record.requestedBy
            requestedBy = plan?.appliedBy ?? plan?.createdBy
        } else {
            requestedBy = record.requestedBy
        }
        endedAt = run.end.map { Timestamp.format($0.endedAt) }
        outcome = run.end?.outcome.rawValue
        failure = run.end?.failure?.rawValue
        message = run.end?.message
        durationSeconds = run.end?.durationSeconds ?? 0
        itemsPruned = run.itemsPruned
        self.batches = batches
        take(run.end?.counts ?? run.counts)
    }

    private mutating func take(_ counts: RunCounts) {
        examined = counts.examined
        remove = counts.remove
        compress = counts.compress
        keep = max(0, counts.examined - counts.remove - counts.compress)
        deleted = counts.deleted
        compressed = counts.compressed
        updated = counts.updated
        inUse = counts.inUse
        gone = counts.gone
        changed = counts.changed
        failed = counts.failed
        bytes = dryRun ? counts.plannedBytes : counts.freedBytes
    }

    /// A run that has just ended, as the command line would show it.
    init(_ report: RunReport, call: RunID, trigger: Trigger, by who: String, startedAt: Instant) {
        self.init(
            id: report.id,
            task: report.task,
            state: .ended,
            trigger: trigger.rawValue,
            dryRun: report.dryRun,
            startedAt: Timestamp.format(startedAt)
        )
        request = call.description
        requestedBy = who
        outcome = report.outcome.rawValue
        failure = report.failure?.rawValue
        message = report.message
        durationSeconds = report.durationSeconds
        examined = report.tally.examined
        remove = report.tally.remove
        compress = report.tally.compress
        keep = report.tally.staying
        deleted = report.counts.deleted
        compressed = report.counts.compressed
        updated = report.counts.updated
        inUse = report.counts.inUse
        gone = report.counts.gone
        changed = report.counts.changed
        failed = report.counts.failed
        batches = report.batches
        bytes = report.bytes
    }
}

extension RunDocument.State {
    /// - Parameters:
    ///   - isActive: this process carries it out at the moment.
    ///   - plan: the saved plan that a run of the trigger `plan` belongs to, if there is one.
    init(_ run: StoredRun, isActive: Bool, plan: SavedPlan?) {
        let record = run.record
        if run.end != nil {
            self = .ended
        } else if isActive {
            self = .running
        } else if record.isOfPlan, let plan, plan.appliedAt == nil {
            self = .sealed
        } else {
            let isOurs = record.pid == getpid() && record.host == ProcessInfo.processInfo.hostName
            let isGone = isOurs || record.isProcessGone(host: ProcessInfo.processInfo.hostName) ?? false
            self = isGone ? .interrupted : .running
        }
    }
}

extension StoredRun {
    /// When it began to do something: of a plan that was applied not when that was made.
    fileprivate func began(_ plan: SavedPlan?) -> Instant {
        guard record.isOfPlan else { return record.startedAt }
        guard let end, end.hasActed, (0..<1e9).contains(end.durationSeconds) else {
            return plan?.appliedAt ?? record.startedAt
        }
        return end.endedAt.adding(nanoseconds: -Int64(end.durationSeconds * 1e9))
    }
}

extension ProgressDocument {
    init(_ progress: ActiveRuns.Progress) {
        let counts = progress.counts
        self.init(
            id: progress.id.description,
            task: progress.task,
            request: progress.call?.description,
            dryRun: progress.isDryRun,
            startedAt: Timestamp.format(progress.startedAt),
            examined: progress.examined,
            planned: progress.planned,
            plannedBytes: progress.plannedBytes,
            done: counts.attempts,
            deleted: counts.deleted + counts.updated,
            failed: counts.failed,
            bytes: counts.freedBytes
        )
    }
}

extension ItemDocument {
    init(
        _ item: Item,
        of block: ItemBlock,
        task: String,
        itemName: TaskDefinition.ItemName?,
        result: ItemResult? = nil
    ) {
        let group = block.group(of: item)
        self.init(
            task: task,
            item: DisplayName.exact(block.path(of: item)[...]),
            name: itemName?(item, block),
            verdict: item.verdict.word,
            reason: block.reason(of: item),
            bytes: item.size,
            time: Timestamp.format(item.time),
            group: group.isEmpty ? nil : group,
            outcome: result?.outcome.word,
            detail: result?.detail
        )
    }
}
