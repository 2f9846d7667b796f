import ServiceLifecycle
import Synchronization

/// The right to schedule.
package struct Leadership: Sendable, Equatable {
    /// Larger than that of each leader before.
    package let epoch: Int64
}

/// Competes for the one lock of the scheduler, all the time.
package final class Elector: Service {
    /// How things stood at the last attempt.
    package struct Status: Sendable, Equatable {
        /// The replica that leads, if it is another one.
        package var holder: String?
        /// Why nobody can tell who leads; `nil` while the server and the state store answer.
        package var problem: String?
    }

    private struct Shared {
        var keeper: LeaseKeeper?
        var status = Status()
    }

    /// Each gain and loss, in order, for one consumer; ends with `run()`.
    package let changes: AsyncStream<Leadership?>

    private let context: LeaseContext
    private let pause: Duration
    private let shared = Mutex(Shared())
    private let continuation: AsyncStream<Leadership?>.Continuation

    /// - Parameter pause: between two attempts, give or take a quarter. Short, because a leader that ends in order
    ///   leaves the lock free for whoever asks next.
    package init(_ context: LeaseContext, pause: Duration = .milliseconds(500)) {
        self.context = context
        self.pause = pause
        (changes, continuation) = AsyncStream.makeStream()
    }

    /// Trusted at this moment; `nil` = not the leader.
    package var leadership: Leadership? {
        shared.withLock { $0.keeper }?.trustedEpoch.map { Leadership(epoch: $0) }
    }

    package func resign() { shared.withLock { $0.keeper }?.stop() }

    /// Who leads, or why that is not known.
    package var status: Status { leadership == nil ? shared.withLock { $0.status } : Status() }

    package var otherLeader: String? { status.holder }

    /// Ends at graceful shutdown or cancellation, having given the lock back.
    package func run() async throws {
        await cancelWhenGracefulShutdown { await self.compete() }
        continuation.finish()
    }

    private func compete() async {
        while !Task.isCancelled {
            let keeper = LeaseKeeper(LockName.leader, context) { [weak self] in self?.take($0) }
            shared.withLock { $0.keeper = keeper }
            await keeper.keep()
            do {
                let chance = Double.random(in: 0..<1)
                try await context.clock.sleep(context.clock.now() + pause * (0.75 + chance / 2))
            } catch {
                // Cancelled.
                return
            }
        }
    }

    private func take(_ notice: LeaseKeeper.Notice) {
        switch notice {
        case .gained(let epoch):
            shared.withLock { $0.status = Status() }
            continuation.yield(Leadership(epoch: epoch))
        case .ended: continuation.yield(nil)
        case .refused(.held(let holder)): shared.withLock { $0.status = Status(holder: holder) }
        case .refused(.unavailable(let fault)) where fault.kind != .stopped:
            shared.withLock { $0.status = Status(problem: fault.message) }
        case .refused, .finished: break
        }
    }
}
