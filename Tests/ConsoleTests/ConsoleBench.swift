import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Support
import Synchronization
import Telemetry

@testable import Console

/// A console on a backend that the test holds, without a socket.
struct ConsoleBench {
    /// Time as the test wants it.
    final class TestClock: Sendable {
        private let start = ContinuousClock.now
        private let passed = Mutex(Duration.zero)

        var now: ContinuousClock.Instant { start + passed.withLock { $0 } }

        func pass(_ duration: Duration) { passed.withLock { $0 += duration } }
    }

    let registry = Registry()
    let backend = FakeBackend()
    let log = RecordedLog()
    let clock = TestClock()
    let console: Console
    /// Of the listener; `nil` = it speaks plain HTTP.
    let certificate: ServerCertificate?
    /// As a program on this machine calls: the test client names localhost.
    let local: HTTPFields = [:]

    init(
        host: String = "127.0.0.1",
        tokens: [ConsoleConfiguration.Token] = [],
        lifecycle: Bool = false,
        protectMetrics: Bool = false,
        tls: ConsoleConfiguration.TLS? = nil,
        clientOrigins: [String] = [],
        frameAncestors: [String] = [],
        metricsListen: ConsoleConfiguration.Address? = nil,
        limits: ConnectionGuard.Limits = .init(),
        heartbeat: Duration = .seconds(15)
    ) throws {
        try registry.gauge(Catalogue.leader).set(1)
        let clock = clock
        certificate = try tls.map(ServerCertificate.init)
        console = try Console(
            configuration: ConsoleConfiguration(
                listen: .init(host: host, port: 0),
                metricsListen: metricsListen,
                tokens: tokens,
                lifecycle: lifecycle,
                protectMetrics: protectMetrics,
                tls: tls,
                clientOrigins: clientOrigins,
                frameAncestors: frameAncestors
            ),
            certificate: certificate,
            registry: registry,
            backend: backend,
            logger: log.logger,
            limits: limits,
            heartbeat: heartbeat,
            now: { clock.now }
        )
    }

    func app<Value: Sendable>(
        _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Value
    ) async throws -> Value {
        try await Application(responder: console.responder).test(.router) { try await body($0) }
    }

    /// One request, and its answer.
    func ask(
        _ method: HTTPRequest.Method,
        _ uri: String,
        _ headers: HTTPFields = [:],
        json: String? = nil
    ) async throws -> TestResponse {
        var headers = headers
        if json != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
        let all = headers
        return try await app { client in
            try await client.execute(uri: uri, method: method, headers: all, body: json.map { ByteBuffer(string: $0) })
            { $0 }
        }
    }

    /// Logs in, and gives what the page's script sends from then on.
    func session(_ token: String) async throws -> HTTPFields {
        let answer = try await ask(.post, "/cleanup/login", json: #"{"token":"\#(token)"}"#)
        let cookie = (answer.headers[.setCookie] ?? "").prefix { $0 != ";" }
        var headers: HTTPFields = [.cookie: String(cookie), .origin: "http://localhost"]
        headers[.cleanupdRequest] = "1"
        return headers
    }

    var metrics: String { String(decoding: registry.render(.text), as: UTF8.self) }

    var state: FakeBackend.State { backend.state.withLock { $0 } }
}

/// Tokens of each role.
enum TestTokens {
    static let view = "view-token-8d1f"
    static let operate = "operate-token-77aa"
    static let admin = "admin-token-c0de"

    static let all = [
        token("vera", .view, view), token("olga", .operate, operate), token("alice", .admin, admin),
    ]

    static func token(_ name: String, _ role: ConsoleConfiguration.Role, _ text: String) -> ConsoleConfiguration.Token {
        ConsoleConfiguration.Token(name: name, role: role, sha256: Array(SHA256.hash(data: Data(text.utf8))))
    }

    static func bearer(_ token: String) -> HTTPFields { [.authorization: "Bearer \(token)"] }
}

extension TestResponse {
    var text: String { String(buffer: body) }

    /// The members of a JSON object.
    var object: [String: Any] {
        get throws { try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:] }
    }
}

extension ConsoleBench {
    /// One request as it is, without a client that would mend it.
    func direct(
        _ method: HTTPRequest.Method,
        _ path: String,
        host: String?,
        _ headers: [String: String] = [:]
    ) async throws -> Response {
        var fields = HTTPFields()
        for (name, value) in headers { if let name = HTTPField.Name(name) { fields[name] = value } }
        let head = HTTPRequest(method: method, scheme: "http", authority: host, path: path, headerFields: fields)
        return try await console.responder.respond(
            to: Request(head: head, body: .init(buffer: ByteBuffer())),
            context: ConsoleContext(address: "127.0.0.1", logger: log.logger)
        )
    }
}
