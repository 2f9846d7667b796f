import Clients
import Retention
import Support
import Testing

@testable import Stores

@Suite struct KeysFenceTests {
    private static let specification = KeysSpecification.make { $0.withoutTTL = true }
    private static let key = "{cleanupd}:fence:here:task:t"

    private static func fence(_ epoch: Int64, lock: String = "task:t") -> Fence {
        Fence(scope: "here", lock: lock, epoch: epoch)
    }

    @Test func aSmallerEpochDeletesNothingAnyMore() async throws {
        let world = try await KeysWorld()
        try await world.eval("for i = 1, 500 do redis.call('SET', 'k' .. i, 'x') end")
        let plan = try await world.plan(Self.specification, .withoutTTL)
        let store = world.store(Self.specification)
        let (old, new) = try await onThread {
            (
                try store.openRemover(run: "old", fence: Self.fence(1)),
                try store.openRemover(run: "new", fence: Self.fence(2))
            )
        }
        let refused = try await onThread { plan.act(by: old) }
        #expect(refused.names(.deleted).isEmpty)
        #expect(refused.names(.failed).count == KeysScript.batchSize)
        #expect(refused.values.contains { $0.failure == .lockLost && $0.detail?.contains("epoch 2") == true })
        #expect(try await world.keys().count == 501)
        #expect(try await onThread { plan.act(by: new) }.names(.deleted).count == 500)
        #expect(try await world.keys() == [Self.key])
    }

    @Test func aSmallerEpochIsRefusedAtOnce() async throws {
        let world = try await KeysWorld()
        let store = world.store(Self.specification)
        _ = try await onThread { try store.openRemover(run: "new", fence: Self.fence(7)) }
        let error = await #expect(throws: StoreError.self) {
            try await onThread { _ = try store.openRemover(run: "old", fence: Self.fence(6)) }
        }
        #expect(error?.code == .fenced)
        #expect(error?.message.contains("epoch 7") == true)
        // The same again, a newer one, and that of another task go on.
        for fence in [Self.fence(7), Self.fence(8), Self.fence(1, lock: "task:u")] {
            _ = try await onThread { try store.openRemover(run: "next", fence: fence) }
        }
        #expect(try await world.call("GET", Self.key).text == "8")
    }

    @Test func whatIsNoEpochIsRefused() async throws {
        let world = try await KeysWorld()
        try await world.call("SET", Self.key, "somebody else's")
        let store = world.store(Self.specification)
        let error = await #expect(throws: StoreError.self) {
            try await onThread { _ = try store.openRemover(run: "r", fence: Self.fence(6)) }
        }
        #expect(error?.code == .fenced)
        #expect(try await world.call("GET", Self.key).text == "somebody else's")
    }

    /// Two at once: from the instant at which the newer epoch is known, the older one deletes nothing.
    @Test func ofTwoThatRaceTheOlderOneStops() async throws {
        let world = try await KeysWorld()
        try await world.eval("for i = 1, 20000 do redis.call('SET', 'k' .. i, 'x') end")
        let plan = try await world.plan(Self.specification, .withoutTTL)
        let store = world.store(Self.specification)
        let old = try await onThread { try store.openRemover(run: "old", fence: Self.fence(1)) }
        async let first = onThread { plan.act(by: old) }
        let second = try await onThread {
            plan.act(by: try store.openRemover(run: "new", fence: Self.fence(2)))
        }
        let (byOld, byNew) = (try await first.names(.deleted), second.names(.deleted))
        #expect(byOld.isDisjoint(with: byNew))
        #expect(byOld.count + byNew.count == 20_000)
        #expect(try await onThread { plan.act(by: old) }.names(.deleted).isEmpty)
    }
}
