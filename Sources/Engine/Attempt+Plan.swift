import Foundation
import Logging
import Retention
import State
import Stores

extension Attempt {
    /// Plans, and writes the plan down as intent unless this is a dry run.
    func plan(_ report: inout RunReport) throws -> TaskPlanner.Plan {
        let planner = TaskPlanner(
            task: task,
            now: startedAt,
            workers: runner.workers,
            spoolFolder: runner.spoolFolder
        )
        let intents = IntentWriter(state: runner.state, run: id)
        let plan = try planner.plan(isShown: isDryRun, cancellation: cancellation, into: &report) { block in
            observer.planned(block, task: task.name)
            if !isDryRun { try ledger { try intents.append(block.intents()) } }
        }
        try ledger { try intents.flush() }
        warn(report)
        return plan
    }

    private func warn(_ report: RunReport) {
        for warning in report.warnings {
            runner.logger.warning(
                "\(task.name): \(warning)",
                metadata: ["action": "task_warning", "task": "\(task.name)"]
            )
        }
    }
}
