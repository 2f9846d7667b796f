import CleanupConfiguration
import Console
import Engine
import Retention
import State

extension PlanDocument {
    /// Throws `StateError`.
    init(_ plan: SavedPlan, _ state: any StateStore, _ blueprint: Blueprint) throws {
        self.init(
            id: plan.id,
            digest: plan.digest,
            createdAt: Timestamp.format(plan.createdAt),
            createdBy: plan.createdBy,
            expiresAt: Timestamp.format(plan.expiresAt),
            expired: plan.appliedAt == nil && plan.expiresAt <= SystemClock.now(),
            appliedAt: plan.appliedAt.map { Timestamp.format($0) },
            appliedBy: plan.appliedBy,
            tasks: try plan.parts.map { part in
                let counts = try state.run(part.run)?.counts ?? RunCounts()
                let task = blueprint.configuration.tasks.first { $0.name == part.task }
                return Task(
                    task: part.task,
                    policy: blueprint.program.task(part.task)?.sentence,
                    listed: part.seal.items > 0 || part.seal.blocks == 0,
                    orphans: blueprint.removesOrphans(part.task),
                    updates: task?.action.isUpdate ?? false,
                    run: part.run.description,
                    examined: counts.examined,
                    remove: counts.remove,
                    compress: counts.compress,
                    keep: max(0, counts.examined - counts.remove - counts.compress),
                    bytes: counts.plannedBytes
                )
            }
        )
    }
}

extension TaskConfiguration.Action {
    fileprivate var isUpdate: Bool { if case .set = self { true } else { false } }
}
