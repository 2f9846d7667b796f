import Clients
import Retention
import Support
import Testing

@testable import Stores

@Suite struct KeysRemovalTests {
    private static let idle = KeysSpecification.make { $0.idleFor = try? Age(parsing: "5m") }

    @Test func whatIsAsItWasPlannedGoes() async throws {
        let world = try await KeysWorld()
        try await world.eval("for i = 1, 2500 do redis.call('HSET', 'h' .. i, 'at', '2025-01-01T00:00:00Z') end")
        try await world.call("HSET", "young", "at", "2025-12-31T23:00:00Z")
        let plan = try await world.plan(.aged, .older(than: "7d"), now: KeysWorld.now)
        let results = try await world.act(plan, .aged)
        #expect(results.names(.deleted) == Set((1...2500).map { "h\($0)" }))
        #expect(results.values.allSatisfy { $0.freedBytes > 0 })
        #expect(try await world.keys() == ["young"])
        #expect(Set(try await world.act(plan, .aged).values.map(\.outcome)) == [.gone])
    }

    @Test func whatHasChangedStays() async throws {
        let world = try await KeysWorld()
        let old = "2025-01-01T00:00:00Z"
        for name in ["same", "other", "rewritten", "removed", "string", "without", "again"] {
            try await world.call("HSET", name, "at", old)
        }
        let plan = try await world.plan(.aged, .older(than: "7d"), now: KeysWorld.now)
        try await world.call("HSET", "other", "more", "x")
        try await world.call("HSET", "rewritten", "at", "2025-12-31T23:00:00Z")
        try await world.call("DEL", "removed")
        try await world.call("SET", "string", old)
        try await world.call("HDEL", "without", "at")
        try await world.call("HSET", "without", "x", "y")
        // Old as well, but not what was planned: the next run sees it.
        try await world.call("HSET", "again", "at", "2025-01-02T00:00:00Z")
        let results = try await world.act(plan, .aged)
        #expect(results.names(.deleted) == ["same", "other"])
        #expect(results.names(.gone) == ["removed"])
        #expect(results.names(.changed) == ["rewritten", "string", "without", "again"])
        #expect(try await world.keys() == ["rewritten", "string", "without", "again"])
    }

    @Test func whatIsUsedOrGivenATTLStays() async throws {
        let world = try await KeysWorld()
        try await world.makeIdle(["used", "idle", "written"], seconds: 864_000)
        let plan = try await world.plan(Self.idle, .idle(for: "5m"))
        #expect(plan.names(.remove) == ["idle", "used", "written"])
        try await world.call("GET", "used")
        try await world.call("APPEND", "written", "x")
        let results = try await world.act(plan, Self.idle)
        #expect(results.names(.deleted) == ["idle"])
        #expect(results.names(.changed) == ["used", "written"])
        let untimed = KeysSpecification.make { $0.withoutTTL = true }
        let second = try await world.plan(untimed, .withoutTTL)
        try await world.call("EXPIRE", "used", 1000)
        #expect(try await world.act(second, untimed).names(.deleted) == ["written"])
        #expect(try await world.keys() == ["used"])
    }

    @Test func hostileNamesAreOnlyNames() async throws {
        let world = try await KeysWorld()
        var names: [[UInt8]] = [
            [], [0], [0xFF, 0xFE], Array("a b".utf8), Array("a\r\nDEL victim\r\n".utf8), Array("*".utf8),
            Array("]]..'\"\\".utf8), Array("é".utf8), Array("e\u{301}".utf8), Array(repeating: 65, count: 60_000),
        ]
        var generator = SeededGenerator(seed: 77)
        for _ in 0..<200 {
            names.append((0..<8).map { _ in UInt8.random(in: 0...255, using: &generator) })
        }
        for name in names { try await world.call("SET", name, "x") }
        let victim = Array("victim".utf8)
        try await world.call("SET", victim, "x", "EX", 10_000)
        let specification = KeysSpecification.make { $0.withoutTTL = true }
        let plan = try await world.plan(specification, .withoutTTL)
        #expect(plan.tally.remove == Set(names).count, "seed 77")
        #expect(plan.names(.remove).contains("\\xFF\\xFE"))
        let results = try await world.act(plan, specification)
        #expect(Set(results.values.map(\.outcome)) == [.deleted], "seed 77")
        #expect(try await world.keys() == ["victim"], "seed 77")
    }

    @Test func aNameThatIsTooLongForTheLedgerIsSaidAndStays() async throws {
        let world = try await KeysWorld()
        try await world.call("SET", String(repeating: "x", count: 70_000), "x")
        try await world.call("SET", "short", "x")
        let plan = try await world.plan(.make { $0.withoutTTL = true }, .withoutTTL)
        #expect(plan.names(.remove) == ["short"])
        #expect(plan.summary.errorCount == 1)
        #expect(plan.summary.errors.first?.message.contains("70000 bytes") == true)
    }

    @Test func memoryThatIsFullDoesNotStopWhatFreesIt() async throws {
        let world = try await KeysWorld()
        try await world.makeIdle((1...50).map { "k\($0)" }, seconds: 864_000)
        let plan = try await world.plan(Self.idle, .idle(for: "5m"))
        try await world.call("CONFIG", "SET", "maxmemory", 1)
        let results = try await world.act(plan, Self.idle, fence: Fence(lock: "task:t", epoch: 3))
        #expect(results.names(.deleted).count == 50)
    }

    @Test func aReplicaRefusesAndNothingIsCountedAsDeleted() async throws {
        let world = try await KeysWorld()
        try await world.makeIdle(["a", "b"], seconds: 864_000)
        let plan = try await world.plan(Self.idle, .idle(for: "5m"))
        try await world.call("REPLICAOF", "127.0.0.1", "1")
        let results = try await world.act(plan, Self.idle)
        #expect(results.names(.failed) == ["a", "b"])
        #expect(results["a"]?.failure == .permission)
        #expect(try await world.keys() == ["a", "b"])
    }

    @Test func withoutAServerNothingIsKnownToHaveGone() async throws {
        let world = try await KeysWorld()
        try await world.makeIdle((1...300).map { "k\($0)" }, seconds: 864_000)
        let plan = try await world.plan(Self.idle, .idle(for: "5m"))
        let store = world.store(Self.idle)
        let remover = try await onThread { try store.openRemover(run: "r", fence: nil) }
        try await world.redis.stop()
        let results = try await onThread { plan.act(by: remover) }
        #expect(results.names(.failed).count == 300)
    }

    @Test func whatBecameOfKeysCanBeSeenLater() async throws {
        let world = try await KeysWorld()
        for name in ["same", "changed", "gone"] {
            try await world.call("HSET", name, "at", "2025-01-01T00:00:00Z")
        }
        let plan = try await world.plan(.aged, .older(than: "7d"), now: KeysWorld.now)
        try await world.call("DEL", "gone", "changed")
        try await world.call("SET", "changed", "x")
        let store = world.store(.aged)
        let block = plan.blocks[0]
        let presences = try await onThread { try store.openSource().presence(of: block) }
        let found = zip(block.items, presences).map { (DisplayName.exact(block.name(of: $0)), $1) }
        #expect(Dictionary(uniqueKeysWithValues: found) == ["same": .unchanged, "changed": .changed, "gone": .absent])
    }
}
