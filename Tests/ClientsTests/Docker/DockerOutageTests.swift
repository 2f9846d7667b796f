import Clients
import Foundation
import Support
import Testing

/// An engine that is not there, comes back, or does not answer.
@Suite("Docker: outages", .timeLimit(.minutes(5)))
struct DockerOutageTests {
    private func refusal(_ settings: DockerSettings) async -> DockerError? {
        let client = DockerClient(name: "docker", settings: settings)
        return await #expect(throws: DockerError.self) { try await client.version() }
    }

    @Test func aSocketThatIsNotThereIsSaidWithWhatToDo() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("none.sock")
        let error = await refusal(try DockerSettings(url: "unix://" + path))
        #expect(error?.code == .notThere)
        #expect(error?.message.hasPrefix("Connection docker (Docker engine at the socket \(path)): ") == true)
        #expect(error?.message.contains("optional: true") == true)
        // Something else lies there; nobody listens on it.
        try Data("x".utf8).write(to: URL(fileURLWithPath: path))
        #expect(await refusal(try DockerSettings(url: "unix://" + path))?.code == .notThere)
        #expect(await refusal(try DockerSettings(url: "unix://\(path)/docker.sock"))?.code == .notThere)
    }

    @Test func aPortOrANameThatNobodyHasIsNotThere() async throws {
        let port = try Loopback.freePort()
        #expect(await refusal(try DockerSettings(url: "tcp://127.0.0.1:\(port)"))?.code == .notThere)
        #expect(await refusal(try DockerSettings(url: "tcp://nowhere.invalid"))?.code == .notThere)
    }

    @Test func anEngineThatWasRestartedIsAskedAgain() async throws {
        let engine = try await DockerTestServer.started()
        let client = DockerClient(name: "docker", settings: try DockerSettings(url: engine.url))
        let id = try await engine.create("survivor")
        #expect(try await client.list(states: ["created"]).map(\.id) == [id])
        try await engine.stop()
        let error = await #expect(throws: DockerError.self) { try await client.list(states: ["created"]) }
        #expect(error?.code == .notThere)
        try await engine.start()
        #expect(try await client.list(states: ["created"]).map(\.id) == [id])
        try await engine.stop()
        try await engine.start()
        // The connection of the call before is closed by now.
        #expect(try await client.inspect(id, size: false)?.names == ["survivor"])
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"])
    func anEngineThatStopsInTheMiddleIsGivenUpInTime(beginning: String) async throws {
        let folder = try TemporaryFolder()
        let silent = try SilentServer(folder.file("silent.sock"), says: beginning)
        var settings = try DockerSettings(url: "unix://" + silent.path)
        settings.patience = .milliseconds(300)
        settings.removalPatience = .milliseconds(300)
        let client = DockerClient(name: "docker", settings: settings)
        for _ in 0..<2 {
            let error = await #expect(throws: DockerError.self) { try await client.version() }
            #expect(error?.code == .timeout && error?.isFateUnknown == true)
        }
        await client.shutdown()
    }

    @Test func aTaskThatIsCancelledStopsWaiting() async throws {
        let folder = try TemporaryFolder()
        let silent = try SilentServer(folder.file("silent.sock"), says: "")
        let client = DockerClient(name: "docker", settings: try DockerSettings(url: "unix://" + silent.path))
        let task = Task { await #expect(throws: DockerError.self) { try await client.version() } }
        let hasCome = try await eventually(seconds: 30) { silent.connections > 0 ? true : nil }
        #expect(hasCome == true)
        task.cancel()
        #expect(await task.value?.code == .cancelled)
        await client.shutdown()
    }
}
