import Clients
import Foundation
import Support
import Testing

/// Somebody answers who is no engine, or an engine that has gone mad: a clear error, and never a wrong belief. The
/// answers are written by these tests.
@Suite("Docker: answers that are none", .timeLimit(.minutes(5)))
struct DockerRefusalTests {
    private static let id = String(repeating: "0a", count: 32)
    private static let version = #"{"Version":"20.10.24","ApiVersion":"1.41","MinAPIVersion":"1.12"}"#
    private static let html = "<html><body>404 \u{1B}[31m not here</body></html>"

    /// A client of a server that answers `/version` as an engine does, and everything else so.
    private static func client(
        _ status: String,
        _ body: String,
        type: String = "application/json",
        version: String = version
    ) throws -> (DockerClient, LoopbackServer) {
        let server = try LoopbackServer { request in
            request.path == "/version"
                ? LoopbackServer.response("200 OK", Data(version.utf8), type: "application/json")
                : LoopbackServer.response(status, Data(body.utf8), type: type)
        }
        let settings = try DockerSettings(url: "tcp://127.0.0.1:\(server.port)")
        return (DockerClient(name: "odd", settings: settings), server)
    }

    private static func errors(of client: DockerClient) async -> [DockerError?] {
        [
            await #expect(throws: DockerError.self) { try await client.list(states: ["exited"]) },
            await #expect(throws: DockerError.self) { try await client.inspect(id, size: false) },
            await #expect(throws: DockerError.self) { try await client.remove(id) },
        ]
    }

    @Test(arguments: [
        (
            "500 Internal Server Error", #"{"message":"driver failed to remove root filesystem"}"#,
            DockerError.Code.server
        ),
        ("503 Service Unavailable", "<html>down</html>", .server),
        ("403 Forbidden", #"{"message":"authorization denied by plugin"}"#, .denied),
        ("401 Unauthorized", "", .denied), ("404 Not Found", html, .badReply),
        ("404 Not Found", #"{"message":"page not found"}"#, .badReply), ("404 Not Found", "", .badReply),
        ("301 Moved Permanently", "", .badReply), ("418 I'm a teapot", "[]", .badReply),
        ("400 Bad Request", #"{"message":"client version 1.41 is too old."}"#, .server),
    ])
    func aRefusalIsAnErrorAndNotAnAbsence(status: String, body: String, code: DockerError.Code) async throws {
        let (client, server) = try Self.client(status, body)
        for error in await Self.errors(of: client) {
            #expect(error?.code == code, "\(error?.message ?? "")")
            #expect(
                error?.message.hasPrefix("Connection odd (Docker engine at 127.0.0.1, port \(server.port)): ") == true
            )
            #expect(error?.message.contains("\u{1B}") == false)
            #expect(error?.message.contains(status.prefix(3)) == true)
        }
    }

    @Test(arguments: [
        html, "", "{", "null", "[[", #""x""#, "[{}]", #"{"Id":"x"}"#, #"[{"Id":"x","Created":1,"State":"exited"}]"#,
        #"[{"Id":"\#(id)","Created":9223372036854775807,"State":"exited"}]"#,
        #"[{"Id":"\#(id)","Created":-1e400,"State":"exited"}]"#, String(repeating: "[", count: 100_000),
    ])
    func whatIsNoAnswerOfAnEngineIsSaid(body: String) async throws {
        let (client, _server) = try Self.client("200 OK", body, type: "text/html")
        let list = await #expect(throws: DockerError.self) { try await client.list(states: ["exited"]) }
        let seen = await #expect(throws: DockerError.self) { try await client.inspect(Self.id, size: false) }
        #expect(list?.code == .badReply && seen?.code == .badReply)
        withExtendedLifetime(_server) {}
    }

    @Test(arguments: ["", "tomorrow", "2026-11-21", "0001-01-01T00:00:00Z"])
    func aContainerWhoseTimesCannotBeReadIsNone(time: String) async throws {
        for key in ["Created", "StartedAt", "FinishedAt"]
        where key == "Created" || !["", "0001-01-01T00:00:00Z"].contains(time) {
            let good = "2026-11-21T18:00:20Z"
            let body = """
                {"Id":"\(Self.id)","Created":"\(key == "Created" ? time : good)","Name":"/x","Config":{},"State":{
                "Status":"exited","StartedAt":"\(key == "StartedAt" ? time : good)",
                "FinishedAt":"\(key == "FinishedAt" ? time : good)"}}
                """
            let (client, server) = try Self.client("200 OK", body)
            let error = await #expect(throws: DockerError.self) { try await client.inspect(Self.id, size: false) }
            #expect(error?.code == .badReply && error?.message.contains("time") == true, "\(key)")
            server.stop()
        }
    }

    @Test func anAnswerAboutAnotherContainerIsNotTaken() async throws {
        let other = String(repeating: "0b", count: 32)
        let time = "2026-11-21T18:00:20Z"
        let body = #"{"Id":"\#(other)","Created":"\#(time)","Name":"/x","Config":{},"State":{"Status":"exited"}}"#
        let (client, server) = try Self.client("200 OK", body)
        let error = await #expect(throws: DockerError.self) { try await client.inspect(Self.id, size: false) }
        #expect(error?.code == .badReply)
        server.stop()
    }

    @Test(arguments: ["Running", "Paused", "Restarting"])
    func whatAnyFlagSaysToRunHasNotEnded(flag: String) async throws {
        let body = """
            {"Id":"\(Self.id)","Created":"2026-11-21T18:00:20Z","Name":"/x","Config":{"Labels":null},
            "State":{"Status":"exited","\(flag)":true,"StartedAt":"2026-11-21T18:00:20Z"},"SizeRw":-1}
            """
        let (client, server) = try Self.client("200 OK", body)
        let container = try await client.inspect(Self.id, size: true)
        #expect(container?.state == "running" && container?.writableBytes == nil && container?.labels == [:])
        server.stop()
    }

    @Test func anAnswerThatIsCutIsNotBelieved() async throws {
        let server = try LoopbackServer { _ in
            Data("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n[]".utf8)
        }
        let client = DockerClient(name: "odd", settings: try DockerSettings(url: "tcp://127.0.0.1:\(server.port)"))
        let error = await #expect(throws: DockerError.self) { try await client.version() }
        #expect(error?.code == .disconnected && error?.isFateUnknown == true)
    }

    @Test func anAnswerWithoutEndIsReadOnlySoFar() async throws {
        let server = try LoopbackServer { _ in
            LoopbackServer.response("200 OK", Data(repeating: UInt8(ascii: " "), count: (64 << 20) + 1))
        }
        let client = DockerClient(name: "odd", settings: try DockerSettings(url: "tcp://127.0.0.1:\(server.port)"))
        let error = await #expect(throws: DockerError.self) { try await client.version() }
        #expect(error?.code == .badReply && error?.message.contains("64 MiB") == true)
    }

    @Test(arguments: ["SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200\r\nno header\r\n\r\n", "\u{0}\u{1}\u{2}"])
    func whatSpeaksNoHTTPIsSaid(text: String) async throws {
        let server = try LoopbackServer { _ in Data(text.utf8) }
        let client = DockerClient(name: "odd", settings: try DockerSettings(url: "tcp://127.0.0.1:\(server.port)"))
        let error = await #expect(throws: DockerError.self) { try await client.version() }
        #expect(error?.code == .badReply || error?.code == .disconnected, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        (#"{"ApiVersion":"1.41"}"#, "1.41"), (#"{"ApiVersion":"1.24","MinAPIVersion":"1.12"}"#, "1.24"),
        (#"{"ApiVersion":"1.52","MinAPIVersion":"1.44"}"#, "1.44"), (#"{"ApiVersion":"1.43"}"#, "1.41"),
    ])
    func theVersionNearestToOursIsSpoken(version: String, spoken: String) async throws {
        let (client, server) = try Self.client("200 OK", "[]", version: version)
        #expect(try await client.version().spoken?.description == spoken)
        #expect(try await client.list(states: []).isEmpty)
        server.stop()
    }

    @Test(arguments: [#"{"ApiVersion":"1.23"}"#, #"{"ApiVersion":"0.99","MinAPIVersion":"0.1"}"#])
    func anEngineThatIsTooOldIsSaid(version: String) async throws {
        let (client, server) = try Self.client("200 OK", "[]", version: version)
        let error = await #expect(throws: DockerError.self) { try await client.list(states: []) }
        #expect(error?.code == .tooOld && error?.message.contains("Update the engine") == true)
        server.stop()
    }

    @Test(arguments: ["{}", #"{"ApiVersion":"x"}"#, #"{"ApiVersion":"1"}"#, #"{"ApiVersion":"99999999999.1"}"#])
    func whatSaysNoVersionIsNoEngine(version: String) async throws {
        let (client, server) = try Self.client("200 OK", "[]", version: version)
        let error = await #expect(throws: DockerError.self) { try await client.version() }
        #expect(error?.code == .badReply)
        server.stop()
    }
}
