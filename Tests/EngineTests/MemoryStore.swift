import Retention
import Stores
import Synchronization

/// A store in memory: a real implementation of the port, and a witness of what was asked of it.
final class MemoryStore: MutableStore {
    struct Thing: Equatable {
        var name: String
        var time: Instant
        var size: Int64 = 10
        var group = ""
    }

    struct World {
        var things: [Thing]
        var removersOpened = 0
        var openError: StoreError?
        /// Called when the deleting side opens.
        var onOpenRemover: (@Sendable () throws -> Void)?
        /// Called when the deleting side is to remove something.
        var onPrepare: (@Sendable () throws -> Void)?
        /// Names whose removal fails.
        var failing: Set<String> = []
        /// It has seen a newer holder of the lock: whatever is asked for is refused.
        var isFenced = false
        var asked = 0
        /// Items are to be removed one by one.
        var goesOneByOne = false
        /// How many items it is to be given at once.
        var itemsAtOnce = 1
        /// How many blocks it was given at once, each time.
        var groups: [Int] = []
        /// Called before each removal, with the name.
        var onBegin: (@Sendable (String) -> Void)?
        /// Called after each removal, with how many were asked for.
        var onAsked: (@Sendable (Int) -> Void)?
        var scanErrors: [ScanProblem] = []
        /// As of which each side was opened, in order.
        var instants: [Instant] = []
    }

    let world: Mutex<World>

    init(_ things: [Thing]) {
        world = Mutex(World(things: things))
    }

    var names: [String] { world.withLock { $0.things.map(\.name).sorted() } }
    var removersOpened: Int { world.withLock { $0.removersOpened } }

    func openSource(asOf now: Instant) throws -> any Source {
        world.withLock { $0.instants.append(now) }
        if let error = world.withLock({ $0.openError }) { throw error }
        return MemorySource(store: self)
    }

    func openRemover(
        run: String,
        asOf now: Instant,
        fence: Fence?,
        isCancelled: @Sendable () -> Bool
    ) throws -> any Remover {
        let onOpen = world.withLock { world in
            world.instants.append(now)
            world.removersOpened += 1
            return world.onOpenRemover
        }
        try onOpen?()
        return MemoryRemover(store: self)
    }

    func sweep(before instant: Instant) throws -> SweepReport { SweepReport() }
}

struct MemorySource: Source {
    let store: MemoryStore

    func scan(
        workers: Int,
        isCancelled: @Sendable () -> Bool,
        emit: @Sendable (inout ItemBlock) throws -> Void
    ) throws -> ScanSummary {
        let world = store.world.withLock { ($0.things, $0.scanErrors) }
        for start in stride(from: 0, to: world.0.count, by: 4) where !isCancelled() {
            var block = ItemBlock()
            for thing in world.0[start...].prefix(4) {
                block.append(thing.name, group: thing.group, time: thing.time, size: thing.size)
            }
            try emit(&block)
        }
        return ScanSummary(
            examined: world.0.count,
            skipped: [:],
            usedBytes: world.0.reduce(0) { $0 + $1.size },
            errors: world.1,
            errorCount: world.1.count
        )
    }

    func confirm(_ block: inout ItemBlock) -> Int { 0 }

    func presence(of block: ItemBlock) -> [Presence] {
        let names = Set(store.names)
        return block.items.map {
            names.contains(String(decoding: block.name(of: $0), as: UTF8.self)) ? .unchanged : .absent
        }
    }
}

struct MemoryRemover: Remover {
    let store: MemoryStore

    var goesOneByOne: Bool { store.world.withLock { $0.goesOneByOne } }

    var itemsAtOnce: Int { store.world.withLock { $0.itemsAtOnce } }

    func prepareToRemove(isCancelled: @Sendable () -> Bool) throws {
        let onPrepare = store.world.withLock { $0.onPrepare }
        try onPrepare?()
    }

    func act(on block: ItemBlock, isCancelled: @Sendable () -> Bool) -> [ItemResult] {
        block.items.map { item in
            let name = String(decoding: block.name(of: item), as: UTF8.self)
            let onBegin = store.world.withLock { $0.onBegin }
            onBegin?(name)
            guard item.verdict == .remove, !isCancelled() else { return ItemResult(.notTried) }
            let result = remove(name)
            let (asked, onAsked) = store.world.withLock { ($0.asked, $0.onAsked) }
            onAsked?(asked)
            return result
        }
    }

    func act(onAll blocks: [ItemBlock], isCancelled: @Sendable () -> Bool) -> [[ItemResult]] {
        store.world.withLock { $0.groups.append(blocks.count) }
        return blocks.map { act(on: $0, isCancelled: isCancelled) }
    }

    private func remove(_ name: String) -> ItemResult {
        store.world.withLock { world in
            world.asked += 1
            if world.isFenced {
                return ItemResult(.failed, failure: .lockLost, detail: "a newer holder has been here")
            }
            if world.failing.contains(name) {
                return ItemResult(.failed, failure: .permission, detail: "\(name) may not be removed")
            }
            guard let index = world.things.firstIndex(where: { $0.name == name }) else { return ItemResult(.gone) }
            let thing = world.things.remove(at: index)
            return ItemResult(.deleted, freedBytes: thing.size)
        }
    }
}
