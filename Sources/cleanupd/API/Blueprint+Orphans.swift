import CleanupConfiguration
import Engine
import State

extension Blueprint {
    /// The task takes only what nothing refers to.
    func removesOrphans(_ task: String) -> Bool {
        configuration.tasks.first { $0.name == task }?.removal.orphan ?? false
    }

    /// A run of that task took only what nothing refers to. Under another policy nobody knows that any more.
    func tookOrphans(_ run: RunRecord) -> Bool {
        program.task(run.task)?.policyDigest == run.policyDigest && removesOrphans(run.task)
    }
}
