import Retention
import Stores

/// A store of the embedding program, as the engine works with stores.
struct AdoptedStore: MutableStore {
    let task: String
    let store: any ItemStore
    let packing: CandidatePacking

    func openSource() throws -> any Source { AdoptedSource(task: task, source: store, packing: packing) }

    func openRemover(run: String, fence: Fence?, isCancelled: @Sendable () -> Bool) throws -> any Remover {
        AdoptedRemover(store: store)
    }

    /// What a removal leaves half-made is known to the store alone.
    func sweep(before instant: Instant) throws -> SweepReport { SweepReport() }
}

/// The looking side. Changes nothing.
struct AdoptedSource: Source {
    let task: String
    let source: any ItemSource
    let packing: CandidatePacking

    func scan(
        workers: Int,
        isCancelled: @Sendable () -> Bool,
        emit: @Sendable (inout ItemBlock) throws -> Void
    ) throws -> ScanSummary {
        var summary = ScanSummary()
        var position: String?
        while !isCancelled() {
            guard let page = try self.page(after: position, isCancelled) else { break }
            try append(page.candidates, to: &summary, emit)
            guard let next = page.next else { break }
            guard next != position else {
                throw StoreError(
                    .unreadable,
                    "The store of \(task) lists the same part again and again. Nothing was removed. Look at its "
                        + "candidates(after:)."
                )
            }
            position = next
        }
        return summary
    }

    /// What must stay is left out of the listing, or says so itself.
    func confirm(_ block: inout ItemBlock) -> Int { 0 }

    func presence(of block: ItemBlock) -> [Presence] {
        block.items.map { item in
            let candidate = Candidate(item, in: block)
            do {
                let sighting = try BlockingCalls.wait({ false }) { [source] () async throws -> Sighting in
                    try await source.look(at: candidate)
                }
                switch sighting {
                case .absent: return .absent
                case .unchanged: return .unchanged
                case .changed: return .changed
                }
            } catch {
                // The ledger says that nobody could tell.
                return .unknown
            }
        }
    }

    /// `nil` = the run was cancelled meanwhile.
    private func page(after position: String?, _ isCancelled: () -> Bool) throws(StoreError) -> CandidatePage? {
        do {
            return try BlockingCalls.wait(isCancelled) { [source] () async throws -> CandidatePage in
                try await source.candidates(after: position)
            }
        } catch {
            if isCancelled() { return nil }
            throw StoreError(
                .unreadable,
                "What there is in the store of \(task) could not be listed: \(error). Nothing was removed."
            )
        }
    }

    private func append(
        _ candidates: [Candidate],
        to summary: inout ScanSummary,
        _ emit: (inout ItemBlock) throws -> Void
    ) throws {
        var block = ItemBlock()
        for candidate in candidates {
            packing.append(candidate, to: &block)
            summary.examined += 1
            let (sum, overflow) = summary.usedBytes.addingReportingOverflow(max(0, candidate.size))
            summary.usedBytes = overflow ? .max : sum
            guard block.isFull else { continue }
            try emit(&block)
            block = ItemBlock()
        }
        if !block.items.isEmpty { try emit(&block) }
    }
}

/// The removing side: one item after the other, on each of the executor's threads.
struct AdoptedRemover: Remover {
    let store: any ItemStore

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
            case .changed: return ItemResult(.changed, detail: "it is not the one that was planned; it stays")
            case .inUse: return ItemResult(.inUse)
            case .failed(let reason, let detail): return ItemResult(.failed, failure: reason, detail: detail)
            }
        } catch {
            // Broken off by the end of the run: whether it went, the next run sees.
            return ItemResult(.failed, failure: isCancelled() ? .timeout : .unknown, detail: "\(error)")
        }
    }
}
