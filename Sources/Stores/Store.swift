package import Retention

/// What a task can clean, to look at: the port that every kind of store implements.
///
/// A dry run holds only this protocol, so that it has no way to change anything; `MutableStore` adds the deleting.
package protocol Store: Sendable {
    /// Opens the store for one run; checks that it is there and safe to work in.
    ///
    /// Blocking. Throws `StoreError`.
    /// - Parameter now: the one instant that the ages of the plan are counted from, for whatever else is asked as of it.
    func openSource(asOf now: Instant) throws -> any Source
}

/// A store that can also remove and compress.
package protocol MutableStore: Store {
    /// Opens the deleting side for one run. Blocking; ends within some seconds once it is cancelled.
    ///
    /// Throws `StoreError`; once it is cancelled, whatever it was broken off by.
    /// - Parameter now: that of the plan which is carried out, however long ago it was made.
    func openRemover(
        run: String,
        asOf now: Instant,
        fence: Fence?,
        isCancelled: @Sendable () -> Bool
    ) throws -> any Remover

    /// Removes what runs that died left half-made (temporary archives): made before `instant`, and written by nobody.
    ///
    /// Blocking. Throws `StoreError`.
    func sweep(before instant: Instant) throws -> SweepReport
}

/// What a sweep did.
package struct SweepReport: Sendable, Equatable {
    /// How many left-overs it removed.
    package var removed: Int
    /// How many it met and left, to be tried again.
    package var left: Int
    /// For a person: what it met and did not remove.
    package var warnings: [String]

    package init(removed: Int = 0, left: Int = 0, warnings: [String] = []) {
        self.removed = removed
        self.left = left
        self.warnings = warnings
    }
}

/// The reading side of an open store.
package protocol Source: Sendable {
    /// Lists the candidates in blocks.
    ///
    /// Blocking; may call `emit` from several threads at once. An error that `emit` throws ends the scan. One unreadable
    /// place does not: it is in the summary.
    func scan(
        workers: Int,
        isCancelled: @Sendable () -> Bool,
        emit: @Sendable (inout ItemBlock) throws -> Void
    ) throws -> ScanSummary

    /// Looks again at the items that are to be removed or compressed, where a rule needs a costly look (open files);
    /// those that must stay become `.keep`. Blocking.
    /// - Returns: how many it held.
    func confirm(_ block: inout ItemBlock) -> Int

    /// A real run has planned everything, and no guard refused the plan: what was read for it may be believed from now
    /// on. Blocking.
    func planIsAccepted() throws

    /// Looks where planned items are now: what became of them when a run died before it could say. Blocking.
    /// - Returns: parallel to `block.items`.
    func presence(of block: ItemBlock) -> [Presence]
}

extension Source {
    package func planIsAccepted() throws {}
}

/// Where a planned item is now.
package enum Presence: Sendable {
    case absent
    /// Absent, and its archive is in its place.
    case archived
    case unchanged
    case changed
    /// Could not be looked at.
    case unknown
}

/// The deleting side of an open store.
package protocol Remover: Sendable {
    /// Throws `StoreError` where nothing can be removed, because something else is not there that removals need. Asked
    /// once, before the first block of a plan that removes something; what is only compressed goes without.
    ///
    /// Blocking; ends within some seconds once it is cancelled.
    func prepareToRemove(isCancelled: @Sendable () -> Bool) throws

    /// Removes and compresses the items of one block whose verdict says so, after checking each again.
    ///
    /// Blocking and thread-safe. Ends at an item boundary when cancelled; items that were not tried are `.notTried`.
    /// - Returns: results parallel to `block.items`.
    func act(on block: ItemBlock, isCancelled: @Sendable () -> Bool) -> [ItemResult]

    /// How many items it likes to be given at once, in as many blocks as that takes, because it changes what it works in as
    /// a whole; 1 = block by block. What likes more is given to one worker.
    var itemsAtOnce: Int { get }

    /// Each item takes its time: they are to be given one by one, and what became of one is recorded and told before the
    /// next one is begun.
    var goesOneByOne: Bool { get }

    /// How long an item takes, compared with others. Those that go one by one begin with the shortest: one for which the
    /// time of a run is not enough keeps only longer ones waiting.
    func effort(of item: Item, in block: ItemBlock) -> Int64

    /// The same for several blocks.
    /// - Returns: results parallel to the blocks and their items.
    func act(onAll blocks: [ItemBlock], isCancelled: @Sendable () -> Bool) -> [[ItemResult]]
}

extension Remover {
    package func prepareToRemove(isCancelled: @Sendable () -> Bool) throws {}

    package var itemsAtOnce: Int { 1 }

    package var goesOneByOne: Bool { false }

    package func effort(of item: Item, in block: ItemBlock) -> Int64 { item.size }

    package func act(onAll blocks: [ItemBlock], isCancelled: @Sendable () -> Bool) -> [[ItemResult]] {
        blocks.map { act(on: $0, isCancelled: isCancelled) }
    }
}

/// A store with its deleting side taken away; what a dry run is given.
package struct ReadOnlyStore: Store {
    private let base: any Store

    package init(_ base: any Store) {
        self.base = base
    }

    package func openSource(asOf now: Instant) throws -> any Source { try base.openSource(asOf: now) }
}

/// Why a store cannot be worked in.
package struct StoreError: Error, CustomStringConvertible {
    package enum Code: Sendable {
        /// Not there (an optional connection then is `unavailable`).
        case missing
        /// There, but not safe to delete in: refused by the guard `root_denied`.
        case denied
        case unreadable
        /// A table or column that the task names is not there (yet): the task is skipped.
        case absent
        /// The store has seen a newer epoch of the run's lock: another replica acts now, and this one must not any more.
        case fenced
    }

    package var code: Code
    /// What happened, to which object, and what to do.
    package var message: String
    /// The guard that refuses, where it is another than `root_denied`.
    package var guardName: Guard?

    package init(_ code: Code, _ message: String, guardName: Guard? = nil) {
        self.code = code
        self.message = message
        self.guardName = guardName
    }

    package var description: String { message }
}
