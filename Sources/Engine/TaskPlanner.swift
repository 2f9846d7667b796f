import Retention
import Stores

/// Plans one task of either kind. Never changes what it looks at: it holds nothing that could.
struct TaskPlanner {
    /// How far a plan that is shown counts what is due; one that is carried out counts only what its guards need.
    static let shownCount = 10_000_000

    let task: TaskDefinition
    /// The one instant that all ages are counted from.
    let now: Instant
    let workers: Int
    /// Where a spool may be made.
    let spoolFolder: String

    /// What the plan is, besides the items that were emitted.
    enum Plan {
        case items(any Source)
        case predicate(BatchPlan)
    }

    /// Plans, checks the guards, and enters all figures into the report.
    ///
    /// Blocking. Throws what the policy refuses, what the store cannot do, and what `emit` throws.
    /// - Parameters:
    ///   - isShown: the plan is for people to look at; else it is about to be carried out.
    ///   - emit: takes each judged block, from several threads at once.
    func plan(
        isShown: Bool,
        cancellation: Cancellation,
        into report: inout RunReport,
        emit: @escaping @Sendable (ItemBlock) throws -> Void
    ) throws -> Plan {
        switch task.store {
        case .items(let store):
            let source = try ReadOnlyStore(store).openSource(asOf: now)
            let planner = Planner(
                source: source,
                policy: task.policy,
                now: now,
                workers: workers,
                spoolFolder: spoolFolder
            )
            report.take(try planner.plan(cancellation: cancellation, emit: emit))
            if let quota = task.policy.quota, !cancellation.isCancelled { report.measure(by: quota, isShown: isShown) }
            report.trip = task.limits.check(report.tally)
            return .items(source)
        case .batches(let store):
            let plan = try predicate(store, isShown: isShown, cancellation)
            report.take(plan)
            return .predicate(plan)
        }
    }

    private func predicate(
        _ store: any BatchStore,
        isShown: Bool,
        _ cancellation: Cancellation
    ) throws -> BatchPlan {
        let request = BatchPlanRequest(now: now, countLimit: isShown ? Self.shownCount : 0, limits: task.limits)
        return try store.plan(request, isCancelled: { cancellation.isCancelled })
    }
}
