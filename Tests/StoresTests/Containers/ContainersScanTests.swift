import Clients
import Foundation
import Retention
import Support
import Testing

@testable import Stores

@Suite(.timeLimit(.minutes(5))) struct ContainersScanTests {
    private static let week = Policy(remove: Policy.Remove(olderThan: Age(milliseconds: 7 * 86_400_000, text: "7d")))

    @Test func onlyContainersThatEndedOrNeverRanAreCandidates() async throws {
        let world = try await ContainersWorld()
        let ended = try await world.makeEnded("ended")
        let created = try await world.create("created")
        let running = try await world.create("running", work: .sleep)
        let paused = try await world.create("paused", work: .sleep)
        for id in [running, paused] { try await world.engine.start(id) }
        try await world.engine.pause(paused)
        let plan = try await world.plan(world.specification(), Self.week)
        #expect(plan.items(.remove) == [ended, created])
        #expect(plan.summary.examined == 2 && plan.summary.errorCount == 0)
        // Neither is anything that runs where the states ask for others.
        let exited = try await world.plan(world.specification { $0.states = [.exited] }, Self.week)
        #expect(exited.items(.remove) == [ended])
        let never = try await world.plan(world.specification { $0.states = [.created] }, Self.week)
        #expect(never.items(.remove) == [created])
        #expect(try await world.plan(world.specification { $0.states = [.dead] }, Self.week).items(.remove) == [])
        try await world.engine.resume(paused)
        for id in [running, paused] { try await world.engine.remove(id) }
    }

    @Test func namesAndLabelsChoose() async throws {
        let world = try await ContainersWorld()
        let bot = try await world.create("bot", labels: ["app": "bots", "tier": ""])
        let worker = try await world.create("worker", labels: ["app": "bots"])
        let other = try await world.create("other", labels: ["app": "web", "keep": "yes"])
        func removed(_ change: (inout ContainersSpecification) -> Void) async throws -> Set<String> {
            try await world.plan(world.specification(change), Self.week).items(.remove)
        }
        #expect(try await removed { $0.names = ["bot-*", "work?r-*"] } == [bot, worker])
        #expect(try await removed { $0.names = ["BOT-*"] } == [])
        #expect(try await removed { $0.labels["app"] = "bots" } == [bot, worker])
        #expect(try await removed { $0.labels["tier"] = "*" } == [bot])
        #expect(try await removed { ($0.labels["app"], $0.labels["tier"]) = ("web", "*") } == [])
        #expect(try await removed { $0.keepLabels = ["keep": "*"] } == [bot, worker])
        #expect(try await removed { $0.keepLabels = ["keep": "no", "app": "bots"] } == [other])
        #expect(try await removed { $0.keepMatch = ["*er-*"] } == [bot])
        let specification = world.specification { ($0.keepLabels, $0.keepMatch) = (["keep": "yes"], ["work*"]) }
        let plan = try await world.plan(specification, Self.week)
        #expect(plan.reason(other) == "kept: has the label keep=yes")
        #expect(plan.reason(worker) == "kept: matches work*")
        let policy = try #require(plan.item(bot))
        #expect(policy.item.size == 0 && policy.item.kind == .other && policy.block.place.isEmpty)
        #expect(ContainersStore.commonName(of: policy.item, in: policy.block) == world.name("bot"))
    }

    @Test func agesCountFromTheEndElseFromTheMaking() async throws {
        let world = try await ContainersWorld(try await DockerTestServer.started())
        let now = Date()
        let old = try await world.makeEnded("old")
        let young = try await world.makeEnded("young")
        let never = try await world.create("never")
        let again = try await world.makeEnded("again")
        let days = [old: 8.0, young: 6, never: 30, again: 30]
        try await world.engine.age(days.mapValues { now.addingTimeInterval(-$0 * 86_400) })
        // Made long ago, ended just now.
        try await world.engine.start(again)
        try await world.engine.waitForEnd(again)
        let instant = Instant(nanoseconds: Int64(now.timeIntervalSince1970 * 1e9))
        let plan = try await world.plan(world.specification(), Self.week, now: instant)
        #expect(plan.items(.remove) == [old, never])
        #expect(plan.items(.young).union(plan.items(.keep)) == [young, again])
        let time = try #require(plan.item(old)).item.time
        #expect(abs(time.secondsSinceEpoch - (now.timeIntervalSince1970 - 8 * 86_400)) < 2)
        #expect(try await world.act(plan, world.specification()).names(.deleted) == [old, never])
        #expect(try await world.left() == ["young", "again"])
    }

    @Test func rulesThatCountKeepTheNewest() async throws {
        let world = try await ContainersWorld()
        var ids: [String] = []
        for number in 1...4 { ids.append(try await world.makeEnded("n\(number)")) }
        let policy = Policy(keep: Policy.Keep(counts: Policy.Counts(last: 3)))
        let plan = try await world.plan(world.specification(), policy)
        #expect(plan.items(.remove) == [ids[0]])
        #expect(plan.items(.keep) == Set(ids[1...]))
    }

    @Test func bytesAreCountedWhereALimitNeedsThem() async throws {
        let world = try await ContainersWorld()
        let id = try await world.makeEnded("heavy", work: .write)
        let plan = try await world.plan(world.specification { $0.needsBytes = true }, Self.week)
        #expect(try #require(plan.item(id)).item.size >= 1 << 20)
        let without = try await world.plan(world.specification(), Self.week)
        let results = try await world.act(without, world.specification())
        #expect(results[id]?.outcome == .deleted && results[id]?.freedBytes ?? 0 >= 1 << 20)
    }

    @Test func ourOwnContainerIsNeverACandidate() async throws {
        let world = try await ContainersWorld()
        let own = try await world.create("own")
        let other = try await world.create("other")
        for sign in [
            OwnContainer(cgroup: "5:devices:/docker/\(own)\n", mountinfo: "", hostname: "vm"),
            OwnContainer(cgroup: "", mountinfo: "", hostname: String(own.prefix(12))),
        ] {
            let plan = try await ContainersWorld.plan(world.store(world.specification(), own: sign), Self.week)
            #expect(plan.items(.remove) == [other])
            #expect(plan.summary.skipped == [.protected: 1])
        }
        let whole = try await world.plan(world.specification(), Self.week)
        let sign = OwnContainer(cgroup: "0::/docker/\(own)", mountinfo: "", hostname: "")
        let results = try await ContainersWorld.act(whole, world.store(world.specification(), own: sign))
        #expect(results[own]?.outcome == .changed && results[other]?.outcome == .deleted)
        #expect(try await world.left() == ["own"])
    }

    @Test func anEngineThatIsNotThereIsMissingForTheWholeStore() async throws {
        let folder = try TemporaryFolder()
        let settings = try DockerSettings(url: "unix://" + folder.file("none.sock"))
        let store = ContainersStore(
            server: ContainersServer(name: "docker", settings: settings),
            specification: ContainersSpecification(),
            own: ContainersWorld.noContainer
        )
        let source = await #expect(throws: StoreError.self) { try await onThread { _ = try store.openSource() } }
        #expect(source?.code == .missing && source?.message.contains("optional: true") == true)
        let remover = await #expect(throws: StoreError.self) {
            try await onThread { _ = try store.openRemover(run: "r", fence: nil) }
        }
        #expect(remover?.code == .missing)
    }

    @Test func aGlobThatIsNoneIsRefused() async throws {
        let world = try await ContainersWorld()
        for change in [{ $0.names = ["["] }, { $0.keepMatch = ["{"] }] as [(inout ContainersSpecification) -> Void] {
            let error = await #expect(throws: StoreError.self) {
                try await world.plan(world.specification(change), Self.week)
            }
            #expect(error?.code == .denied)
        }
    }
}
