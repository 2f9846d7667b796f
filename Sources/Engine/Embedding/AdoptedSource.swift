import Retention
import Stores

/// The looking side of a store of the embedding program. Changes nothing.
struct AdoptedSource: Source {
    let task: String
    let source: any ItemSource
    let packing: CandidatePacking
    let looks: Looks

    func scan(
        workers: Int,
        isCancelled: @Sendable () -> Bool,
        emit: @Sendable (inout ItemBlock) throws -> Void
    ) throws -> ScanSummary {
        var summary = ScanSummary()
        var seen = SeenParts()
        var position: String?
        while !isCancelled() {
            guard let page = try self.page(after: position, isCancelled) else { break }
            let candidates = seen.firstSightings(of: page.candidates)
            try checkVersions(candidates)
            let bytes = try packing.pack(candidates, emit)
            summary.examined += candidates.count
            summary.usedBytes = summary.usedBytes.addingSaturated(bytes)
            guard let next = page.next else { break }
            guard seen.isNew(position: next) else { throw goesInCircles() }
            position = next
        }
        return summary
    }

    /// What must stay is left out of the listing, or says so itself.
    func confirm(_ block: inout ItemBlock) -> Int { 0 }

    func presence(of block: ItemBlock) -> [Presence] {
        block.items.map { item -> Presence in
            switch looks.sighting(of: Candidate(item, in: block)) {
            case .absent: .absent
            case .unchanged: .unchanged
            case .changed: .changed
            // The ledger says that nobody could tell.
            case nil: .unknown
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

    private func checkVersions(_ candidates: [Candidate]) throws(StoreError) {
        guard candidates.contains(where: { $0.version.isEmpty && $0.keptBecause == nil }) else { return }
        throw StoreError(
            .unreadable,
            "A candidate of \(task) has no version, so that nobody could tell whether it is still the one that was "
                + "planned. Nothing was removed. Give each a version."
        )
    }

    private func goesInCircles() -> StoreError {
        StoreError(
            .unreadable,
            "The store of \(task) lists the same part again and again. Nothing was removed. Look at its "
                + "candidates(after:)."
        )
    }
}

/// What a listing has shown so far, by bytes: strings that Swift takes for equal may be different names.
private struct SeenParts {
    /// Hashes, which take less memory. A name that happens to have another's hash is left to a later run.
    private var names: Set<Int> = []
    private var positions: Set<[UInt8]> = []

    /// Parts overlap where a store changes while it is listed; what came twice would count twice for rules that count.
    mutating func firstSightings(of candidates: [Candidate]) -> [Candidate] {
        candidates.filter { names.insert(Array($0.name.utf8).hashValue).inserted }
    }

    mutating func isNew(position: String) -> Bool { positions.insert(Array(position.utf8)).inserted }
}
