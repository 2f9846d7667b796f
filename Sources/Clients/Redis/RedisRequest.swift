import Synchronization

/// A batch on its way through a connection, and who waits for it.
struct RedisRequest: Sendable {
    /// How it ended.
    enum Outcome: Sendable {
        /// One for each command, in order.
        case replies([Result<RedisValue, RedisError>])
        /// Not sent.
        case refused(RedisError)
        /// Not sent, because the connection takes nothing any more; another may.
        case useAnother(reason: String)
    }

    /// Set before the channel is told, so that a request that is cancelled on its way there is not sent.
    final class Cancellation: Sendable {
        private let flag = Atomic(false)
        var isCancelled: Bool { flag.load(ordering: .acquiring) }
        func cancel() { flag.store(true, ordering: .releasing) }
    }

    let id: UInt64
    let batch: RedisBatch
    let deadline: ContinuousClock.Instant
    let cancellation: Cancellation
    let continuation: CheckedContinuation<Outcome, Never>
}
