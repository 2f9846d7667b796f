import Clients
import Retention
import Support
import Synchronization
import Testing

@testable import Stores

/// 20,000 keys whose owners save them while they are removed: none that was saved in time may go.
@Suite(.tags(.k2)) struct KeysRaceTests {
    private static let count = Scale.rounds(10_000, nightly: 500_000)

    /// Saves a key, if it is still there, and notes that it did, all in one instant: whatever is noted must survive.
    private static let save = """
        local kind = ARGV[2]
        if redis.call('EXISTS', ARGV[1]) == 0 then return 0 end
        if kind == 'field' then
            if redis.call('TYPE', ARGV[1]).ok == 'hash' then redis.call('HSET', ARGV[1], 'at', ARGV[3]) end
        elseif kind == 'type' then redis.call('DEL', ARGV[1]); redis.call('SET', ARGV[1], 'x')
        elseif kind == 'ttl' then redis.call('EXPIRE', ARGV[1], 100000)
        else redis.call('GET', ARGV[1]) end
        redis.call('SADD', '{cleanupd}:saved', ARGV[1])
        return 1
        """

    @Test func rewrittenFieldsAndTypesAreNeverDeleted() async throws {
        let world = try await KeysWorld()
        try await world.eval(
            "for i = 1, \(Self.count) do redis.call('HSET', 'k' .. i, 'at', '2025-01-01T00:00:00Z') end"
        )
        try await race(world, .aged, try .older(than: "7d"), ["field", "type"], seed: 11)
    }

    @Test func usedKeysAndThoseWithATTLAreNeverDeleted() async throws {
        let world = try await KeysWorld()
        try await world.eval(
            """
            redis.call('SET', '~', 'x')
            local dump = redis.call('DUMP', '~')
            redis.call('DEL', '~')
            for i = 1, \(Self.count) do redis.call('RESTORE', 'k' .. i, 0, dump, 'IDLETIME', 864000) end
            """
        )
        let specification = KeysSpecification.make { ($0.idleFor, $0.withoutTTL) = (try? Age(parsing: "5m"), true) }
        var policy = try Policy.idle(for: "5m")
        policy.remove?.withoutTTL = true
        try await race(world, specification, policy, ["ttl", "use"], seed: 12)
    }

    private func race(
        _ world: KeysWorld,
        _ specification: KeysSpecification,
        _ policy: Policy,
        _ kinds: [String],
        seed: UInt64
    ) async throws {
        let plan = try await world.plan(specification, policy)
        #expect(plan.tally.remove == Self.count)
        let store = world.store(specification)
        let (progress, saver) = (Progress(), world.server)
        async let saving: Void = onThread {
            var generator = SeededGenerator(seed: seed)
            while !progress.isOver {
                let commands = (0..<20).map { _ in
                    let name = "k\(Int.random(in: 1...Self.count, using: &generator))"
                    let kind = kinds.randomElement(using: &generator) ?? ""
                    return RedisCommand("EVAL", Self.save, 0, name, kind, "2099-01-01T00:00:00Z")
                }
                let replies = try saver.pipeline(commands).map { try $0.get().int ?? 0 }
                progress.add(Int(replies.reduce(0, +)))
            }
        }
        let results = try await onThread {
            defer { progress.end() }
            guard waitUntil(seconds: 60, { progress.saved >= 200 }) else { throw SupportError("nobody saved anything") }
            return plan.act(by: try store.openRemover(run: "r", fence: nil))
        }
        try await saving
        let noted = try await world.call("SMEMBERS", "{cleanupd}:saved").elements ?? []
        let survivors = try await world.keys().subtracting(["{cleanupd}:saved"])
        let mustLive = Set(noted.compactMap(\.text))
        #expect(mustLive.count >= 100, "seed \(seed)")
        #expect(survivors == mustLive, "seed \(seed)")
        #expect(results.names(.changed).isSubset(of: mustLive), "seed \(seed)")
        #expect(results.names(.deleted).count == Self.count - mustLive.count, "seed \(seed)")
        #expect(results.names(.deleted).isDisjoint(with: mustLive), "seed \(seed)")
    }
}

/// How far those who save have come.
private final class Progress: Sendable {
    private let state = Mutex((saved: 0, isOver: false))

    var saved: Int { state.withLock { $0.saved } }
    var isOver: Bool { state.withLock { $0.isOver } }

    func add(_ count: Int) { state.withLock { $0.saved += count } }
    fileprivate func end() { state.withLock { $0.isOver = true } }
}
