import Clients
import Foundation
import Support
import Testing

/// With a server of its own, which is stopped and killed.
@Suite("PostgreSQL: outages", .serialized)
struct PostgresOutageTests {
    private let postgres: PostgresTestServer

    init() throws {
        postgres = try Self.own.get()
    }

    /// Commits wait for a standby that does not exist, unless a session says otherwise.
    private static let own = Result {
        var options = PostgresTestServer.Options()
        options.settings = ["synchronous_standby_names": "nobody", "synchronous_commit": "local"]
        return try PostgresTestServer(options)
    }

    /// Sockets of this process that lead to the server.
    private func sockets() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }.count {
            descriptor in
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let code = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &length) }
            }
            return code == 0 && address.sin_family == sa_family_t(AF_INET)
                && Int(UInt16(bigEndian: address.sin_port)) == postgres.port
        }
    }

    private func breaks(_ server: PostgresServer, as application: String = "test") -> PostgresError? {
        PostgresBench.error { try server.withConnection(as: application) { _ in } }
    }

    @Test func theBreakerOpensAfterFiveFailuresForAllAndClosesAfterOneProbe() throws {
        let clock = HeldClock()
        let settings = PostgresSettings(url: postgres.url())
        let server = PostgresServer(name: "main", settings: settings, now: { clock.now }, random: { 0 })
        try server.withConnection(as: "first") { _ in }
        try postgres.stop()
        for failures in 1...4 {
            #expect(breaks(server)?.code == .connection)
            #expect(server.breaker.state == .closed(failures: failures))
        }
        #expect(breaks(server)?.message.contains("Connection refused") == true)
        #expect(server.breaker.state == .open(until: clock.now + .seconds(30)))
        try postgres.start()
        clock.advance(.seconds(29))
        for user in ["first", "second"] {
            let error = breaks(server, as: user)
            #expect(error?.code == .breakerOpen)
            #expect(error?.message.contains("failed too often in a row and is tried again in 1 s") == true)
            #expect(error?.message.contains("Connection refused") == true)
        }
        clock.advance(.seconds(1))
        #expect(try server.withConnection(as: "second") { try $0.query("SELECT 1")[0].int(0) } == 1)
        #expect(server.breaker.state == .closed(failures: 0))
        #expect(try server.withConnection(as: "first") { try $0.query("SELECT 1")[0].int(0) } == 1)
    }

    @Test func onlyOneUserProbes() throws {
        let clock = HeldClock()
        let silent = try SilentListener()
        var settings = PostgresSettings(url: "host=127.0.0.1 port=\(silent.port) user=app")
        settings.connectTimeout = .milliseconds(1)
        let server = PostgresServer(name: "main", settings: settings, now: { clock.now })
        for _ in 0..<5 { #expect(breaks(server)?.code == .connection) }
        clock.advance(.seconds(30))
        // While the first user's probe is under way, the second one is told so.
        var others: [PostgresError.Code?] = []
        let probe = PostgresBench.error {
            try server.withConnection(
                as: "first",
                isCancelled: {
                    if others.isEmpty { others.append(self.breaks(server, as: "second")?.code) }
                    return true
                }
            ) { _ in }
        }
        #expect(probe?.code == .cancelled)
        #expect(others == [.breakerOpen])
        #expect(breaks(server)?.code == .connection)
        #expect(server.breaker.state == .open(until: clock.now + .seconds(30)))
    }

    @Test func aRestartIsWaitedFor() throws {
        let server = PostgresServer(
            name: "main",
            settings: PostgresSettings(url: postgres.url()),
            now: { .now },
            random: { 0.99 }
        )
        try postgres.stop()
        let caller = OnThreads<Int64?>(1) { _ in
            try server.withConnection(as: "test") { try $0.query("SELECT 1")[0].int(0) }
        }
        try postgres.start()
        #expect(try caller.results() == [1])
    }

    @Test func sessionsOfAKilledServerAreReplaced() throws {
        let server = PostgresBench.server(postgres.url())
        let session = { () throws in
            try server.withConnection(as: "test") { try $0.query("SELECT pg_backend_pid()")[0].int(0) ?? 0 }
        }
        for end in [postgres.kill9, postgres.stopImmediately, postgres.stop] {
            // Without its server a session lives on for a moment, in which nobody can know that it will end.
            let endAll = { (session: Int64) throws in
                try end()
                try #require(waitUntil(seconds: 30) { kill(pid_t(session), 0) != 0 })
            }
            try server.withConnection(as: "test") { connection in
                try endAll(connection.query("SELECT pg_backend_pid()")[0].int(0) ?? 0)
                let error = PostgresBench.error { try connection.query("SELECT 1") }
                #expect(error?.isConnectionLost == true)
            }
            try postgres.start()
            let idle = try session()
            try endAll(idle)
            try postgres.start()
            #expect(try session() != idle)
        }
    }

    @Test func aKilledBackendEndsAllSessionsAndTheServerRecovers() throws {
        let server = PostgresBench.server(postgres.url())
        try server.withConnection(as: "test") { connection in
            let pid = try connection.query("SELECT pg_backend_pid()")[0].int(0) ?? 0
            try postgres.kill9(backend: Int32(pid))
            let error = PostgresBench.error { try connection.query("SELECT 1") }
            #expect(error?.code == .connection)
            #expect(error?.isConnectionLost == true)
        }
        #expect(try server.withConnection(as: "test") { try $0.query("SELECT 1")[0].int(0) } == 1)
    }

    @Test func aCommitThatIsKeptButNotConfirmedIsUnknown() throws {
        let server = PostgresBench.server(postgres.url())
        try postgres.sql("CREATE TABLE kept (i int)")
        let killer = OnThreads<Bool>(1) { [postgres] _ in
            let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
            return try waitUntil(seconds: 30) { try postgres.sql(kill) == "t" }
        }
        let error = PostgresBench.error {
            try server.withConnection(as: "test") { connection in
                try connection.transaction(.readWrite) {
                    try connection.execute("SET LOCAL synchronous_commit = on")
                    try connection.execute("INSERT INTO kept VALUES (1)")
                }
            }
        }
        #expect(try killer.results() == [true])
        #expect(error?.code == .commitUnknown)
        #expect(error?.isConnectionLost == true)
        // It was not undone: whoever takes the error for a failure counts wrongly.
        #expect(try postgres.sql("SELECT count(*) FROM kept") == "1")
    }

    @Test func nothingIsLeftOpen() throws {
        let before = try sockets()
        #expect(before == 0)
        do {
            let server = PostgresBench.server(postgres.url())
            let wrong = PostgresServer(
                name: "wrong",
                settings: PostgresSettings(url: postgres.url(password: "wrong")),
                now: { .now }
            )
            for round in 0..<30 {
                try server.withConnection(as: "test") { first in
                    try server.withConnection(as: "test") { second in
                        if round % 3 == 0 { second.retire() }
                        if round % 3 == 1 { try first.executeScript("BEGIN") }
                    }
                }
                _ = breaks(wrong)
                _ = PostgresBench.error { try server.withConnection(as: "other", isCancelled: { true }) { _ in } }
                let cancelled = PostgresBench.error {
                    try server.withConnection(as: "test") { connection in
                        var asked = 0
                        _ = try connection.query(
                            "SELECT pg_sleep(60)",
                            isCancelled: {
                                asked += 1; return asked > 1
                            }
                        )
                    }
                }
                #expect(cancelled?.code == .cancelled)
            }
            #expect(try sockets() <= 8)
            server.closeIdle()
        }
        #expect(try sockets() == 0)
    }
}
