import CleanupConfiguration
import Clients

/// Whether the server that coordinates the replicas is there, lets us in, and is fit for it.
struct CoordinationCheck: Sendable {
    let configuration: Configuration

    struct Outcome: Sendable {
        /// What there is to say, line by line; nothing where no server coordinates.
        var lines: [String] = []
        /// It cannot be used.
        var hasFailed = false
    }

    /// Connects once; writes nothing. Bounded by the time-outs of a connection and of a few answers.
    func run() async -> Outcome {
        guard case .redis(let secret) = configuration.coordination.kind else { return Outcome() }
        do {
            let url = try SecretText.read(secret, of: "coordination")
            return try await look(RedisSettings(url: url, caFile: configuration.coordination.ca))
        } catch {
            return failure("\(error)")
        }
    }

    private func look(_ settings: RedisSettings) async throws -> Outcome {
        let (attempts, sendAttempt) = AsyncStream<RedisClient.Event>.makeStream()
        let client = RedisClient(settings: settings, onEvent: { sendAttempt.yield($0) })
        let running = Task { await client.run() }
        defer { running.cancel() }
        var attempt = attempts.makeAsyncIterator()
        switch await attempt.next() {
        case .connected(let server)?: return try await look(client, server)
        case .disconnected(let reason)?:
            return failure("\(RedisError.notConnected(server: settings.server, reason: reason))")
        case nil: return failure("Redis \(settings.server) is not connected")
        }
    }

    private func look(_ client: RedisClient, _ server: String) async throws -> Outcome {
        let role = try await role(of: client)
        guard role == nil || role == "master" else {
            return failure(Self.noMaster(server, role ?? ""))
        }
        let prefix = configuration.coordination.keyPrefix
        let warnings = try await RedisAdvice.warnings(of: client)
        return Outcome(
            lines: ["coordination: Redis \(server) can be used; the replicas of this installation meet at \(prefix)"]
                + warnings.map { "  \($0)" }
        )
    }

    /// `nil`: it does not tell, as hosted servers may.
    private func role(of client: RedisClient) async throws(RedisError) -> String? {
        do throws(RedisError) {
            return try await client.send(RedisCommand("ROLE"), timeout: .seconds(5)).elements?.first?.text
        } catch {
            guard case .reply(let code, let message) = error else { throw error }
            guard code == "NOPERM" || (code == "ERR" && message.hasPrefix("unknown command")) else { throw error }
            return nil
        }
    }

    static func noMaster(_ server: String, _ role: String) -> String {
        "Redis \(server) is no master but a \(role): locks are taken at the master only; name that, or its Sentinels"
    }

    private func failure(_ problem: String) -> Outcome {
        Outcome(lines: ["coordination: \(problem)"], hasFailed: true)
    }
}
