import Clients
import Support
import Testing

/// Lends a client that runs, and ends it.
func withRedisClient<Result>(
    _ settings: RedisSettings,
    onRequest: @escaping @Sendable (String) -> Void = { _ in },
    onEvent: @escaping @Sendable (RedisClient.Event) -> Void = { _ in },
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RedisClient) async throws -> Result
) async throws -> Result {
    let client = RedisClient(settings: settings, onRequest: onRequest, onEvent: onEvent)
    let running = Task { await client.run() }
    do {
        let result = try await body(client)
        running.cancel()
        await running.value
        return result
    } catch {
        running.cancel()
        await running.value
        throw error
    }
}

func withRedisClient<Result>(
    _ url: String,
    caFile: String? = nil,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RedisClient) async throws -> Result
) async throws -> Result {
    try await withRedisClient(RedisSettings.patient(url, caFile: caFile), body)
}

/// Why the first attempt to connect fails; throws if it does not.
func redisRefusal(
    _ url: String,
    caFile: String? = nil,
    connectTimeout: Duration = .seconds(60)
) async throws -> String {
    var settings = try RedisSettings(url: url, caFile: caFile)
    settings.connectTimeout = connectTimeout
    settings.sentinelTimeout = connectTimeout
    return try await redisRefusal(settings)
}

func redisRefusal(_ settings: RedisSettings) async throws -> String {
    let events = AsyncStream<RedisClient.Event>.makeStream()
    return try await withRedisClient(settings, onEvent: { events.continuation.yield($0) }) { client in
        for await event in events.stream {
            guard case .disconnected(let reason) = event else { break }
            // Whoever cannot wait gets the same.
            let error = try await redisError {
                try await client.send(RedisCommand("PING"), timeout: .seconds(60), patience: .fail)
            }
            #expect(error?.isFateUnknown == false)
            return reason
        }
        throw SupportError("the client has connected")
    }
}

/// The error of Redis that `body` throws; `nil` if it throws none. Others go through.
func redisError<Result>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws -> Result
) async throws -> RedisError? {
    do {
        _ = try await body()
        return nil
    } catch let error as RedisError {
        return error
    }
}

extension RedisClient {
    /// A command with a time-out that no test should need.
    @discardableResult
    func call(_ name: String, _ arguments: any RedisArgument...) async throws -> RedisValue {
        try await send(RedisCommand(name, arguments: arguments.map(\.redisBytes)), timeout: .seconds(60))
    }
}

extension RedisSettings {
    /// For a machine that does many other things at the same time.
    static func patient(_ url: String, caFile: String? = nil) throws -> RedisSettings {
        var settings = try RedisSettings(url: url, caFile: caFile)
        settings.connectTimeout = .seconds(60)
        settings.limits.patience = .seconds(60)
        return settings
    }
}
