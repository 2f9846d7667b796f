import Clients
import Foundation
import Retention
import Support
import Testing

@testable import Stores

/// Containers that a table of active bots names.
@Suite(.timeLimit(.minutes(5))) struct ContainersReferenceTests {
    private static let policy = Policy(remove: Policy.Remove(olderThan: Age(milliseconds: 1, text: "1ms")))

    /// What a query of a real database names.
    private static func reference(_ backend: any RowsBackend) -> Reference {
        Reference(id: "bots", label: "the active bots") { isCancelled, take in
            try backend.withReader(task: "containers", timezone: "UTC", timeout: nil, isCancelled: isCancelled) {
                reader in
                try reader.eachText(RowsStatement("SELECT container FROM bots WHERE status = 'active'")) { name in
                    try take(name)
                    return true
                }
            }
        }
    }

    private static func store(
        _ world: ContainersWorld,
        _ backend: any RowsBackend,
        isOrphan: Bool = true,
        last: ReferenceBaseline = ReferenceBaseline()
    ) -> ReferencedStore {
        ReferencedStore(
            base: world.store(world.specification()),
            references: [reference(backend)],
            root: nil,
            names: ContainersStore.referenceNames,
            rules: ReferenceRules(isOrphan: isOrphan),
            lastAnswers: { last },
            makeSpool: { MemorySpool() }
        )
    }

    @Test func aContainerIsNamedByIdShortIdOrName() async throws {
        let world = try await ContainersWorld()
        let id = try await world.create("bot")
        let plan = try await world.plan(world.specification(), Self.policy)
        let (item, block) = try #require(plan.item(id))
        let name = world.name("bot")
        let names = ContainersStore.names(of: item, in: block).map { String(decoding: $0, as: UTF8.self) }
        #expect(names == [id, String(id.prefix(12)), name, "/" + name])
        #expect(ContainersStore.referenceNames(block, item) == ContainersStore.names(of: item, in: block))
    }

    @Test(arguments: RowsEngine.all)
    func onlyContainersOfNoActiveBotGo(_ engine: RowsEngine) async throws {
        let world = try await ContainersWorld()
        let byName = try await world.makeEnded("name")
        let byID = try await world.create("id")
        let byShortID = try await world.create("short")
        let late = try await world.create("late")
        let orphan = try await world.makeEnded("orphan")
        let stopped = try await world.create("stopped")
        try await engine.withDatabase { database in
            try database.sql("CREATE TABLE bots (container text, status text)")
            for name in [world.name("name"), byID, String(byShortID.prefix(12)), "elsewhere"] {
                try database.sql("INSERT INTO bots VALUES ('\(name)', 'active')")
            }
            try database.sql("INSERT INTO bots VALUES ('\(world.name("stopped"))', 'deleted'), (NULL, 'active')")
            let store = Self.store(world, database.backend)
            let plan = try await ContainersWorld.plan(store, Self.policy)
            #expect(plan.items(.remove) == [late, orphan, stopped])
            #expect(plan.items(.keep) == [byName, byID, byShortID])
            #expect(plan.reason(byName) == "referenced by the active bots")
            // Named since the plan: it stays.
            try database.sql("INSERT INTO bots VALUES ('\(world.name("late"))', 'active')")
            let results = try await ContainersWorld.act(plan, store)
            #expect(results.names(.deleted) == [orphan, stopped] && results.names(.changed) == [late])
            #expect(try await world.left() == ["name", "id", "short", "late"])
        }
    }

    @Test(arguments: RowsEngine.all)
    func anAnswerThatIsEmptyShrunkOrFailsRemovesNothing(_ engine: RowsEngine) async throws {
        let world = try await ContainersWorld()
        _ = try await world.create("bot")
        try await engine.withDatabase { database in
            try database.sql("CREATE TABLE bots (container text, status text)")
            let empty = await #expect(throws: StoreError.self) {
                try await ContainersWorld.plan(Self.store(world, database.backend), Self.policy)
            }
            #expect(empty?.guardName == .references)
            try database.sql("INSERT INTO bots VALUES ('a', 'active'), ('b', 'active')")
            let shrunk = await #expect(throws: StoreError.self) {
                let last = ReferenceBaseline(counts: ["bots": 5])
                return try await ContainersWorld.plan(Self.store(world, database.backend, last: last), Self.policy)
            }
            #expect(shrunk?.guardName == .references)
            try database.sql("DROP TABLE bots")
            for isOrphan in [true, false] {
                await #expect(throws: StoreError.self) {
                    try await ContainersWorld.plan(Self.store(world, database.backend, isOrphan: isOrphan), Self.policy)
                }
            }
        }
        #expect(try await world.left() == ["bot"])
    }

    @Test func onlyListedContainersGo() async throws {
        let world = try await ContainersWorld()
        let listed = try await world.create("listed")
        _ = try await world.create("other")
        let name = world.name("listed")
        let store = ListedStore(
            base: world.store(world.specification()),
            lists: [Reference(id: "l", label: "the list") { _, take in try take(name) }],
            root: nil,
            aliases: [],
            names: ContainersStore.referenceNames
        )
        let plan = try await ContainersWorld.plan(store, Self.policy)
        #expect(plan.items(.remove) == [listed])
        #expect(try await ContainersWorld.act(plan, store).names(.deleted) == [listed])
        #expect(try await world.left() == ["other"])
    }
}
