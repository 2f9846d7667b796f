import Retention
import State
import Stores

extension Attempt {
    /// Carries out a sealed predicate.
    func act(_ store: any MutableBatchStore, _ seal: PlanSeal, _ report: inout RunReport) throws {
        guard let block = try runner.state.blocks(of: id, from: 0, limit: 1).first?.block, seal.blocks == 1 else {
            throw EngineError(.planAltered, "The plan of \(task.name) is not the one that was sealed. Make a new plan.")
        }
        let plan = BatchPlan(predicate: block.place, sentence: "")
        let executor = BatchExecutor(
            state: runner.state,
            run: id,
            task: task,
            metrics: runner.metrics,
            logger: runner.logger,
            now: runner.now,
            cancellation: cancellation
        )
        var result = BatchExecutor.Result()
        do {
            let remover = try store.openRemover(of: plan, run: id.description)
            try executor.carryOut(remover, into: &result)
        } catch {
            // What was removed before stands in the books.
            take(result, &report)
            throw error
        }
        take(result, &report)
        if let error = result.ledgerError {
            runner.metrics.ledgerFailed()
            throw error
        }
        conclude(store, result, &report)
    }

    private func take(_ result: BatchExecutor.Result, _ report: inout RunReport) {
        report.counts = result.counts
        report.batches = result.batches
        report.isLedgerIncomplete = result.ledgerError != nil
        let removed = result.counts.deleted + result.counts.updated
        // What went was due, whatever the plan had counted.
        report.tally.remove = max(report.tally.remove, removed + result.counts.failed)
        report.tally.examined = max(report.tally.examined, report.tally.remove)
        report.overdueItems = result.isExhausted ? result.counts.failed : max(0, report.tally.remove - removed)
        report.warnings += result.warnings
    }

    private func conclude(_ store: any BatchStore, _ result: BatchExecutor.Result, _ report: inout RunReport) {
        report.message = result.message
        report.conclude(cancellation)
        if result.isOverBudget {
            report.message = report.message ?? "The budget of rows is used up; the rest waits for the next run."
            report.skipped[.budget, default: 0] += max(1, report.overdueItems)
        }
        do {
            report.oldestOverdueSeconds =
                try result.isExhausted && result.counts.failed == 0
                ? 0 : store.oldestOverdue(at: startedAt, isCancelled: { false })
        } catch {
            // The figure of the plan stands: at worst it says that more is overdue than is.
            report.warnings.append("How long rows are overdue could not be looked up: \(error)")
        }
    }
}
