import Coordination
import Foundation
import Logging
import Retention
import State
import Stores

/// Closes what a process that died left open: half-made archives, and runs without an end.
///
/// What became of items whose outcome was not recorded is found out by looking: an item that is not there any more has
/// been deleted, one that is unchanged was not tried. The next run plans afresh.
package struct Recovery: Sendable {
    /// No preview takes as long: a day.
    private static let longestPreviewNanoseconds: Int64 = 86_400_000_000_000
    /// The detail of an item whose removal had begun, and of which nobody can tell now whether it is there.
    static let notLookedAt = "could not be looked at after a crash; the next run looks again"

    private let runner: TaskRunner

    package init(runner: TaskRunner) {
        self.runner = runner
    }

    /// Blocking. Goes over all tasks; a task that another process is running is left alone. Failures are logged.
    package func run(_ program: Program) {
        for task in program.tasks {
            do {
                guard try isNeeded(task) else { continue }
                let lock = try runner.locks.acquire(task: task.name)
                defer { lock.release() }
                try Recovery(runner: runner.holding(lock, task: task.name)).recover(task)
            } catch let error as LockError {
                // Held: its process is alive and ends its run itself.
                runner.logger.debug("\(error)", metadata: ["task": "\(task.name)"])
            } catch let error as StoreError {
                // The run itself will say so, with its outcome.
                runner.logger.debug("\(error)", metadata: ["task": "\(task.name)"])
            } catch {
                runner.metrics.ledgerFailed()
                runner.logger.error(
                    "\(LogWords.notClosed(error))",
                    metadata: ["action": "log_cleanup_error", "task": "\(task.name)"]
                )
            }
        }
    }

    /// Whether something may have been left: a run without an end, or a last one that did not succeed.
    func isNeeded(_ task: TaskDefinition) throws -> Bool {
        if try runner.state.unfinishedRuns().contains(where: { $0.task == task.name }) { return true }
        if try sweepLeft(task) > 0 { return true }
        let latest = try runner.state.runs(task: task.name, before: nil, limit: 20)
        guard let last = latest.first(where: { !$0.record.dryRun }) else { return false }
        return last.end?.outcome != .success
    }

    private func sweepLeft(_ task: TaskDefinition) throws -> Int {
        let scope = StampScope.task(task.name)
        let stamp = try runner.state.stamps().first { $0.scope == scope && $0.name == TaskStamp.sweepLeft.name }
        return Int(stamp?.value ?? 0)
    }

    private func remember(_ left: Int, of task: TaskDefinition) throws {
        guard try left != sweepLeft(task) else { return }
        let stamp = Stamp(scope: StampScope.task(task.name), name: TaskStamp.sweepLeft.name, value: Double(left))
        try runner.state.setStamps([stamp])
    }

    /// The caller holds the task's lock, so that no run without an end is alive.
    func recover(_ task: TaskDefinition) throws {
        for record in try runner.state.unfinishedRuns() where record.task == task.name {
            guard try isDead(record) else { continue }
            try close(record, task)
        }
        guard case .items(let store) = task.store else { return }
        let swept = try store.sweep(before: runner.now())
        try remember(swept.left, of: task)
        for warning in swept.warnings {
            runner.logger.warning(
                "\(task.name): \(warning)",
                metadata: ["action": "log_cleanup_error", "task": "\(task.name)"]
            )
        }
        guard swept.removed > 0 else { return }
        runner.logger.warning(
            "\(LogWords.sweptUp(swept.removed, of: task.name))",
            metadata: ["action": "temp_file_deleted", "task": "\(task.name)"]
        )
    }

    private func isDead(_ record: RunRecord) throws -> Bool {
        if record.dryRun {
            // Dry runs take no lock: alive as long as their process is.
            return isGone(record)
        }
        guard record.trigger == Trigger.plan.rawValue, let plan = record.requestedBy else { return true }
        // A saved plan waits for `apply`; it died only if that has begun, or if it was never saved to the end.
        return try savedPlan(plan) == nil ? isGone(record) : isApplied(record)
    }

    private func isApplied(_ record: RunRecord) throws -> Bool {
        guard let plan = record.requestedBy else { return false }
        return try savedPlan(plan)?.appliedAt != nil
    }

    /// A plan that was tampered with is none: nobody can apply it, and it must not stop its task for good.
    private func savedPlan(_ id: String) throws -> SavedPlan? {
        do {
            return try runner.state.savedPlan(id)
        } catch let error as StateError where error.code == .altered {
            return nil
        }
    }

    /// Whether the process has ended that made a preview or plan. Of another machine's only its age can tell.
    private func isGone(_ record: RunRecord) -> Bool {
        record.isProcessGone(host: runner.host)
            ?? (record.startedAt.adding(nanoseconds: Self.longestPreviewNanoseconds) < runner.now())
    }

    private func close(_ record: RunRecord, _ task: TaskDefinition) throws {
        var counts = ItemCounts()
        // A plan that was sealed to be saved, and never was, has touched nothing.
        let hasActed = try !record.dryRun && (record.trigger != Trigger.plan.rawValue || isApplied(record))
        if hasActed, try runner.state.run(record.id)?.seal != nil {
            switch task.store {
            case .items(let store): counts = try resolve(record.id, try store.openSource(asOf: record.cutoff))
            case .batches(let store): counts = try recordedBatches(of: record.id, areSet: store.setsRows)
            }
        }
        var report = RunReport(id: record.id.description, task: record.task, dryRun: record.dryRun)
        report.outcome = .failed
        report.failure = .crash
        report.counts = counts
        let machine = record.host.isEmpty || record.host == runner.host ? "" : " on \(record.host)"
        // A run of ours of which only the end could not be written is no crash.
        let isOurs = record.pid == getpid() && machine.isEmpty
        if isOurs { report.failure = .backend }
        report.message =
            (isOurs
                ? "The end of this run could not be recorded" : "The process \(record.pid)\(machine) died in this run")
            + "; what it had done was found out by looking."
        try runner.state.finish(record.id, RunEnd(report, endedAt: runner.now()))
        if !record.dryRun, !isOurs { runner.metrics.crashed(task.name) }
        runner.logger.error(
            """
            Run \(record.id) of \(task.name) had died: \(counts.deleted) deleted, \(counts.updated) set, \
            \(counts.compressed) compressed
            """,
            metadata: ["action": "cleanup_job_failed", "task": "\(task.name)", "run": "\(record.id)"]
        )
    }

    /// What batches are known to have removed. One whose outcome was not recorded went wholly or not at all; the next run
    /// takes up whatever is left of it.
    private func recordedBatches(of run: RunID, areSet: Bool) throws -> ItemCounts {
        var rows = 0
        var sequence = 0
        while true {
            let batches = try runner.state.batches(of: run, from: sequence, limit: 1_000)
            guard let last = batches.last else { break }
            sequence = last.sequence + 1
            for batch in batches { rows += batch.rows ?? 0 }
        }
        var counts = ItemCounts()
        counts.attempts = rows
        if areSet { counts.updated = rows } else { counts.deleted = rows }
        return counts
    }

    /// Finds out the outcomes that were not recorded.
    private func resolve(_ run: RunID, _ source: any Source) throws -> ItemCounts {
        var counts = ItemCounts()
        var sequence = 0
        while true {
            let blocks = try runner.state.blocks(of: run, from: sequence, limit: 8)
            guard let last = blocks.last else { return counts }
            sequence = last.sequence + 1
            var found: [(sequence: Int, results: [ItemResult])] = []
            for stored in blocks {
                let results = outcomes(of: stored, source)
                if results != stored.results { found.append((stored.sequence, results)) }
                for result in results { counts.add(result) }
            }
            if !found.isEmpty { try runner.state.record(found, of: run) }
        }
    }

    /// Those that are recorded, and what is found out by looking of all others.
    private func outcomes(of stored: StoredBlock, _ source: any Source) -> [ItemResult] {
        guard let results = stored.results else { return look(stored.block, source) }
        guard results.contains(where: { $0.outcome == .pending }) else { return results }
        return zip(results, look(stored.block, source)).map { $0.outcome == .pending ? $1 : $0 }
    }

    private func look(_ block: ItemBlock, _ source: any Source) -> [ItemResult] {
        source.presence(of: block).map { presence in
            switch presence {
            case .absent: ItemResult(.deleted, detail: "found gone after a crash")
            case .archived: ItemResult(.compressed, detail: "found archived after a crash")
            case .unchanged: ItemResult(.notTried)
            case .changed: ItemResult(.changed)
            case .unknown: ItemResult(.failed, failure: .unknown, detail: Self.notLookedAt)
            }
        }
    }
}

extension RunRecord {
    /// Whether the process that carries it out has ended; `nil` = it is of another machine, and cannot be asked.
    /// - Parameter own: name of this machine.
    package func isProcessGone(host own: String) -> Bool? {
        guard host.isEmpty || host == own else { return nil }
        return kill(pid, 0) != 0 && errno == ESRCH
    }
}
