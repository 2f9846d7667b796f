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

    /// The engine's patience is an hour; only a cancelled wait ends before.
    @Test func aSilentEngineIsNotWaitedForOnceTheRunIsCancelled() async throws {
        let folder = try TemporaryFolder()
        let silent = try SilentServer(folder.file("silent.sock"), says: "")
        var settings = try DockerSettings(url: "unix://\(folder.file("silent.sock"))")
        settings.patience = .seconds(3600)
        let store = ContainersStore(
            server: ContainersServer(name: "docker", settings: settings),
            specification: ContainersSpecification(),
            own: ContainersWorld.noContainer
        )
        await #expect(throws: StoreError.self) {
            try await onThread { _ = try store.openRemover(run: "r", fence: nil, isCancelled: { true }) }
        }
        withExtendedLifetime(silent) {}
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

    /// An engine of the test's own: none can be made to fail in the midst of a removal.
    @Test(arguments: ["dead", "removing"])
    func aContainerThatIsLeftHalfRemovedHasFailed(_ state: String) async throws {
        let id = String(repeating: "a", count: 64)
        let hasFailed = Mutex(false)
        let engine = try S3Proxy { request in
            if request.method == "DELETE" {
                hasFailed.withLock { $0 = true }
                return .say(S3Proxy.answer("500 Internal Server Error", body: "{\"message\":\"device is busy\"}"))
            }
            let now = hasFailed.withLock { $0 } ? state : "created"
            let version = "{\"Version\":\"27.0\",\"ApiVersion\":\"1.46\",\"MinAPIVersion\":\"1.24\"}"
            let container =
                "{\"Id\":\"\(id)\",\"Name\":\"/old\",\"Created\":\"2024-01-02T03:04:05Z\",\"Config\":{\"Image\":\"i\","
                + "\"Labels\":{}},\"State\":{\"Status\":\"\(now)\",\"Running\":false,\"Paused\":false,\"Restarting\":false,"
                + "\"Dead\":\(now == "dead"),\"StartedAt\":\"0001-01-01T00:00:00Z\","
                + "\"FinishedAt\":\"0001-01-01T00:00:00Z\"}}"
            let body = request.path.hasSuffix("/version") ? version : container
            return .say(S3Proxy.answer("200 OK", body: body, headers: ["Content-Type: application/json"]))
        }
        let settings = try DockerSettings(url: "tcp://127.0.0.1:\(engine.port)")
        let server = ContainersServer(name: "docker", settings: settings)
        let created: Int64 = 1_704_164_645_000_000_000
        let planned = DockerContainer(id: id, names: ["old"], image: "i", state: "created", created: created)
        let store = ContainersStore(
            server: server,
            specification: ContainersSpecification(),
            own: ContainersWorld.noContainer
        )
        let result = try await onThread {
            var block = ItemBlock()
            let index = Array(id.utf8).withUnsafeBytes { name in
                ContainerVersion(planned).bytes.withUnsafeBytes { version in
                    block.append(
                        name: name,
                        version: version,
                        kind: .other,
                        group: block.internGroup(""),
                        time: Instant(nanoseconds: created),
                        size: 0
                    )
                }
            }
            block.items[index].verdict = .remove
            return try store.openRemover(run: "r", fence: nil).act(on: block, isCancelled: { false })[0]
        }
        #expect(result.outcome == .failed, "\(result)")
        #expect(result.detail?.contains("device is busy") == true)
        #expect(result.detail?.contains("It is left \(state)") == true)
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
