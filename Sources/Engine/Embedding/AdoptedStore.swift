import Retention
import Stores

/// A store of the embedding program, as the engine works with stores.
struct AdoptedStore: MutableStore {
    let task: String
    let store: any ItemStore
    let packing: CandidatePacking

    func openSource(asOf _: Instant) throws -> any Source {
        AdoptedSource(task: task, source: store, packing: packing, looks: Looks(store))
    }

    func openRemover(
        run: String,
        asOf _: Instant,
        fence: Fence?,
        isCancelled: @Sendable () -> Bool
    ) throws -> any Remover {
        AdoptedRemover(store: store, looks: Looks(store))
    }

    /// What a removal leaves half-made is known to the store alone.
    func sweep(before instant: Instant) throws -> SweepReport { SweepReport() }
}

/// The removing side: one item after the other, on each of the executor's threads.
struct AdoptedRemover: Remover {
    private static let isAnother = "it is not the one that was planned; it stays"

    let store: any ItemStore
    let looks: Looks

    func act(on block: ItemBlock, isCancelled: @Sendable () -> Bool) -> [ItemResult] {
        block.items.map { item in
            guard item.verdict == .remove, !isCancelled() else { return ItemResult(.notTried) }
            return remove(Candidate(item, in: block), isCancelled)
        }
    }

    private func remove(_ candidate: Candidate, _ isCancelled: () -> Bool) -> ItemResult {
        do {
            let removal = try BlockingCalls.wait(isCancelled) { [store] () async throws -> Removal in
                try await store.remove(candidate)
            }
            switch removal {
            case .removed(let freedBytes): return ItemResult(.deleted, freedBytes: max(0, freedBytes))
            case .gone: return ItemResult(.gone)
            case .changed: return ItemResult(.changed, detail: Self.isAnother)
            case .inUse: return ItemResult(.inUse)
            case .failed(let reason, let detail): return ItemResult(.failed, failure: reason, detail: detail)
            }
        } catch {
            return result(of: candidate, after: error, isCancelled)
        }
    }

    /// A removal that was broken off, or whose answer was lost, may have happened all the same; else the ledger and the
    /// metrics would call it failed for good.
    private func result(of candidate: Candidate, after error: any Error, _ isCancelled: () -> Bool) -> ItemResult {
        let reason: FailureReason = isCancelled() ? .timeout : .unknown
        return switch looks.sighting(of: candidate, isCancelled) {
        case .absent: ItemResult(.deleted, detail: "found gone after: \(error)")
        case .changed: ItemResult(.changed, detail: Self.isAnother)
        case .unchanged, nil: ItemResult(.failed, failure: reason, detail: "\(error)")
        }
    }
}
