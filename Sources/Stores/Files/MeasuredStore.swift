package import Retention

/// A store with a quota that measures another place than its items lie in.
package struct MeasuredStore: MutableStore {
    private let base: any MutableStore
    private let use: StorageUse

    package init(_ base: any MutableStore, measuring use: StorageUse) {
        self.base = base
        self.use = use
    }

    package func openSource(asOf now: Instant) throws -> any Source {
        MeasuredSource(base: try base.openSource(asOf: now), use: use)
    }

    package func openRemover(
        run: String,
        asOf now: Instant,
        fence: Fence?,
        isCancelled: @Sendable () -> Bool
    ) throws -> any Remover {
        try base.openRemover(run: run, asOf: now, fence: fence, isCancelled: isCancelled)
    }

    package func sweep(before instant: Instant) throws -> SweepReport { try base.sweep(before: instant) }
}

private struct MeasuredSource: Source {
    let base: any Source
    let use: StorageUse

    /// Measures when all items are known: what is written meanwhile counts, so that rather more goes than less.
    func scan(
        workers: Int,
        isCancelled: @Sendable () -> Bool,
        emit: @Sendable (inout ItemBlock) throws -> Void
    ) throws -> ScanSummary {
        var summary = try base.scan(workers: workers, isCancelled: isCancelled, emit: emit)
        guard !isCancelled() else { return summary }
        summary.usedBytes = 0
        return summary + (try use.measure(isCancelled: isCancelled))
    }

    func confirm(_ block: inout ItemBlock) -> Int { base.confirm(&block) }

    func planIsAccepted() throws { try base.planIsAccepted() }

    func presence(of block: ItemBlock) -> [Presence] { base.presence(of: block) }
}
