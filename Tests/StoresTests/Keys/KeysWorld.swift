import Clients
import Foundation
import Retention
import Support

@testable import Stores

/// A real Redis server with a store of its keys, and what the engine does with one, without the engine.
struct KeysWorld: Sendable {
    /// 2026-01-01: the instant of all plans, but for those of idle times.
    static let now = Instant(seconds: 1_767_225_600)
    static let ownPrefix = "{cleanupd}:"

    let redis: RedisServer
    let server: KeysServer

    init(_ options: RedisServer.Options = RedisServer.Options()) async throws {
        redis = try await RedisServer.started(options)
        var settings = try RedisSettings(url: redis.url())
        settings.connectTimeout = .seconds(60)
        server = KeysServer(name: "cache", settings: settings)
    }

    func store(_ specification: KeysSpecification, now: Instant? = nil) -> KeysStore {
        KeysStore(server: server, specification: specification, now: { now ?? Self.clock() })
    }

    static func clock() -> Instant { Instant(nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9)) }

    func plan(
        _ specification: KeysSpecification,
        _ policy: Policy,
        now: Instant? = nil
    ) async throws -> StorePlan {
        let store: any Store = ReadOnlyStore(store(specification, now: now))
        return try await Self.plan(store, policy, now: now)
    }

    static func plan(_ store: any Store, _ policy: Policy, now: Instant? = nil) async throws -> StorePlan {
        try await onThread { try StorePlan(of: store, policy, now: now ?? clock()) }
    }

    /// Carries a plan out.
    func act(
        _ plan: StorePlan,
        _ specification: KeysSpecification,
        fence: Fence? = nil,
        now: Instant? = nil
    ) async throws -> [String: ItemResult] {
        let store = store(specification, now: now)
        return try await onThread { plan.act(by: try store.openRemover(run: "r", fence: fence)) }
    }

    // MARK: Data

    @discardableResult
    func call(_ name: String, _ arguments: any RedisArgument...) async throws -> RedisValue {
        let command = RedisCommand(name, arguments: arguments.map(\.redisBytes))
        return try await onThread { [server] in try server.send(command) }
    }

    /// Runs Lua.
    @discardableResult
    func eval(_ script: String, _ arguments: any RedisArgument...) async throws -> RedisValue {
        let bytes = [script.redisBytes, 0.redisBytes] + arguments.map(\.redisBytes)
        return try await onThread { [server] in try server.send(RedisCommand("EVAL", arguments: bytes)) }
    }

    /// Makes strings that have been idle for some seconds, as RESTORE can say it.
    func makeIdle(_ names: [String], seconds: Int64) async throws {
        for name in names {
            try await eval(
                """
                redis.call('SET', '~', 'x')
                local dump = redis.call('DUMP', '~')
                redis.call('DEL', '~')
                redis.call('RESTORE', ARGV[1], 0, dump, 'REPLACE', 'IDLETIME', ARGV[2])
                """,
                name,
                seconds
            )
        }
    }

    /// Names of all keys.
    func keys() async throws -> Set<String> {
        let reply = try await call("KEYS", "*")
        return Set((reply.elements ?? []).compactMap(\.bytes).map { DisplayName.exact($0) })
    }
}

extension KeysSpecification {
    /// With the usual prefix of our own.
    static func make(_ change: (inout KeysSpecification) -> Void = { _ in }) -> KeysSpecification {
        var result = KeysSpecification(ownPrefixes: [KeysWorld.ownPrefix])
        change(&result)
        return result
    }

    /// Hashes whose field `at` is older than the policy says.
    static let aged = make {
        $0.types = ["hash"]
        $0.time = "at"
    }
}

extension Policy {
    static func older(than age: String) throws -> Policy { Policy(remove: Remove(olderThan: try Age(parsing: age))) }
    static func idle(for age: String) throws -> Policy { Policy(remove: Remove(idleFor: try Age(parsing: age))) }
    static let withoutTTL = Policy(remove: Remove(isListed: false, withoutTTL: true))
}
