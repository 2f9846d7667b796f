package import Retention
import Synchronization

/// Lists the items of another source, and holds those that references name.
package final class ReferencedSource: Source {
    private let base: any Source
    private let isOrphan: Bool
    private let load: @Sendable (_ isCancelled: () -> Bool) throws -> ReferenceSet
    private let remember: @Sendable (ReferenceBaseline) throws -> Void
    private let makeSpool: @Sendable () throws -> any BlockSpool
    private let answered = Mutex<ReferenceBaseline?>(nil)

    init(
        base: any Source,
        isOrphan: Bool,
        load: @escaping @Sendable (_ isCancelled: () -> Bool) throws -> ReferenceSet,
        remember: @escaping @Sendable (ReferenceBaseline) throws -> Void,
        makeSpool: @escaping @Sendable () throws -> any BlockSpool
    ) {
        self.base = base
        self.isOrphan = isOrphan
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
        isOrphan
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
        // A listing that was broken off is not worth a question; nothing of it goes on.
        guard !isCancelled() else { return summary }
        let set = try load(isCancelled)
        answered.withLock { $0 = set.baseline }
        try spool.forEach { block in
            set.hold(&block)
            try emit(&block)
        }
        return summary
    }
}
