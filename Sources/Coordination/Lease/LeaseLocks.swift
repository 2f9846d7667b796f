import ServiceLifecycle
import Synchronization

/// The locks of tasks across all replicas. `run()` asks for them and keeps them renewed.
package final class LeaseLocks: TaskLocks, Service {
    private struct Shared {
        var isOpen = true
        /// Those that have not finished.
        var keepers: [ObjectIdentifier: LeaseKeeper] = [:]
    }

    private let context: LeaseContext
    private let shared = Mutex(Shared())
    private let wanted: AsyncStream<LeaseKeeper>
    private let continuation: AsyncStream<LeaseKeeper>.Continuation

    package init(_ context: LeaseContext) {
        self.context = context
        (wanted, continuation) = AsyncStream.makeStream()
    }

    /// Ends at graceful shutdown or cancellation, having given all locks back; whoever holds one is not trusted then.
    package func run() async throws {
        await cancelWhenGracefulShutdown { await self.keepAll() }
    }

    private func keepAll() async {
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                for await keeper in wanted { group.addTask { await self.keep(keeper) } }
            }
            // Cancelled: those that nobody took up are told so.
            close()
            for keeper in shared.withLock({ Array($0.keepers.values) }) { await keep(keeper) }
        } onCancel: {
            close()
        }
    }

    private func keep(_ keeper: LeaseKeeper) async {
        await keeper.keep()
        shared.withLock { $0.keepers[ObjectIdentifier(keeper)] = nil }
    }

    private func close() {
        let keepers = shared.withLock { shared in
            shared.isOpen = false
            return Array(shared.keepers.values)
        }
        continuation.finish()
        for keeper in keepers { keeper.stop() }
    }

    /// Blocks for the time-to-live of a lease at most: what takes longer is worthless when it comes.
    package func acquire(task: String) throws(LockError) -> any HeldLock {
        let name = "task \(task)"
        let outcome = Latch<LeaseKeeper.Notice>()
        let finished = Latch<Bool>()
        let keeper = LeaseKeeper(LockName.task(task), context) { notice in
            switch notice {
            case .gained, .refused: outcome.set(notice)
            case .finished: finished.set(true)
            case .ended: break
            }
        }
        try admit(keeper, name)
        switch outcome.wait(context.timing.ttl) {
        case .gained(let epoch):
            let patience = context.timing.call
            return Lease(name: name, epoch: epoch, keeper: keeper, finished: finished, patience: patience)
        case .refused(.held(let holder)): throw .held(name, by: holder.map { .replica($0) })
        case .refused(.unavailable(let fault)): throw .unavailable(name, problem: fault.message)
        case nil, .ended, .finished:
            keeper.stop()
            throw .unanswered(name, within: context.timing.ttl)
        }
    }

    private func admit(_ keeper: LeaseKeeper, _ name: String) throws(LockError) {
        let isOpen = shared.withLock { shared in
            guard shared.isOpen else { return false }
            shared.keepers[ObjectIdentifier(keeper)] = keeper
            return true
        }
        guard isOpen else { throw .ending(name) }
        continuation.yield(keeper)
    }
}
