import Clients
import Foundation
import Retention
import Support
import Synchronization
import Testing

@testable import Stores

@Suite(.timeLimit(.minutes(Scale.minutes(5))), .tags(.k1)) struct ContainersRemovalTests {
    private static let week = Policy(remove: Policy.Remove(olderThan: Age(milliseconds: 7 * 86_400_000, text: "7d")))

    @Test func whatIsAsItWasPlannedGoesAndTwiceIsHarmless() async throws {
        let world = try await ContainersWorld()
        var ids: Set<String> = []
        for number in 0..<44 { ids.insert(try await world.create("created\(number)")) }
        for number in 0..<6 { ids.insert(try await world.makeEnded("ended\(number)")) }
        let plan = try await world.plan(world.specification(), Self.week)
        #expect(plan.items(.remove) == ids && ids.count == 50)
        let results = try await world.act(plan, world.specification())
        #expect(results.names(.deleted) == ids)
        #expect(try await world.left().isEmpty)
        #expect(try await world.act(plan, world.specification()).names(.gone) == ids)
    }

    @Test func whatHasChangedSinceThePlanStays() async throws {
        let world = try await ContainersWorld()
        let same = try await world.makeEnded("same")
        let gone = try await world.makeEnded("gone")
        let restarted = try await world.makeEnded("restarted", work: .end)
        let running = try await world.create("running", work: .sleep)
        let renamed = try await world.makeEnded("renamed")
        let replaced = try await world.makeEnded("replaced")
        let plan = try await world.plan(world.specification(), Self.week)
        #expect(plan.items(.remove).count == 6)
        try await world.engine.remove(gone)
        try await world.engine.start(restarted)
        try await world.engine.waitForEnd(restarted)
        try await world.engine.start(running)
        try await world.engine.rename(renamed, to: world.name("else"))
        try await world.engine.remove(replaced)
        let successor = try await world.makeEnded("replaced")
        let results = try await world.act(plan, world.specification())
        #expect(results.names(.deleted) == [same])
        #expect(results.names(.gone) == [gone, replaced])
        #expect(results.names(.changed) == [restarted, running, renamed])
        #expect(results[running]?.detail?.contains("running") == true)
        #expect(results[running]?.detail?.contains(world.name("running")) == true)
        #expect(try await world.left() == ["restarted", "running", "else", "replaced"])
        #expect(try await world.engine.state(successor) == "exited")
        try await world.engine.remove(running)
    }

    /// The last look has been taken, and it was fine.
    @Test func whatStartsBetweenTheLastLookAndTheRemovalStays() async throws {
        let shared = try await DockerTestServer.shared()
        let planned = Mutex("")
        let proxy = try DockerProxy(target: shared.socket) { request in
            let id = planned.withLock { $0 }
            if request.hasPrefix("DELETE "), request.hasSuffix(id) { try shared.startNow(id) }
        }
        let world = try await ContainersWorld(shared, url: proxy.url)
        let id = try await world.create("late", work: .sleep)
        planned.withLock { $0 = id }
        let plan = try await world.plan(world.specification(), Self.week)
        let results = try await world.act(plan, world.specification())
        #expect(results[id]?.outcome == .changed, "\(String(describing: results[id]))")
        #expect(results[id]?.detail?.contains("the engine refuses") == true)
        #expect(try await world.engine.state(id) == "running")
        #expect(proxy.asked.count { $0.hasPrefix("DELETE ") } == 1)
        try await world.engine.remove(id)
    }

    /// 200 containers, which somebody starts while they are removed: each one either starts and stays, or goes.
    @Test func whatSomebodyStartsInTimeStaysAndRuns() async throws {
        let seed = Scale.seed(21)
        var generator = SeededGenerator(seed: seed)
        let world = try await ContainersWorld()
        for round in 0..<Scale.rounds(1, nightly: 250) {
            try await race(world, &generator, "seed \(seed), round \(round)")
        }
    }

    private func race(_ world: ContainersWorld, _ generator: inout SeededGenerator, _ when: String) async throws {
        var ids: [String] = []
        for number in 0..<200 { ids.append(try await world.create("race\(number)", work: .sleep)) }
        let plan = try await world.plan(world.specification(), Self.week)
        #expect(plan.items(.remove) == Set(ids), "\(when)")
        let order = ids.shuffled(using: &generator)
        #expect(try await world.engine.start(order[0]))
        async let starting = startEach(Array(order.dropFirst()), world)
        let results = try await world.act(plan, world.specification())
        let started = try await starting.union([order[0]])
        for id in started {
            #expect(results[id]?.outcome == .changed, "\(when): \(String(describing: results[id]))")
            #expect(try await world.engine.state(id) == "running", "\(when)")
        }
        #expect(results.names(.deleted) == Set(ids).subtracting(started), "\(when)")
        #expect(try await world.left().count == started.count, "\(when)")
        for id in started { try await world.engine.remove(id) }
    }

    private func startEach(_ ids: [String], _ world: ContainersWorld) async throws -> Set<String> {
        var started: Set<String> = []
        for id in ids where try await world.engine.start(id) { started.insert(id) }
        return started
    }

    @Test func recoveryFindsWhatBecameOfEachContainer() async throws {
        let world = try await ContainersWorld()
        let same = try await world.makeEnded("same")
        let gone = try await world.makeEnded("gone")
        let again = try await world.makeEnded("again")
        let plan = try await world.plan(world.specification(), Self.week)
        try await world.engine.remove(gone)
        try await world.engine.start(again)
        try await world.engine.waitForEnd(again)
        let store = world.store(world.specification())
        let presence = try await onThread {
            let source = try store.openSource()
            return Dictionary(
                uniqueKeysWithValues: plan.blocks.flatMap { block in
                    zip(block.items.map { DisplayName.exact(block.name(of: $0)) }, source.presence(of: block))
                }
            )
        }
        #expect(presence == [same: .unchanged, gone: .absent, again: .changed])
    }

    @Test func nothingBeginsOnceTheRunIsCancelled() async throws {
        let world = try await ContainersWorld()
        for number in 0..<20 { _ = try await world.create("stay\(number)") }
        let plan = try await world.plan(world.specification(), Self.week)
        let store = world.store(world.specification())
        let results = try await onThread {
            let remover = try store.openRemover(run: "r", fence: nil)
            return plan.blocks.flatMap { remover.act(on: $0, isCancelled: { true }) }
        }
        #expect(results.count == 20 && Set(results.map(\.outcome)) == [.notTried])
        #expect(try await world.left().count == 20)
    }

    /// All that a plan and a run ask an engine for.
    @Test func noRequestForcesOrTakesVolumesOrPrunes() async throws {
        let shared = try await DockerTestServer.shared()
        let proxy = try DockerProxy(target: shared.socket)
        let world = try await ContainersWorld(shared, url: proxy.url)
        for number in 0..<5 { _ = try await world.makeEnded("asked\(number)") }
        let plan = try await world.plan(world.specification { $0.needsBytes = true }, Self.week)
        #expect(try await world.act(plan, world.specification()).names(.deleted).count == 5)
        let asked = proxy.asked
        #expect(asked.count { $0.hasPrefix("DELETE ") } == 5)
        for request in asked {
            let words = request.split(separator: " ")
            #expect(words.count == 2 && ["GET", "DELETE"].contains(words[0]), "\(request)")
            #expect(words[0] == "GET" || !words[1].contains("?"), "\(request)")
            for option in ["force", "v=", "prune", "link="] { #expect(!request.contains(option), "\(request)") }
        }
    }
}
