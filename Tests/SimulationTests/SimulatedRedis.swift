import Coordination
import Retention

/// A lock's value: of one attempt of one replica.
struct LockToken: Equatable {
    /// Its name, which no other process has had.
    let replica: String
    let attempt: Int
}

/// What Redis stores: locks with the meaning of the lease scripts, and the queue.
struct RedisData {
    struct Lock {
        var token: LockToken
        /// On the server's clock, nanoseconds.
        var expiresAt: Int64
    }

    var locks: [String: Lock] = [:]
    var epochs: [String: Int64] = [:]
    var queue: QueueMachine

    mutating func acquire(
        _ lock: String,
        _ token: LockToken,
        ttl: Int64,
        floor: Int64,
        now: Int64
    ) -> LeaseAnswer {
        if var held = locks[lock], held.expiresAt > now {
            held.expiresAt = min(held.expiresAt, now + 10 * ttl)
            locks[lock] = held
            return .held(by: held.token)
        }
        let epoch = max(epochs[lock, default: 0], floor) + 1
        epochs[lock] = epoch
        locks[lock] = Lock(token: token, expiresAt: now + ttl)
        return .granted(epoch: epoch)
    }

    mutating func renew(_ lock: String, _ token: LockToken, ttl: Int64, now: Int64) -> Bool {
        guard let held = locks[lock], held.expiresAt > now, held.token == token else { return false }
        locks[lock] = Lock(token: token, expiresAt: now + ttl)
        return true
    }

    mutating func release(_ lock: String, _ token: LockToken, comparing: Bool) {
        if !comparing || locks[lock]?.token == token { locks[lock] = nil }
    }
}

enum LeaseAnswer {
    case granted(epoch: Int64)
    case held(by: LockToken)
}

/// The one server, and how it fares.
final class SimulatedRedis {
    var data: RedisData
    var wall = WallClock(offset: 0)
    /// It answers nobody until then.
    var pausedUntil: Int64 = 0
    /// It is not there until then.
    var downUntil: Int64 = 0
    /// It refuses what needs memory until then.
    var fullUntil: Int64 = 0
    /// Writes were lost, or the clock was set: two may believe that they hold one lock.
    var hasForgotten = false
    /// Writes were lost, as often as this: a job may begin and end anew.
    var losses = 0

    private let stallAfter: Duration

    init(stallAfter: Duration) {
        self.stallAfter = stallAfter
        data = RedisData(queue: QueueMachine(stallAfter: stallAfter))
    }

    func forgetAll() { restore(RedisData(queue: QueueMachine(stallAfter: stallAfter))) }

    func restore(_ old: RedisData) {
        data = old
        hasForgotten = true
        losses += 1
    }
}
