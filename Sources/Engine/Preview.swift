package import Retention
import Stores

/// A plan that is only looked at: needs no state store, takes no lock, and holds no way to change anything.
package struct Preview: Sendable {
    private let name: String
    private let source: ReadOnlyStore
    private let policy: Policy
    private let limits: Limits
    private let isOptional: Bool
    private let now: Instant
    private let spoolFolder: String
    private let observer: any RunObserver

    /// - Parameters:
    ///   - now: the instant as of which to plan.
    ///   - spoolFolder: where a temporary file may be made for rules that count.
    package init(task: TaskDefinition, now: Instant, spoolFolder: String, observer: any RunObserver) {
        name = task.name
        source = ReadOnlyStore(task.store)
        policy = task.policy
        limits = task.limits
        isOptional = task.isOptional
        self.now = now
        self.spoolFolder = spoolFolder
        self.observer = observer
    }

    /// Blocking; every way to end is in the report.
    package func run() -> RunReport {
        let start = ContinuousClock.now
        var report = RunReport(id: "", task: name, dryRun: true)
        do {
            let planner = Planner(
                source: try source.openSource(),
                policy: policy,
                now: now,
                workers: 2,
                spoolFolder: spoolFolder
            )
            let result = try planner.plan(cancellation: Cancellation()) { observer.planned($0, task: name) }
            report.take(result)
            if let trip = limits.check(report.tally) { report.refuse(trip) }
        } catch {
            report.describe(error, isOptional: isOptional)
        }
        report.durationSeconds = (ContinuousClock.now - start) / .seconds(1)
        return report
    }
}
