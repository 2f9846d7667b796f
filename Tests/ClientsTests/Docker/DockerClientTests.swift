import Clients
import Support
import Testing

/// The client and a real engine.
@Suite("Docker: a real engine", .timeLimit(.minutes(5)))
struct DockerClientTests {
    private let engine: DockerTestServer
    private let client: DockerClient

    init() async throws {
        engine = try await DockerTestServer.shared()
        client = DockerClient(name: "docker", settings: try DockerSettings(url: engine.url))
    }

    private static let ended = ["exited", "dead", "created"]

    private func listed(_ id: String, _ states: [String] = ended) async throws -> DockerSummary? {
        try await client.list(states: states).first { $0.id == id }
    }

    @Test func theEngineSaysWhatItIs() async throws {
        let version = try await client.version()
        #expect(version.engine.contains("."))
        #expect(version.newest >= version.oldest)
        #expect(version.spoken != nil)
    }

    @Test func aContainerThatEndedIsListedInspectedAndRemoved() async throws {
        let id = try await engine.makeEnded("client-ended", labels: ["app": "x", "empty": ""])
        let summary = try #require(try await listed(id))
        #expect(summary.names == ["client-ended"] && summary.state == "exited" && summary.image == "tiny:1")
        #expect(summary.labels == ["app": "x", "empty": ""])
        let container = try #require(try await client.inspect(id, size: false))
        #expect(container.id == id && container.names == ["client-ended"] && container.state == "exited")
        #expect(container.labels == summary.labels && container.image == "tiny:1")
        #expect(container.created / 1_000_000_000 == summary.created / 1_000_000_000)
        let (started, finished) = (try #require(container.started), try #require(container.finished))
        #expect(started > container.created && finished > container.created)
        #expect(container.writableBytes == nil)
        #expect(try await client.remove(id) == .removed)
        #expect(try await client.remove(id) == .gone)
        #expect(try await client.inspect(id, size: false) == nil)
        #expect(try await listed(id) == nil)
        #expect(try await engine.state(id) == nil)
    }

    @Test func whatNeverRanHasNeitherStartNorEnd() async throws {
        let id = try await engine.create("client-created")
        let container = try #require(try await client.inspect(id, size: false))
        #expect(container.state == "created" && container.started == nil && container.finished == nil)
        #expect(try await listed(id, ["exited"]) == nil)
        #expect(try await listed(id, ["created"])?.state == "created")
        #expect(try await client.remove(id) == .removed)
    }

    @Test func bytesAreToldWhereTheyAreAskedFor() async throws {
        let id = try await engine.makeEnded("client-bytes", work: .write)
        #expect(try await client.inspect(id, size: true)?.writableBytes ?? 0 >= 1 << 20)
        #expect(try await client.inspect(id, size: false)?.writableBytes == nil)
        #expect(try await client.remove(id) == .removed)
    }

    @Test func whatRunsOrIsPausedIsRefusedAndRunsOn() async throws {
        let id = try await engine.create("client-running", work: .sleep)
        try await engine.start(id)
        #expect(try await client.inspect(id, size: false)?.state == "running")
        #expect(try await listed(id) == nil)
        guard case .conflict(let reason) = try await client.remove(id) else {
            Issue.record("a running container was not refused")
            return
        }
        #expect(reason.contains("running"))
        #expect(try await engine.state(id) == "running")
        try await engine.pause(id)
        #expect(try await listed(id) == nil)
        guard case .conflict = try await client.remove(id) else {
            Issue.record("a paused container was not refused")
            return
        }
        #expect(try await engine.state(id) == "paused")
        try await engine.resume(id)
        try await engine.remove(id)
    }

    @Test func onlyAWholeIdNamesAContainer() async throws {
        let id = try await engine.create("client-name")
        for other in ["client-name", String(id.prefix(12)), id.uppercased(), "", id + "?force=x", "../images/json"] {
            let seen = await #expect(throws: DockerError.self) { try await client.inspect(other, size: false) }
            #expect(seen?.code == .settings, "\(other)")
            let removed = await #expect(throws: DockerError.self) { try await client.remove(other) }
            #expect(removed?.code == .settings, "\(other)")
        }
        #expect(try await engine.state(id) == "created")
        #expect(try await client.remove(id) == .removed)
    }

    @Test func volumesStay() async throws {
        try await engine.makeVolume("client-volume")
        let before = try await engine.volumes()
        // A volume with a name, and one without, which goes where the engine is told to take volumes along.
        let id = try await engine.makeEnded("client-volumes", binds: ["client-volume:/a", "/b"])
        let with = try await engine.volumes()
        #expect(with.count == before.count + 1)
        #expect(try await client.remove(id) == .removed)
        #expect(try await engine.volumes() == with)
    }

    @Test func noRequestHasAnOptionThatRemovesMore() async throws {
        let proxy = try DockerProxy(target: engine.socket)
        let client = DockerClient(name: "docker", settings: try DockerSettings(url: proxy.url))
        let running = try await engine.create("client-asked-running", work: .sleep)
        try await engine.start(running)
        let ended = try await engine.makeEnded("client-asked-ended")
        _ = try await client.version()
        _ = try await client.list(states: Self.ended)
        for id in [running, ended] {
            _ = try await client.inspect(id, size: true)
            _ = try await client.inspect(id, size: false)
            _ = try await client.remove(id)
        }
        let version = try #require(try await client.version().spoken)
        let filters = "filters=%7B%22status%22%3A%5B%22exited%22%2C%22dead%22%2C%22created%22%5D%7D"
        var expected = ["GET /version", "GET /v\(version)/containers/json?all=1&" + filters]
        for id in [running, ended] {
            expected += ["GET /v\(version)/containers/\(id)/json?size=1", "GET /v\(version)/containers/\(id)/json"]
            expected.append("DELETE /v\(version)/containers/\(id)")
        }
        #expect(proxy.asked == expected + ["GET /version"])
        try await engine.remove(running)
        await client.shutdown()
    }

    @Test func nothingIsAskedAfterTheShutdown() async throws {
        _ = try await client.version()
        await client.shutdown()
        await client.shutdown()
        let error = await #expect(throws: DockerError.self) { try await client.version() }
        #expect(error?.code == .cancelled)
    }
}
