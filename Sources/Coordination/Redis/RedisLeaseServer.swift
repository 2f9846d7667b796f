package import Clients

/// Leases on Redis: a key with a time-to-live for each lock, whose value is the holder's token, and a counter of epochs
/// that stays.
///
/// Redis may lose both (a failover, a restart without its file), so the counter alone proves nothing: see the floor. A
/// server that is found to have lost its counter grants the lock to nobody for one time-to-live, so that a holder whose
/// lock was lost with it has noticed.
package struct RedisLeaseServer: LeaseServer {
    package var faultKind: LeaseFault.Kind { .redis }

    private let client: RedisClient
    private let prefix: String

    /// - Parameters:
    ///   - client: its `run()` is somebody else's.
    ///   - prefix: of all keys; with a hash tag, `{cleanupd}:`, so that a cluster keeps the keys of a lock together.
    package init(client: RedisClient, prefix: String) {
        self.client = client
        self.prefix = prefix
    }

    package func acquire(_ lock: String, token: String, ttl: Duration, floor: Int64) async throws -> LeaseGrant {
        let keys: [any RedisArgument] = [key(of: lock), counter(of: lock)]
        let arguments: [any RedisArgument] = [token, milliseconds(ttl), String(floor)]
        let reply = try await run(RedisLeaseScripts.acquire, keys, arguments, LeaseTiming(ttl: ttl).call)
        switch reply.elements {
        case .some(let parts) where parts.count == 2 && parts[0].int == 1:
            // Sent as text, because numbers of a script are cut to 53 bits.
            guard let epoch = parts[1].text.flatMap({ Int64($0) }), epoch > floor else { break }
            return .granted(epoch: epoch)
        case .some(let parts) where parts.count == 2 && parts[0].int == 0:
            return .held(by: parts[1].text.map(LeaseToken.replica))
        case .some(let parts) where parts.first?.int == 2: throw lossOfData(lock, ttl)
        default: break
        }
        throw senseless(reply, lock)
    }

    package func renew(_ lock: String, token: String, ttl: Duration) async throws -> Bool {
        let arguments: [any RedisArgument] = [token, milliseconds(ttl)]
        return try await run(RedisLeaseScripts.renew, [key(of: lock)], arguments, LeaseTiming(ttl: ttl).call).int == 1
    }

    package func release(_ lock: String, token: String) async throws {
        _ = try await run(RedisLeaseScripts.release, [key(of: lock)], [token], LeaseTiming.release)
    }

    func senseless(_ reply: RedisValue, _ lock: String) -> LeaseFault {
        let message =
            "Redis \(client.server) answered the question for the lock \(lock) with \(reply.kind), which makes no "
            + "sense. See that nobody else writes to keys that begin with \"\(prefix)\"."
        return LeaseFault(.redis, message, mayHaveHappened: true)
    }

    func lossOfData(_ lock: String, _ ttl: Duration) -> LeaseFault {
        let message =
            "Redis \(client.server) has lost what it knew about the lock \(lock) (a failover, or a restart without its "
            + "file), so its last holder may still act: nobody gets it for \(ttl). Where that happens again, switch on "
            + "appendonly."
        return LeaseFault(.redis, message, mayHaveHappened: false)
    }

    private func key(of lock: String) -> String { "\(prefix)lock:\(lock)" }
    private func counter(of lock: String) -> String { "\(prefix)epoch:\(lock)" }

    /// Rounded up: a lease that the server ends too early would be trusted for too long.
    private func milliseconds(_ ttl: Duration) -> Int { max(1, Int((ttl / .milliseconds(1)).rounded(.up))) }

    private func run(
        _ script: RedisScript,
        _ keys: [any RedisArgument],
        _ arguments: [any RedisArgument],
        _ timeout: Duration
    ) async throws(LeaseFault) -> RedisValue {
        do throws(RedisError) {
            return try await client.run(script, keys: keys, arguments: arguments, timeout: timeout)
        } catch {
            let isTimeOut = if case .timedOut = error { true } else { false }
            // A script that was refused half-way may have written.
            let mayHaveHappened = error.isFateUnknown || error.code == "ERR"
            throw LeaseFault(isTimeOut ? .timeout : .redis, "\(error)", mayHaveHappened: mayHaveHappened)
        }
    }
}
