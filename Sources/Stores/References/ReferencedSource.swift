package import Retention
import Synchronization

/// Lists the items of another source, and holds those that references name.
package final class ReferencedSource: Source {
    private let base: any Source
    private let rules: ReferenceRules
    private let load: @Sendable (_ isCancelled: () -> Bool) throws -> ReferenceSet
    private let remember: @Sendable (ReferenceBaseline) throws -> Void
    private let makeSpool: @Sendable () throws -> any BlockSpool
    private let answered = Mutex<ReferenceBaseline?>(nil)

    init(
        base: any Source,
        rules: ReferenceRules,
        load: @escaping @Sendable (_ isCancelled: () -> Bool) throws -> ReferenceSet,
        remember: @escaping @Sendable (ReferenceBaseline) throws -> Void,
        makeSpool: @escaping @Sendable () throws -> any BlockSpool
    ) {
        self.base = base
        self.rules = rules
        self.load = load
        self.remember = remember
        self.makeSpool = makeSpool
    }

    /// How much the references named in the last scan, to be kept for the next run if this one is not refused; `nil` =
    /// there was no scan that came so far, or it is of no interest: the references only protect.
    package var baseline: ReferenceBaseline? { answered.withLock { $0 } }

    package func scan(
        workers: Int,
        isCancelled: @Sendable () -> Bool,
        emit: @Sendable (inout ItemBlock) throws -> Void
    ) throws -> ScanSummary {
        rules.isOrphan
            ? try scanThenAsk(workers, isCancelled, emit)
            : try askThenScan(workers, isCancelled, emit)
    }

    /// What has to stay although nothing refers to it (open files) is the base's affair.
    package func confirm(_ block: inout ItemBlock) -> Int { base.confirm(&block) }

    package func planIsAccepted() throws {
        try base.planIsAccepted()
        if let baseline { try remember(baseline) }
    }

    package func presence(of block: ItemBlock) -> [Presence] { base.presence(of: block) }

    private func askThenScan(
        _ workers: Int,
        _ isCancelled: @Sendable () -> Bool,
        _ emit: @Sendable (inout ItemBlock) throws -> Void
    ) throws -> ScanSummary {
        let set = try load(isCancelled)
        return try base.scan(workers: workers, isCancelled: isCancelled) { block in
            set.hold(&block)
            try emit(&block)
        }
    }

    private func scanThenAsk(
        _ workers: Int,
        _ isCancelled: @Sendable () -> Bool,
        _ emit: @Sendable (inout ItemBlock) throws -> Void
    ) throws -> ScanSummary {
        let spool = try makeSpool()
        let summary = try base.scan(workers: workers, isCancelled: isCancelled) { try spool.append($0) }
        // A listing that was broken off is not worth a question, and of an empty one nothing can go.
        guard !isCancelled(), summary.examined > 0 else { return summary }
        let set = try load(isCancelled)
        try requireMeeting(of: set, with: spool)
        answered.withLock { $0 = set.baseline }
        try spool.forEach { block in
            set.hold(&block)
            try emit(&block)
        }
        return summary
    }

    private func requireMeeting(of set: ReferenceSet, with spool: any BlockSpool) throws {
        let named = set.baseline.counts.values.reduce(0, +)
        guard rules.mustMeet, !rules.allowEmpty, named > 0 else { return }
        var (isMet, listed) = (false, 0)
        try spool.forEach { block in
            listed += block.items.count
            if !isMet { isMet = !set.reasons(in: block).isEmpty }
        }
        guard !isMet else { return }
        throw StoreError(
            .denied,
            "The references name \(named) things, and none of the \(listed) items that are there: what is listed would all "
                + "go. Nothing was removed. Do they name items as they are listed here, and not by URLs or other paths? If "
                + "that is right, say references: { allow_empty: true }.",
            guardName: .references
        )
    }
}
