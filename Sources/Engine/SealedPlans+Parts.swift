import Coordination
import Foundation
import Retention
import State
import Stores

/// How the parts of a plan are made, each of them a run that is begun and planned, but not carried out yet.
extension SealedPlans {
    /// - Returns: `nil` if a guard refused it, or it was not looked at to its end.
    func plan(
        _ task: TaskDefinition,
        of planID: String,
        at instant: Instant,
        _ cancellation: Cancellation,
        _ observer: any RunObserver,
        _ report: inout RunReport
    ) throws -> SavedPlan.Part? {
        let run = try begin(task, of: planID, at: instant)
        let intents = IntentWriter(state: runner.state, run: run)
        let planner = TaskPlanner(
            task: task,
            now: instant,
            workers: runner.workers,
            spoolFolder: runner.spoolFolder
        )
        let plan = try planner.plan(isShown: true, cancellation: cancellation, into: &report) { block in
            observer.planned(block, task: task.name)
            try intents.append(block.intents())
        }
        try intents.flush()
        // What was not looked at to its end must not be carried out.
        guard !report.endedEarly(cancellation) else { return nil }
        if case .predicate(let predicate) = plan {
            try runner.state.append([ItemBlock(place: predicate.predicate)], to: run)
        }
        report.id = run.description
        report.scanCompleted = true
        if let trip = report.trip {
            report.refuse(trip)
            return nil
        }
        try requireCount(report, of: task)
        return .init(task: task.name, run: run, seal: try runner.state.seal(run, tally: report.tally))
    }

    private func begin(_ task: TaskDefinition, of planID: String, at instant: Instant) throws -> RunID {
        let run = RunID.make(at: instant)
        let record = RunRecord(
            id: run,
            task: task.name,
            trigger: Trigger.plan.rawValue,
            requestedBy: planID,
            dryRun: false,
            startedAt: instant,
            host: runner.host,
            pid: getpid(),
            policyDigest: task.policyDigest,
            cutoff: instant
        )
        try runner.state.begin(record)
        return run
    }

    /// Whoever confirms a plan confirms its figures.
    private func requireCount(_ report: RunReport, of task: TaskDefinition) throws {
        guard report.isCountCut, report.tally.deferred == 0 else { return }
        throw EngineError(
            .planTooLarge,
            "\(report.tally.remove) rows of \(task.name) or more are due, and were counted no further: a plan must say "
                + "how many go. Set budget.items, or run the task without a plan."
        )
    }

    /// Ends the runs that were begun for a plan that is not saved after all.
    func dismiss(_ planID: String) throws {
        for record in try runner.state.unfinishedRuns() where record.requestedBy == planID {
            var report = RunReport(id: record.id.description, task: record.task, dryRun: false)
            report.outcome = .cancelled
            report.message = "The plan was not sealed: one of its tasks was refused."
            try runner.state.finish(record.id, RunEnd(report, endedAt: runner.now()))
        }
    }
}
