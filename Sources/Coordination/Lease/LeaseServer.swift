/// What grants leases: Redis, or PostgreSQL's advisory locks. Locks are named `leader` and `task:<name>`.
///
/// Each call ends within `LeaseTiming.call`, and throws `LeaseFault` if there was no answer. It may have happened then,
/// and it may happen later still: whoever asked gives the lock back, and asks with another token the next time.
package protocol LeaseServer: Sendable {
    /// What a failure is counted as that says nothing of itself.
    var faultKind: LeaseFault.Kind { get }

    /// Takes the lock if nobody holds it. Does not wait for its holder.
    /// - Parameters:
    ///   - token: of this one attempt: `<replica>/<random>`.
    ///   - ttl: how long the lock is kept, unless it is renewed.
    ///   - floor: the highest epoch that anybody has acted with, as far as is known; the granted one is larger.
    func acquire(_ lock: String, token: String, ttl: Duration, floor: Int64) async throws -> LeaseGrant

    /// Keeps the lock for another `ttl`.
    /// - Returns: false if it is not this token's any more.
    func renew(_ lock: String, token: String, ttl: Duration) async throws -> Bool

    /// Gives the lock back if it is this token's; harmless otherwise.
    func release(_ lock: String, token: String) async throws
}

/// What a server of leases answers.
package enum LeaseGrant: Sendable, Equatable {
    /// The lock is the asker's; the epoch is larger than the floor, and than all that this server remembers.
    case granted(epoch: Int64)
    /// Somebody else holds it: the replica, as far as it is known.
    case held(by: String?)
}

/// The tokens of leases: which replica, and which attempt of it.
package enum LeaseToken {
    /// A token that no other attempt has.
    package static func make(replica: String) -> String {
        var generator = SystemRandomNumberGenerator()
        let random = String(generator.next(), radix: 36) + String(generator.next(), radix: 36)
        return "\(replica)/\(random)"
    }

    /// The replica of a token; the whole text if somebody else wrote it. At most 200 characters.
    package static func replica(of token: String) -> String {
        let name = token.lastIndex(of: "/").map { token[..<$0] } ?? token[...]
        return String(name.prefix(200))
    }
}
