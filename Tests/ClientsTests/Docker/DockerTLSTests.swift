import Clients
import Foundation
import Support
import Testing

/// An engine in the network that wants to know its clients.
@Suite("Docker: TLS", .timeLimit(.minutes(5)))
struct DockerTLSTests {
    private static func settings(
        _ engine: DockerTestServer,
        ca: String? = "ca.crt",
        client: String? = "client",
        host: String = "127.0.0.1"
    ) throws -> DockerSettings {
        try DockerSettings(
            url: "tcp://\(host):\(engine.tlsPort)",
            caFile: ca.map { engine.file($0) },
            certificate: client.map { engine.file($0 + ".crt") },
            key: client.map { engine.file($0 + ".key") }
        )
    }

    private static func refusal(_ settings: DockerSettings) async -> DockerError? {
        let client = DockerClient(name: "far", settings: settings)
        return await #expect(throws: DockerError.self) { try await client.version() }
    }

    @Test func onlyWhoTrustsAndIsTrustedIsLetIn() async throws {
        let engine = try await DockerTestServer.started(hasTLS: true)
        for host in ["127.0.0.1", "localhost"] {
            let client = DockerClient(name: "far", settings: try Self.settings(engine, host: host))
            let id = try await engine.create("far-\(host)")
            #expect(try await client.list(states: ["created"]).map(\.id) == [id])
            #expect(try await client.remove(id) == .removed)
        }
        #expect(await Self.refusal(try Self.settings(engine, client: nil))?.code == .tls)
        #expect(await Self.refusal(try Self.settings(engine, client: "other"))?.code == .tls)
        #expect(await Self.refusal(try Self.settings(engine, ca: "other.crt"))?.code == .tls)
        #expect(await Self.refusal(try Self.settings(engine, ca: nil))?.code == .tls)
        // The certificate is for other names.
        #expect(await Self.refusal(try Self.settings(engine, host: "127.0.0.2"))?.code != nil)
        let clear = await Self.refusal(try DockerSettings(url: engine.tlsURL))
        #expect(clear?.code == .badReply && clear?.message.contains("HTTPS") == true)
    }

    @Test func filesThatCannotBeReadAreNamedAndNothingOfThemIsShown() async throws {
        let folder = try TemporaryFolder()
        let secret = "hunter2zebra"
        try Data("-----BEGIN PRIVATE KEY-----\n\(secret)\n".utf8).write(
            to: folder.url.appendingPathComponent("bad.key")
        )
        try Data(secret.utf8).write(to: folder.url.appendingPathComponent("bad.crt"))
        func settings(_ ca: String, _ certificate: String?, _ key: String?) throws -> DockerSettings {
            try DockerSettings(
                url: "tcp://127.0.0.1:1",
                caFile: folder.file(ca),
                certificate: certificate.map { folder.file($0) },
                key: key.map { folder.file($0) }
            )
        }
        for file in ["bad.crt", "none.crt"] {
            let error = await Self.refusal(try settings(file, nil, nil))
            #expect(error?.code == .settings && error?.message.contains(folder.file(file)) == true)
            #expect(error.map { "\($0)".contains(secret) } == false)
        }
        let both = try DockerSettings(
            url: "tcp://127.0.0.1:1",
            certificate: folder.file("bad.crt"),
            key: folder.file("bad.key")
        )
        let error = await Self.refusal(both)
        #expect(error?.code == .settings)
        var dumped = ""
        dump(both, to: &dumped)
        #expect(!dumped.contains(secret) && error.map { "\($0)".contains(secret) } == false)
    }

    @Test func aServerWithoutTLSIsSaid() async throws {
        let server = try HostileRedis { peer, _ in
            guard !peer.read().isEmpty else { return }
            peer.write(Array("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".utf8))
        }
        let ca = "/etc/ssl/certs/ca-certificates.crt"
        let settings = try DockerSettings(url: "tcp://127.0.0.1:\(server.port)", caFile: ca)
        let error = await Self.refusal(settings)
        #expect(error?.code == .tls && error?.message.contains("speaks TLS") == true)
        withExtendedLifetime(server) {}
    }
}
