import Clients
import Foundation
import Support
import Testing

/// What is said of answers that are none, to the letter. The answers are written by these tests.
@Suite("Docker: texts of errors about answers", .timeLimit(.minutes(5)))
struct DockerAnswerErrorTextsTests {
    private static let id = String(repeating: "0a", count: 32)
    private static let version = #"{"Version":"20.10.24","ApiVersion":"1.41","MinAPIVersion":"1.12"}"#
    private static let noEngine = "Is it a Docker engine that listens there?"

    @Test(arguments: [
        (
            "500 No", #"{"message":"driver failed."}"#,
            "asked for its containers, it answers 500: driver failed. Look at the engine's log."
        ),
        (
            "403 No", #"{"message":"denied by a plugin"}"#,
            "asked for its containers, it answers 403: denied by a plugin. Ask its administrator for the right."
        ),
        (
            "400 No", #"{"message":"client version 1.41 is too old"}"#,
            "asked for its containers, it answers 400: client version 1.41 is too old. "
                + "The next run asks for its version anew."
        ),
        ("418 No", "", "asked for its containers, it answers 418: (nothing). \(noEngine)"),
        ("200 OK", "<html>", "asked for its containers, it answers with something else (text/html). \(noEngine)"),
        (
            "200 OK", #"[{"Id":"x","Created":1,"State":"exited"}]"#,
            "it lists a container whose id or time cannot be one. \(noEngine)"
        ),
    ])
    func aListingIsRefusedInWords(_ status: String, _ body: String, _ expected: String) async throws {
        try await Self.withClient(status, body) { client, place in
            let error = await #expect(throws: DockerError.self) { try await client.list(states: ["exited"]) }
            #expect(error?.description == place + expected)
        }
    }

    @Test(arguments: [
        (#"{"ApiVersion":"x"}"#, "it says no version of its interface. \(noEngine)"),
        (
            #"{"ApiVersion":"1.23","Version":"1.11"}"#,
            "the engine 1.11 speaks version 1.23 of the interface, and 1.24 is the oldest that is understood. "
                + "Update the engine."
        ),
    ])
    func anEngineIsRefusedInWords(_ version: String, _ expected: String) async throws {
        try await Self.withClient("200 OK", "[]", version: version) { client, place in
            let error = await #expect(throws: DockerError.self) { try await client.version() }
            #expect(error?.description == place + expected)
        }
    }

    private static func withClient(
        _ status: String,
        _ body: String,
        version: String = version,
        _ check: (DockerClient, String) async throws -> Void
    ) async throws {
        let server = try LoopbackServer { request in
            request.path == "/version"
                ? LoopbackServer.response("200 OK", Data(version.utf8), type: "application/json")
                : LoopbackServer.response(status, Data(body.utf8), type: "text/html")
        }
        defer { server.stop() }
        let settings = try DockerSettings(url: "tcp://127.0.0.1:\(server.port)")
        try await check(
            DockerClient(name: "odd", settings: settings),
            "Connection odd (Docker engine at 127.0.0.1, port \(server.port)): "
        )
    }

    @Test func aContainerIsRefusedInWords() async throws {
        let other = String(repeating: "0b", count: 32)
        let time = "2026-11-21T18:00:20Z"
        for (id, created, expected) in [
            (other, time, "asked for container 0a0a0a0a0a0a, it answers with another one. \(Self.noEngine)"),
            (Self.id, "tomorrow", "it says a time of container 0a0a0a0a0a0a that cannot be read."),
        ] {
            let body = #"{"Id":"\#(id)","Created":"\#(created)","Name":"/x","Config":{},"State":{"Status":"exited"}}"#
            try await Self.withClient("200 OK", body) { client, place in
                let error = await #expect(throws: DockerError.self) { try await client.inspect(Self.id, size: false) }
                #expect(error?.description == place + expected)
            }
        }
        try await Self.withClient("500 No", "down") { client, place in
            let error = await #expect(throws: DockerError.self) { try await client.remove(Self.id) }
            #expect(
                error?.description
                    == "\(place)asked to remove container 0a0a0a0a0a0a, it answers 500: down. Look at the engine's log."
            )
            let name = await #expect(throws: DockerError.self) { try await client.inspect("x", size: false) }
            #expect(
                name?.description == "\(place)a container is named by all 64 digits of its id, and nothing else."
            )
        }
    }
}
