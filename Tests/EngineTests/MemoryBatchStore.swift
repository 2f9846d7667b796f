import Retention
import Stores
import Synchronization

/// Rows in memory, as a batch store: due is what is older than a day.
final class MemoryBatchStore: MutableBatchStore {
    struct World {
        var due = 0
        var young = 0
        /// Thrown by `plan`.
        var planError: StoreError?
        /// Thrown by `oldestOverdue`.
        var probeError: StoreError?
        /// What `pressure` says, one after the other.
        var pressures: [BatchPressure?] = []
        var lag: Double?
        var isShared = false
        /// Rows that fail for good.
        var stuck = 0
        var trip: Limits.Trip?
        var limits: [Int] = []
        /// Called before the cancelled batch.
        var onCancel: (@Sendable () -> Void)?
        /// Called with the number of each batch, from 1, once it is done.
        var onBatch: (@Sendable (Int) -> Void)?
        var removersOpened = 0
        var finished: [Int] = []
        var seconds = 0.001
        /// The store gives up on the stuck rows, instead of calling the rest exhausted.
        var givesUp = false
        /// The batch of that number is cancelled, as a query is.
        var cancelAt: Int?
        /// Thrown by the batch of that number.
        var errorAt: Int?
    }

    let world: Mutex<World>

    init(due: Int, young: Int = 0) {
        world = Mutex(World(due: due, young: young))
    }

    /// As it is now.
    var state: World { world.withLock { $0 } }

    func plan(_ request: BatchPlanRequest, isCancelled: @Sendable () -> Bool) throws -> BatchPlan {
        try world.withLock { world in
            if let error = world.planError { throw error }
            let counted = min(world.due, request.countLimit)
            return BatchPlan(
                predicate: Array("rows before \(request.now.nanoseconds)".utf8),
                sentence: "rows",
                tally: Tally(examined: counted, remove: counted),
                isCountCut: counted < world.due,
                oldestOverdueSeconds: world.due > 0 ? 60 : 0,
                trip: world.trip
            )
        }
    }

    func oldestOverdue(at now: Instant, isCancelled: @Sendable () -> Bool) throws -> Double {
        try world.withLock { world in
            if let error = world.probeError { throw error }
            return world.due > 0 ? 60 : 0
        }
    }

    let setsRows = false

    func advice() throws -> [String] { [] }

    func openRemover(
        of plan: BatchPlan,
        run: String,
        fence: Fence?,
        isCancelled: @Sendable () -> Bool
    ) throws -> any BatchRemover {
        guard plan.predicate.starts(with: "rows before".utf8) else {
            throw StoreError(.unreadable, "The plan is not of this store.")
        }
        world.withLock { $0.removersOpened += 1 }
        return MemoryBatchRemover(store: self)
    }
}

struct MemoryBatchRemover: BatchRemover {
    let store: MemoryBatchStore
    let engine = "sqlite"

    func removeBatch(limit: Int, isCancelled: () -> Bool) throws -> BatchResult {
        try store.world.withLock { world in
            if world.errorAt == world.limits.count { throw StoreError(.unreadable, "The database is gone.") }
            if world.cancelAt == world.limits.count {
                world.onCancel?()
                throw CancellationError()
            }
            world.limits.append(limit)
            var result = BatchResult()
            result.deleted = min(limit, world.due - world.stuck)
            result.seconds = world.seconds
            world.due -= result.deleted
            world.onBatch?(world.limits.count)
            if result.deleted == 0 {
                result.isExhausted = !world.givesUp
                result.isGivenUp = world.givesUp
                if world.stuck > 0 {
                    result.failures = [.conflict: world.stuck]
                    result.lockTimeouts = 3
                    result.message = "\(world.stuck) rows are locked"
                }
            }
            return result
        }
    }

    func conditions(isCancelled: () -> Bool) throws -> BatchConditions {
        store.world.withLock { world in
            let pressure = world.pressures.isEmpty ? nil : world.pressures.removeFirst()
            return BatchConditions(pressure: pressure, replicaLag: world.lag, isShared: world.isShared)
        }
    }

    func finish(removed: Int, isCancelled: () -> Bool) throws -> [String] {
        store.world.withLock { $0.finished.append(removed) }
        return []
    }
}
