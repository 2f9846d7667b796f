import Retention
import Stores

extension Store {
    /// Of a store that asks nobody what is so at the instant of the plan.
    func openSource() throws -> any Source { try openSource(asOf: noon) }
}

extension MutableStore {
    /// The deleting side of a run that nobody cancels.
    func openRemover(run: String, fence: Fence?) throws -> any Remover {
        try openRemover(run: run, fence: fence, isCancelled: { false })
    }

    /// That of a plan as of the instant at which `openSource()` looks.
    func openRemover(run: String, fence: Fence?, isCancelled: @Sendable () -> Bool) throws -> any Remover {
        try openRemover(run: run, asOf: noon, fence: fence, isCancelled: isCancelled)
    }
}

extension MutableBatchStore {
    /// The same of rows.
    func openRemover(of plan: BatchPlan, run: String, fence: Fence?) throws -> any BatchRemover {
        try openRemover(of: plan, run: run, fence: fence, isCancelled: { false })
    }
}
