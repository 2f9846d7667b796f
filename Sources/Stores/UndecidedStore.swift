package import Retention

/// A store of which nobody knows at the moment what is due: whoever asks gets the reason, and nothing is removed.
package struct UndecidedStore: MutableStore {
    private let base: any MutableStore
    private let reason: StoreError

    package init(_ base: any MutableStore, because reason: StoreError) {
        self.base = base
        self.reason = reason
    }

    package func openSource(asOf _: Instant) throws -> any Source { throw reason }

    package func openRemover(
        run: String,
        asOf _: Instant,
        fence: Fence?,
        isCancelled: @Sendable () -> Bool
    ) throws -> any Remover {
        throw reason
    }

    /// What died runs left half-made is no matter of retention.
    package func sweep(before instant: Instant) throws -> SweepReport { try base.sweep(before: instant) }
}
