package import Retention
package import Stores
import Synchronization

/// The candidates of a task as a plan would find them now, kept in memory for a simulation. Changes nothing: it holds
/// nothing that could.
package struct Inventory: Sendable {
    /// Not judged yet.
    package let blocks: [ItemBlock]
    /// Places that could not be looked at: the first ones, and how many in all.
    package let problems: [String]
    package let problemCount: Int

    private struct Listed {
        var blocks: [ItemBlock] = []
        var count = 0
    }

    /// Lists the store. Blocking.
    ///
    /// Throws what the store cannot do, and `SimulationError` when it has more items than a simulation takes.
    package init(of store: any Store, asOf now: Instant) throws {
        let source = try ReadOnlyStore(store).openSource(asOf: now)
        let listed = Mutex(Listed())
        let scan = try source.scan(workers: 2, isCancelled: { false }) { block in
            let count = listed.withLock { listed in
                listed.blocks.append(block)
                listed.count += block.items.count
                return listed.count
            }
            try PolicySimulation.check(count: count)
        }
        blocks = listed.withLock { $0.blocks }
        problems = scan.errors.map(\.message)
        problemCount = scan.errorCount
    }
}
