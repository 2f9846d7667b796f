package import Retention

/// `UndecidedStore` for rows.
package struct UndecidedBatchStore: MutableBatchStore {
    private let base: any MutableBatchStore
    private let reason: StoreError

    package init(_ base: any MutableBatchStore, because reason: StoreError) {
        self.base = base
        self.reason = reason
    }

    package func plan(_ request: BatchPlanRequest, isCancelled: @Sendable () -> Bool) throws -> BatchPlan {
        throw reason
    }

    package func oldestOverdue(at now: Instant, isCancelled: @Sendable () -> Bool) throws -> Double { throw reason }

    package var setsRows: Bool { base.setsRows }

    package func advice() throws -> [String] { try base.advice() }

    package func openRemover(
        of plan: BatchPlan,
        run: String,
        fence: Fence?,
        isCancelled: @Sendable () -> Bool
    ) throws -> any BatchRemover { throw reason }
}
