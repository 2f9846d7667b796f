import Clients
import Foundation
import Retention
import Support
import Synchronization
import Testing

@testable import Stores

/// An engine that is silent, or goes away, in the middle of the work.
@Suite(.timeLimit(.minutes(5))) struct ContainersOutageTests {
    private static let policy = Policy(remove: Policy.Remove(olderThan: Age(milliseconds: 1, text: "1ms")))

    private static func held(_ body: (ContainersWorld, Gate) async throws -> Void) async throws {
        let shared = try await DockerTestServer.shared()
        let gate = Gate()
        let proxy = try DockerProxy(target: shared.socket) { gate.pass($0) }
        defer { gate.open() }
        try await body(try await ContainersWorld(shared, url: proxy.url, patience: .seconds(2)), gate)
        withExtendedLifetime(proxy) {}
    }

    @Test func aContainerThatTheEngineIsSilentAboutStaysAndTheOthersAreListed() async throws {
        try await Self.held { world, gate in
            let silent = try await world.create("silent")
            let other = try await world.create("other")
            gate.hold("/\(silent)/json")
            let plan = try await world.plan(world.specification(), Self.policy)
            #expect(plan.items(.remove) == [other])
            #expect(plan.summary.errorCount == 1 && plan.summary.errors.first?.path == silent)
            #expect(plan.summary.errors.first?.reason == .timeout)
        }
    }

    @Test func anEngineThatIsSilentAboutEverythingFailsTheScan() async throws {
        try await Self.held { world, gate in
            _ = try await world.create("silent")
            let store = world.store(world.specification())
            let source = try await onThread { try store.openSource() }
            gate.hold("GET ")
            let error = await #expect(throws: StoreError.self) {
                try await onThread { _ = try source.scan(workers: 1, isCancelled: { false }) { _ in } }
            }
            #expect(error?.code == .unreadable && error?.message.contains("within") == true)
        }
    }

    @Test func aRemovalThatIsNotAnsweredIsNoRemoval() async throws {
        try await Self.held { world, gate in
            let id = try await world.create("stays")
            let plan = try await world.plan(world.specification(), Self.policy)
            gate.hold("DELETE ")
            let result = try #require(try await world.act(plan, world.specification())[id])
            #expect(result.outcome == .failed && result.failure == .timeout)
            #expect(try await world.engine.state(id) == "created")
        }
    }

    @Test func aRemovalWhoseAnswerIsLostIsFoundOut() async throws {
        let shared = try await DockerTestServer.shared()
        let planned = Mutex("")
        let proxy = try DockerProxy(target: shared.socket) { request in
            let id = planned.withLock { $0 }
            guard !id.isEmpty, request.hasPrefix("DELETE "), request.hasSuffix(id) else { return }
            try shared.removeNow(id)
            throw SupportError("the connection breaks")
        }
        let world = try await ContainersWorld(shared, url: proxy.url)
        let id = try await world.create("lost")
        planned.withLock { $0 = id }
        let plan = try await world.plan(world.specification(), Self.policy)
        #expect(try await world.act(plan, world.specification())[id]?.outcome == .deleted)
        #expect(try await world.left().isEmpty)
    }

    @Test func anEngineThatGoesAwayBetweenPlanAndRunIsMissing() async throws {
        let engine = try await DockerTestServer.started()
        let world = try await ContainersWorld(engine)
        let id = try await world.create("left")
        let plan = try await world.plan(world.specification(), Self.policy)
        let store = world.store(world.specification())
        let remover = try await onThread { try store.openRemover(run: "r", fence: nil) }
        try await engine.stop()
        let results = try await onThread { plan.blocks.flatMap { remover.act(on: $0, isCancelled: { false }) } }
        #expect(results.map(\.outcome) == [.failed] && results.first?.failure == .io)
        let error = await #expect(throws: StoreError.self) { try await world.act(plan, world.specification()) }
        #expect(error?.code == .missing)
        try await engine.start()
        #expect(try await engine.state(id) == "created")
    }
}

/// Requests that a proxy does not let through until the test ends.
private final class Gate: Sendable {
    private let state = Mutex((word: "", isOpen: false))

    /// - Parameter word: what they contain.
    fileprivate func hold(_ word: String) { state.withLock { $0.word = word } }
    fileprivate func open() { state.withLock { $0.isOpen = true } }

    fileprivate func pass(_ request: String) {
        waitUntil(seconds: 60) { state.withLock { $0.isOpen || $0.word.isEmpty || !request.contains($0.word) } }
    }
}
