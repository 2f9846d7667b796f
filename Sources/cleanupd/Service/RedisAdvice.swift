import Clients
import Logging
import ServiceLifecycle

/// What in the settings of a Redis server endangers locks and jobs, which it should neither evict nor forget.
enum RedisAdvice {
    /// Asks the server; a setting that it does not tell is passed over. Throws when it does not answer.
    static func warnings(of client: RedisClient) async throws(RedisError) -> [String] {
        warnings(
            server: client.server,
            evictionPolicy: try await client.configuration(of: "maxmemory-policy"),
            appendOnly: try await client.configuration(of: "appendonly")
        )
    }

    /// - Parameters: the server's settings, as `CONFIG GET` says them; `nil` = not known.
    static func warnings(server: String, evictionPolicy: String?, appendOnly: String?) -> [String] {
        var warnings: [String] = []
        if let evictionPolicy, evictionPolicy != "noeviction" {
            warnings.append(
                "Redis \(server) may evict locks and jobs when its memory is full (maxmemory-policy \(evictionPolicy)). "
                    + "Set maxmemory-policy noeviction, or use a server of its own for coordination."
            )
        }
        if appendOnly == "no" {
            warnings.append(
                "Redis \(server) keeps no log of its changes (appendonly no): after a restart it may have forgotten jobs, "
                    + "and grants no lock for one lock_ttl. Set appendonly yes."
            )
        }
        return warnings
    }
}

/// Warns once of a Redis server whose settings endanger locks and jobs, as soon as it is connected.
struct RedisAdviceService: Service {
    let client: RedisClient
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown { await advise() }
        // The group ends with the first service that returns.
        do { try await gracefulShutdown() } catch is CancellationError { return }
    }

    private func advise() async {
        while !Task.isCancelled {
            do throws(RedisError) {
                try await client.waitUntilConnected(timeout: .seconds(60))
                for warning in try await RedisAdvice.warnings(of: client) {
                    logger.warning("\(warning)", metadata: ["action": "redis_settings"])
                }
                return
            } catch {
                logger.debug("\(ServiceWords.redisUnread(error))", metadata: ["action": "redis_settings"])
                // An answer that is none may come again at once; without a connection it has waited already.
                guard case .notConnected = error else { return }
            }
        }
    }
}
