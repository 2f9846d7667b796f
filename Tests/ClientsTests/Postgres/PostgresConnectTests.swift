import Clients
import Foundation
import Support
import Testing

@Suite("PostgreSQL: connecting")
struct PostgresConnectTests {
    private let postgres: PostgresTestServer

    init() throws {
        postgres = try PostgresTestServer.shared
    }

    @Test func verifyFullConnectsWithTLS() throws {
        let version = try PostgresBench.connect(postgres.verifyFullURL()) { connection in
            #expect(connection.serverVersion >= 120_000)
            return try connection.query("SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")[0].text(0)
        }
        #expect(version == "TLSv1.3")
    }

    @Test func verifyFullRefusesTheCertificateOfAnotherAuthority() throws {
        let other = try postgres.otherCertificate()
        let url = postgres.verifyFullURL().replacingOccurrences(of: postgres.certificate, with: other)
        let error = PostgresBench.error { try PostgresBench.connect(url) { _ in } }
        #expect(error?.code == .connection)
        #expect(error?.message.contains("certificate verify failed") == true)
        #expect(error?.message.contains("check sslmode and sslrootcert") == true)
    }

    @Test func verifyFullRefusesACertificateForAnotherHost() throws {
        let url = postgres.verifyFullURL().replacingOccurrences(of: "@localhost", with: "@db.example.net")
        let error = PostgresBench.error { try PostgresBench.connect(url) { _ in } }
        #expect(
            error?.message.contains("does not match host name \"db.example.net\"") == true,
            "\(String(describing: error))"
        )
    }

    @Test func conninfoStringsAndSocketsWork() throws {
        let address = try PostgresBench.connect(postgres.socketURL()) {
            try $0.query("SELECT inet_client_addr()")[0].text(0)
        }
        #expect(address == nil)
    }

    @Test func theSessionIsSetUp() throws {
        var settings = PostgresSettings(url: postgres.url() + "&options=-c%20statement_timeout%3D7s")
        // The least that the server can be told is 1 ms; 0 would mean "for ever".
        settings.lockTimeout = .microseconds(1)
        settings.statementTimeout = .milliseconds(12_500)
        settings.idleInTransactionTimeout = .zero
        let server = PostgresServer(name: "main", settings: settings, now: { .now })
        let names = [
            "lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "application_name", "TimeZone",
            "DateStyle", "client_encoding", "standard_conforming_strings", "bytea_output",
        ]
        let found = try server.withConnection(as: "old-logs") { connection in
            try names.map { try connection.query("SELECT current_setting($1)", [.text($0)])[0].text(0) }
        }
        #expect(
            found == ["1ms", "12500ms", "0", "cleanupd/old-logs", "UTC", "ISO, MDY", "UTF8", "on", "hex"]
        )
    }

    @Test(arguments: [
        ("a", "cleanupd/a"), (String(repeating: "x", count: 54), "cleanupd/" + String(repeating: "x", count: 54)),
        (String(repeating: "x", count: 55), "cleanupd"), (String(repeating: "é", count: 28), "cleanupd"),
    ])
    func theServerSeesTheTask(_ task: String, _ name: String) throws {
        let server = PostgresBench.server(postgres.url())
        let query = "SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()"
        #expect(try server.withConnection(as: task) { try $0.query(query)[0].text(0) } == name)
        // The same session for another task, and back.
        #expect(try server.withConnection(as: "b") { try $0.query(query)[0].text(0) } == "cleanupd/b")
        #expect(try server.withConnection(as: task) { try $0.query(query)[0].text(0) } == name)
    }

    @Test func theNextHostIsTriedWhenTheFirstDoesNotAnswer() throws {
        let silent = try SilentListener()
        let url =
            "host=127.0.0.1,127.0.0.1 port=\(silent.port),\(postgres.port) user=app dbname=postgres "
            + "password=\(PostgresTestServer.password) connect_timeout=1 target_session_attrs=prefer-standby"
        let port = try PostgresBench.connect(url) { try $0.query("SELECT inet_server_port()")[0].int(0) }
        #expect(port == Int64(postgres.port))
    }

    @Test func aHostThatDoesNotAnswerIsNotWaitedForForLong() throws {
        let silent = try SilentListener()
        var settings = PostgresSettings(
            url: postgres.url().replacingOccurrences(of: ":\(postgres.port)", with: ":\(silent.port)")
        )
        settings.connectTimeout = .milliseconds(300)
        let server = PostgresServer(name: "main", settings: settings, now: { .now })
        let start = ContinuousClock.now
        let error = PostgresBench.error { try server.withConnection(as: "test") { _ in } }
        #expect(error?.code == .connection)
        #expect(error?.message.contains("no answer from \"127.0.0.1\"") == true)
        #expect(ContinuousClock.now - start < PostgresSettings(url: "").connectTimeout, "its own limit counts")
    }

    @Test func connectingCanBeCancelled() throws {
        let silent = try SilentListener()
        let server = PostgresBench.server("host=127.0.0.1 port=\(silent.port) user=app")
        var asked = 0
        let error = PostgresBench.error {
            try server.withConnection(
                as: "test",
                isCancelled: {
                    asked += 1; return asked > 3
                }
            ) { _ in }
        }
        #expect(error?.code == .cancelled)
        #expect(server.breaker.state == .closed(failures: 0))
    }

    @Test func aRefusalThatMayPassIsTriedAgain() throws {
        try postgres.sql("CREATE ROLE narrow LOGIN PASSWORD 'narrow-secret' CONNECTION LIMIT 0")
        let server = PostgresBench.server(postgres.url(user: "narrow", password: "narrow-secret"))
        let start = ContinuousClock.now
        let error = PostgresBench.error { try server.withConnection(as: "test") { _ in } }
        try postgres.sql("DROP ROLE narrow")
        #expect(error?.code == .resources)
        #expect(error?.sqlState == "53300")
        // It was tried again, but not as often as a server that is away.
        #expect((.milliseconds(300) ... .seconds(30)).contains(ContinuousClock.now - start))
    }
}

/// Takes connections and says nothing, as a host does whose server is stopped.
final class SilentListener: Sendable {
    let port: Int
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw SupportError("no port: \(String(cString: strerror(errno)))") }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(descriptor) }
}
