import Retention
import Stores

extension MutableStore {
    /// The deleting side of a run that nobody cancels.
    func openRemover(run: String, fence: Fence?) throws -> any Remover {
        try openRemover(run: run, fence: fence, isCancelled: { false })
    }
}

extension MutableBatchStore {
    /// The same of rows.
    func openRemover(of plan: BatchPlan, run: String, fence: Fence?) throws -> any BatchRemover {
        try openRemover(of: plan, run: run, fence: fence, isCancelled: { false })
    }
}
