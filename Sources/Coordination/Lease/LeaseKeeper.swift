import State
import Synchronization

/// Carries out what a `LeaseMachine` says: the calls, the waiting, the words to the owner.
final class LeaseKeeper: Sendable {
    /// What the owner is told, in order: refused, or gained and later ended; at last finished.
    enum Notice: Sendable, Equatable {
        case gained(epoch: Int64)
        case refused(LeaseRefusal)
        case ended(LeaseEnd)
        case finished
    }

    private struct Shared {
        var machine: LeaseMachine
        /// Calls whose answers are to come.
        var calls = 0
        /// Of the last attempt.
        var token = ""
    }

    let lock: String
    private let context: LeaseContext
    private let notify: @Sendable (Notice) -> Void
    private let shared: Mutex<Shared>
    private let actions: AsyncStream<LeaseMachine.Action>
    private let continuation: AsyncStream<LeaseMachine.Action>.Continuation

    /// - Parameter notify: called by `keep()`; must not block.
    init(_ lock: String, _ context: LeaseContext, notify: @escaping @Sendable (Notice) -> Void) {
        self.lock = lock
        self.context = context
        self.notify = notify
        shared = Mutex(Shared(machine: LeaseMachine(timing: context.timing)))
        (actions, continuation) = AsyncStream.makeStream()
    }

    /// The epoch to act with at this moment; `nil` = the owner must not act. Once it is `nil` after the gain, it stays so.
    var trustedEpoch: Int64? {
        // The clock is read under the lock, so that no answer that came before can be taken in after this one.
        shared.withLock { $0.machine.trustedEpoch(at: context.clock.now()) }
    }

    /// The owner does not want the lease any more, and does not trust it from now on. `keep()` then gives it back.
    func stop() { send(.stopped) }

    /// Asks for the lease, keeps it renewed, and returns when it has ended and was given back. Called once.
    ///
    /// A cancelled task stops the lease; giving it back is bounded by three calls.
    func keep() async {
        // Not structured: a cancelled task could not give the lock back, and all others would wait for its end.
        let work = Task { await self.work() }
        await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            stop()
        }
    }

    private func work() async {
        await withDiscardingTaskGroup { group in
            let isWanted = shared.withLock { shared in
                guard !shared.machine.isOver else { return false }
                shared.calls += 1
                return true
            }
            if isWanted { group.addTask { await self.start() } }
            for await action in actions { perform(action, &group) }
            // What is left are waits for instants that do not matter any more.
            group.cancelAll()
        }
    }

    private func send(_ event: LeaseMachine.Event) {
        shared.withLock { shared in
            if event.isAnswer { shared.calls -= 1 }
            let chance = Double.random(in: 0..<1)
            for action in shared.machine.handle(event, at: context.clock.now(), chance: chance) {
                if action.isCall { shared.calls += 1 }
                continuation.yield(action)
            }
            if shared.machine.isOver, shared.calls == 0 { continuation.finish() }
        }
    }

    private func perform(_ action: LeaseMachine.Action, _ group: inout DiscardingTaskGroup) {
        switch action {
        case .ask(let floor): group.addTask { await self.ask(floor: floor) }
        case .mark(let epoch): group.addTask { await self.mark(epoch) }
        case .renew: group.addTask { await self.renew() }
        case .release: group.addTask { await self.release() }
        case .wait(let end): group.addTask { await self.wait(until: end) }
        case .gained(let epoch): notify(.gained(epoch: epoch))
        case .refused(let refusal):
            context.metrics.refused(lock, refusal)
            notify(.refused(refusal))
        case .ended(let end):
            if end.isLoss { context.metrics.lost(lock) }
            notify(.ended(end))
        case .finished: notify(.finished)
        }
    }
}

// MARK: Calls

extension LeaseKeeper {
    private func start() async {
        do {
            let (state, lock) = (context.state, lock)
            send(.started(floor: try await OffPool.run { try state.epoch(of: lock) }))
        } catch {
            send(.askFailed(failed(.mark, stateFault(error))))
        }
    }

    private func ask(floor: Int64) async {
        let token = LeaseToken.make(replica: context.replica)
        shared.withLock { $0.token = token }
        let start = context.clock.now()
        let event = await answer(floor: floor, token: token)
        context.metrics.answered(lock, seconds: (context.clock.now() - start) / .seconds(1))
        send(event)
    }

    private func answer(floor: Int64, token: String) async -> LeaseMachine.Event {
        do {
            switch try await context.server.acquire(lock, token: token, ttl: context.timing.ttl, floor: floor) {
            case .granted(let epoch) where epoch > floor: return .granted(epoch: epoch)
            case .granted(let epoch):
                let fault = LeaseFault.notAbove(floor, granted: epoch, of: lock, context.server.faultKind)
                return .askFailed(failed(.ask, fault))
            case .held(let holder): return .held(by: holder)
            }
        } catch {
            return .askFailed(failed(.ask, serverFault(error)))
        }
    }

    private func mark(_ epoch: Int64) async {
        do {
            let (state, lock) = (context.state, lock)
            let mark = try await OffPool.run {
                try state.raiseEpoch(of: lock, to: epoch) ? nil : try state.epoch(of: lock)
            }
            send(mark.map { .outdated(mark: $0) } ?? .marked)
        } catch {
            send(.markFailed(failed(.mark, stateFault(error))))
        }
    }

    private func renew() async {
        let token = shared.withLock { $0.token }
        do {
            send(.renewed(try await context.server.renew(lock, token: token, ttl: context.timing.ttl)))
        } catch {
            _ = failed(.renew, serverFault(error))
            send(.renewFailed)
        }
    }

    private func release() async {
        let token = shared.withLock { $0.token }
        do {
            try await context.server.release(lock, token: token)
            send(.released)
        } catch {
            _ = failed(.release, serverFault(error))
            send(.releaseFailed)
        }
    }

    private func wait(until end: Duration) async {
        do {
            // One that wakes too early would never be woken again.
            while context.clock.now() < end { try await context.clock.sleep(end) }
            send(.timeReached)
        } catch {
            // Cancelled, because the lease is over.
        }
    }

    private func failed(_ step: LeaseProblem.Step, _ fault: LeaseFault) -> LeaseFault {
        context.report(LeaseProblem(lock: lock, step: step, fault: fault))
        return fault
    }

    private func serverFault(_ error: any Error) -> LeaseFault {
        error as? LeaseFault ?? LeaseFault(context.server.faultKind, "\(error)", mayHaveHappened: true)
    }

    private func stateFault(_ error: any Error) -> LeaseFault {
        LeaseFault(.state, "\(error)", mayHaveHappened: false)
    }
}

extension LeaseMachine.Event {
    fileprivate var isAnswer: Bool {
        switch self {
        case .started, .granted, .held, .askFailed, .marked, .outdated, .markFailed, .renewed, .renewFailed, .released,
            .releaseFailed:
            true
        case .timeReached, .stopped: false
        }
    }
}

extension LeaseMachine.Action {
    fileprivate var isCall: Bool {
        switch self {
        case .ask, .mark, .renew, .release: true
        case .wait, .gained, .refused, .ended, .finished: false
        }
    }
}
