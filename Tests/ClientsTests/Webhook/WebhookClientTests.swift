import Clients
import Dispatch
import Foundation
import Support
import Synchronization
import Testing

/// The client against servers that these tests write. No reason that it gives may hold a part of the address's path.
@Suite("Webhook: client", .timeLimit(.minutes(10))) struct WebhookClientTests {
    private static let path = "/services/s3cr3t?token=s3cr3t"
    private static let message = Array(#"{"event":"e-1"}"#.utf8)

    private static func address(_ port: Int, scheme: String = "http") throws -> WebhookAddress {
        try #require(WebhookAddress("\(scheme)://127.0.0.1:\(port)\(path)", allowsLocal: true))
    }

    private static func post(
        _ address: WebhookAddress,
        timeout: Duration = .seconds(20),
        secret: String? = nil
    ) async throws(WebhookError) {
        try await WebhookClient(timeout: timeout).post(
            message,
            event: "e-1",
            to: address,
            secret: secret,
            seconds: 1_800_000_000
        )
    }

    /// What became of a message that a server answers so.
    private static func error(answering response: Data) async throws -> WebhookError? {
        let server = try LoopbackServer { _ in response }
        let address = try Self.address(server.port)
        let error = await #expect(throws: WebhookError.self) { try await post(address) }
        withExtendedLifetime(server) {}
        #expect(error?.reason.contains("s3cr3t") == false)
        return error
    }

    private static func response(_ status: String, _ header: String, body: String = "") -> Data {
        let head = "HTTP/1.1 \(status)\r\n\(header)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close"
        return Data("\(head)\r\n\r\n\(body)".utf8)
    }

    @Test func aMessageArrivesWithItsEventAndItsSignature() async throws {
        let requests = Requests()
        let server = try LoopbackServer { request in
            requests.add(request)
            return LoopbackServer.response("204 No Content")
        }
        try await Self.post(Self.address(server.port), secret: "key")
        let request = try #require(requests.all.first)
        #expect(requests.all.count == 1)
        #expect(request.path == Self.path)
        #expect(request.body == Data(Self.message))
        #expect(request.headers["content-type"] == "application/json")
        #expect(request.headers["x-cleanupd-event-id"] == "e-1")
        let signature = WebhookSignature.value(Self.message, secret: "key", seconds: 1_800_000_000)
        #expect(request.headers["x-cleanupd-signature"] == signature)
        withExtendedLifetime(server) {}
    }

    @Test func withoutASecretNothingIsSigned() async throws {
        let requests = Requests()
        let server = try LoopbackServer { request in
            requests.add(request)
            return LoopbackServer.response("200 OK")
        }
        try await Self.post(Self.address(server.port))
        #expect(requests.all.map { $0.headers["x-cleanupd-signature"] } == [nil])
        withExtendedLifetime(server) {}
    }

    @Test(arguments: ["400 Bad Request", "401 Unauthorized", "404 Not Found", "410 Gone"])
    func aRefusalIsFinal(status: String) async throws {
        let page = Data("Cannot POST \(Self.path)".utf8)
        let error = try await Self.error(answering: LoopbackServer.response(status, page))
        #expect(error?.isFinal == true)
        #expect(error?.reason == "the server answers \(status.prefix(3))")
    }

    @Test(arguments: ["500 Internal Server Error", "502 Bad Gateway", "503 No", "429 Too Many Requests"])
    func aServerInTroubleMayBeAskedAgain(status: String) async throws {
        let error = try await Self.error(answering: LoopbackServer.response(status))
        #expect(error?.isFinal == false)
        #expect(error?.waitSeconds == nil)
    }

    @Test(
        arguments: [
            ("7", 7), ("0", 0), ("-3", 0), ("soon", nil), ("99999999999999999999", nil),
            // Now, 1,800,000,000, is 08:00:00.
            ("Fri, 15 Jan 2027 08:01:30 GMT", 90), ("Fri, 15 Jan 2027 07:00:00 GMT", 0),
        ] as [(String, Int64?)]
    )
    func aServerMaySayWhen(header: String, seconds: Int64?) async throws {
        let error = try await Self.error(
            answering: Self.response("503 Service Unavailable", "Retry-After: \(header)")
        )
        #expect(error?.waitSeconds == seconds)
    }

    @Test(arguments: ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
    func aRedirectIsNotFollowed(status: String) async throws {
        let requests = Requests()
        let other = try LoopbackServer { request in
            requests.add(request)
            return LoopbackServer.response("200 OK")
        }
        let location = "Location: http://127.0.0.1:\(other.port)/s3cr3t"
        let error = try await Self.error(answering: Self.response(status, location))
        #expect(error?.isFinal == true)
        #expect(error?.reason.contains("not followed") == true)
        #expect(requests.all.isEmpty)
        withExtendedLifetime(other) {}
    }

    @Test func aServerThatIsSilentIsNotWaitedForForever() async throws {
        let patience = DispatchSemaphore(value: 0)
        let server = try LoopbackServer { _ in
            patience.wait()
            return LoopbackServer.response("200 OK")
        }
        let address = try Self.address(server.port)
        let error = await #expect(throws: WebhookError.self) {
            try await Self.post(address, timeout: .milliseconds(500))
        }
        #expect(error?.isFinal == false)
        #expect(error?.reason.contains("does not answer") == true)
        patience.signal()
        withExtendedLifetime(server) {}
    }

    /// The head says that it was taken; nobody waits for a page that never ends.
    @Test func theBodyOfAnAnswerIsNotWaitedFor() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\nbeginning"
        let server = try LoopbackServer { _ in Data(head.utf8) }
        try await Self.post(Self.address(server.port))
        withExtendedLifetime(server) {}
    }

    @Test func whatIsNoHTTPIsSaid() async throws {
        let error = try await Self.error(answering: Data("220 mail.example.org ESMTP s3cr3t\r\n".utf8))
        #expect(error?.isFinal == false)
    }

    @Test func whoIsNotThereMayComeBack() async throws {
        let address = try Self.address(try Loopback.freePort())
        let error = await #expect(throws: WebhookError.self) { try await Self.post(address) }
        #expect(error?.isFinal == false)
        #expect(error?.reason.contains("Connection refused") == true, "\(error?.reason ?? "")")
    }

    @Test func aCertificateThatNobodyVouchesForIsRefused() async throws {
        let folder = try TemporaryFolder()
        let port = try Loopback.freePort()
        let (key, certificate) = (folder.file("key.pem"), folder.file("cert.pem"))
        try await Command.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
            ]
        ).check()
        let server = try BackgroundProgram(
            [
                "/usr/bin/openssl", "s_server", "-accept", "127.0.0.1:\(port)", "-key", key, "-cert", certificate,
                "-www",
            ],
            output: folder.file("server.log")
        )
        let isThere = try await eventually(seconds: 30) { try server.text.contains("ACCEPT") ? true : nil }
        #expect(isThere == true)
        let address = try Self.address(port, scheme: "https")
        let error = await #expect(throws: WebhookError.self) { try await Self.post(address) }
        #expect(error?.isFinal == false)
        #expect(error?.reason.contains("not signed by a CA that is trusted") == true, "\(error?.reason ?? "")")
        withExtendedLifetime(folder) {}
    }
}

/// What a server was asked, in order.
final class Requests: Sendable {
    private let taken = Mutex<[LoopbackServer.Request]>([])

    var all: [LoopbackServer.Request] { taken.withLock { $0 } }

    func add(_ request: LoopbackServer.Request) { taken.withLock { $0.append(request) } }
}
