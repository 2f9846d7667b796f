import Clients
import Retention
import Support
import Testing

@testable import Stores

@Suite struct KeysReferenceTests {
    private static let specification = KeysSpecification.make { ($0.match, $0.withoutTTL) = (["upload:*"], true) }

    private static func names(_ world: KeysWorld, _ pattern: String) async throws -> Set<String> {
        let names = KeysNames(server: world.server, pattern: pattern, ownPrefixes: [KeysWorld.ownPrefix])
        return try await onThread {
            var found: Set<String> = []
            try names.read(isCancelled: { false }) { found.insert($0) }
            return found
        }
    }

    private static func reference(_ world: KeysWorld, _ pattern: String) -> Reference {
        let names = KeysNames(server: world.server, pattern: pattern, ownPrefixes: [KeysWorld.ownPrefix])
        return Reference(id: pattern, label: "the keys \"\(pattern)\"") {
            try names.read(isCancelled: $0, $1)
        }
    }

    @Test func keysNameTheirMembersOrThemselves() async throws {
        let world = try await KeysWorld()
        try await world.call("SET", "preview:a7", "x")
        try await world.call("HSET", "preview:b8", "x", "y")
        try await world.call("SADD", "set", "s1", "s2")
        try await world.call("ZADD", "sorted", 1, "z1", 2, "z2")
        try await world.call("RPUSH", "list", "l1", "l1", "")
        try await world.call("SADD", "{cleanupd}:own", "hidden")
        #expect(try await Self.names(world, "preview:*") == ["preview:a7", "preview:b8", "a7", "b8"])
        #expect(try await Self.names(world, "set") == ["s1", "s2"])
        #expect(try await Self.names(world, "sorted") == ["z1", "z2"])
        #expect(try await Self.names(world, "list") == ["l1", ""])
        #expect(try await Self.names(world, "nothing").isEmpty)
        #expect(try await Self.names(world, "{cleanupd}:*").isEmpty)
    }

    @Test func largeSetsAreReadWhole() async throws {
        let world = try await KeysWorld()
        try await world.eval("for i = 1, 30000 do redis.call('SADD', 's', 'm' .. i); redis.call('ZADD', 'z', i, i) end")
        #expect(try await Self.names(world, "s") == Set((1...30_000).map { "m\($0)" }))
        #expect(try await Self.names(world, "z") == Set((1...30_000).map(String.init)))
    }

    @Test func aNameThatIsNoTextFailsInsteadOfProtectingNothing() async throws {
        let world = try await KeysWorld()
        try await world.call("SADD", "set", [0xFF, 0xFE] as [UInt8])
        let error = await #expect(throws: StoreError.self) { try await Self.names(world, "set") }
        #expect(error?.message.contains("UTF-8") == true)
    }

    @Test func onlyKeysThatNothingNamesAreOrphans() async throws {
        let world = try await KeysWorld()
        for name in ["upload:1", "upload:2", "upload:/3", "upload:4"] { try await world.call("SET", name, "x") }
        try await world.call("SADD", "live", "upload:1", "upload:/3")
        let store = ReferencedStore(
            base: world.store(Self.specification),
            references: [Self.reference(world, "live")],
            root: nil,
            rules: ReferenceRules(isOrphan: true),
            makeSpool: { MemorySpool() }
        )
        let plan = try await KeysWorld.plan(store, .withoutTTL)
        #expect(plan.names(.remove) == ["upload:2", "upload:4"])
        #expect(plan.reason("upload:/3") == "referenced by the keys \"live\"")
        // Named since the plan: it stays.
        try await world.call("SADD", "live", "upload:4")
        let results = try await onThread { plan.act(by: try store.openRemover(run: "r", fence: nil)) }
        #expect(results.names(.deleted) == ["upload:2"])
        #expect(results.names(.changed) == ["upload:4"])
        try await world.call("DEL", "live")
        let error = await #expect(throws: StoreError.self) { try await KeysWorld.plan(store, .withoutTTL) }
        #expect(error?.guardName == .references)
    }

    @Test func onlyListedKeysGo() async throws {
        let world = try await KeysWorld()
        for name in ["upload:1", "upload:2", "upload:a/../b"] { try await world.call("SET", name, "x") }
        try await world.call("SADD", "dead", "upload:2", "upload:a/../b", "elsewhere")
        let store = ListedStore(
            base: world.store(Self.specification),
            lists: [Self.reference(world, "dead")],
            root: nil,
            aliases: []
        )
        #expect(try await KeysWorld.plan(store, .withoutTTL).names(.remove) == ["upload:2", "upload:a/../b"])
    }
}
