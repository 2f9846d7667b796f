import Retention
import State
import Stores

extension Attempt {
    /// What is left after a run is counted no further.
    private static let restLimit = 10_000

    /// A sealed predicate is no list: whether more rows match it now than were seen when it was sealed, or than the
    /// task's limits allow.
    func growth(of store: any BatchStore, beyond sealed: Tally) throws -> Limits.Trip? {
        guard let record = try runner.state.run(id) else { return nil }
        let request = BatchPlanRequest(now: record.record.startedAt, countLimit: sealed.remove + 1, limits: task.limits)
        let plan = try store.plan(request, isCancelled: { cancellation.isCancelled })
        if let trip = plan.trip { return trip }
        // Of a plan whose counting was cut, nobody had seen how many there were.
        guard plan.tally.remove > sealed.remove, sealed.remove < TaskPlanner.shownCount else { return nil }
        return Limits.Trip(
            guard: .maxItems,
            message: "More rows of \(task.name) match the plan than the \(sealed.remove) that it was sealed with: they "
                + "have changed since. Nothing was removed. Make a new plan."
        )
    }

    /// Carries out a sealed predicate.
    func act(_ store: any MutableBatchStore, _ seal: PlanSeal, _ report: inout RunReport) throws {
        guard let block = try runner.state.blocks(of: id, from: 0, limit: 1).first?.block, seal.blocks == 1 else {
            throw EngineError.isNotAsSealed(task.name)
        }
        let plan = BatchPlan(predicate: block.place, sentence: "")
        let executor = BatchExecutor(
            state: runner.state,
            run: id,
            task: task,
            metrics: runner.metrics,
            logger: runner.logger,
            now: runner.now,
            cancellation: cancellation,
            onBatch: { [runner, id] counts in runner.active.advanced(id) { $0.counts = $0.counts + counts } }
        )
        var result = BatchExecutor.Result()
        do {
            let remover = try opened {
                let isCancelled = { @Sendable [cancellation] in cancellation.isCancelled }
                return try store.openRemover(
                    of: plan,
                    run: id.description,
                    fence: fence,
                    isCancelled: isCancelled
                )
            }
            try executor.carryOut(remover, into: &result)
        } catch {
            // What was removed before stands in the books.
            take(result, &report)
            lookAtRest(store, result, &report)
            throw error
        }
        take(result, &report)
        lookAtRest(store, result, &report)
        if let error = result.ledgerError {
            runner.metrics.ledgerFailed()
            throw error
        }
        conclude(result, &report)
    }

    private func take(_ result: BatchExecutor.Result, _ report: inout RunReport) {
        report.counts = result.counts
        report.batches = result.batches
        report.isLedgerIncomplete = result.ledgerError != nil
        let removed = result.counts.deleted + result.counts.updated
        // What went was due, whatever the plan had counted.
        report.tally.remove = max(report.tally.remove, removed + result.counts.failed)
        report.tally.examined = max(report.tally.examined, report.tally.remove)
        report.overdueItems = result.counts.failed
        report.warnings += result.warnings
    }

    /// What is still due after a run, looked up: nobody had counted it before. If it cannot be, the last figures stand.
    private func lookAtRest(_ store: any BatchStore, _ result: BatchExecutor.Result, _ report: inout RunReport) {
        guard !result.isExhausted || result.counts.failed > 0 else {
            report.oldestOverdueSeconds = 0
            return
        }
        do {
            let request = BatchPlanRequest(now: startedAt, countLimit: Self.restLimit, limits: Limits())
            let rest = try store.plan(request, isCancelled: { false })
            report.overdueItems = max(report.overdueItems, rest.tally.remove + rest.tally.deferred)
            report.oldestOverdueSeconds = rest.oldestOverdueSeconds
        } catch {
            report.scanCompleted = false
            report.warnings.append(RunReport.restUnknown(error))
        }
    }

    private func conclude(_ result: BatchExecutor.Result, _ report: inout RunReport) {
        report.message = result.message
        report.conclude(cancellation)
        if result.isOverBudget {
            report.message = report.message ?? "The budget of rows is used up; the rest waits for the next run."
            report.skipped[.budget, default: 0] += max(1, report.overdueItems)
        }
    }
}
