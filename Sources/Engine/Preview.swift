package import Retention
import Stores

/// A plan that is only looked at: needs no state store, takes no lock, and holds no way to change anything.
package struct Preview: Sendable {
    private let planner: TaskPlanner
    private let observer: any RunObserver

    /// - Parameters:
    ///   - now: the instant as of which to plan.
    ///   - spoolFolder: where a temporary file may be made for rules that count.
    package init(task: TaskDefinition, now: Instant, spoolFolder: String, observer: any RunObserver) {
        planner = TaskPlanner(task: task, now: now, workers: 2, spoolFolder: spoolFolder)
        self.observer = observer
    }

    /// Blocking; every way to end is in the report.
    package func run() -> RunReport {
        let start = ContinuousClock.now
        let task = planner.task
        var report = RunReport(id: "", task: task.name, dryRun: true)
        do {
            _ = try planner.plan(isShown: true, cancellation: Cancellation(), into: &report) {
                observer.planned($0, task: task.name)
            }
            if let trip = report.trip { report.refuse(trip) }
        } catch {
            report.describe(error, isOptional: task.isOptional)
        }
        report.durationSeconds = (ContinuousClock.now - start) / .seconds(1)
        return report
    }
}
