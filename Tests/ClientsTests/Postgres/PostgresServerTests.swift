import Clients
import Foundation
import Support
import Testing

@Suite("PostgreSQL: lending sessions")
struct PostgresServerTests {
    private let postgres: PostgresTestServer

    init() throws {
        postgres = try PostgresTestServer.shared
    }

    private func pid(_ server: PostgresServer) throws -> Int64? {
        try server.withConnection(as: "test") { try $0.query("SELECT pg_backend_pid()")[0].int(0) }
    }

    private struct Stop: Error {}

    @Test func aSessionIsUsedAgain() throws {
        let server = PostgresBench.server(postgres.url())
        let first = try pid(server)
        #expect(try pid(server) == first)
        #expect(throws: Stop.self) { try server.withConnection(as: "test") { _ in throw Stop() } }
        #expect(try pid(server) == first)
    }

    @Test func aSessionThatIsNotCleanIsClosed() throws {
        let server = PostgresBench.server(postgres.url())
        let first = try pid(server)
        try server.withConnection(as: "test") { try $0.executeScript("BEGIN") }
        let second = try pid(server)
        #expect(second != first)
        try server.withConnection(as: "test") { connection in
            try connection.executeScript("SET work_mem = '1MB'")
            connection.retire()
        }
        #expect(try pid(server) != second)
    }

    @Test func anIdleSessionThatWasKilledIsReplacedWithoutAWord() throws {
        let server = PostgresBench.server(postgres.url())
        let tls = PostgresBench.server(postgres.verifyFullURL())
        for server in [server, tls] {
            let first = try pid(server) ?? 0
            try postgres.sql("SELECT pg_terminate_backend(\(first), 10000)")
            #expect(try pid(server) != first)
            #expect(server.breaker.state == .closed(failures: 0))
        }
    }

    @Test func aSessionThatIsKilledInUseIsAnErrorAndTheNextIsNew() throws {
        let server = PostgresBench.server(postgres.url())
        let error = PostgresBench.error {
            try server.withConnection(as: "test") { connection in
                let pid = try connection.query("SELECT pg_backend_pid()")[0].int(0) ?? 0
                try postgres.sql("SELECT pg_terminate_backend(\(pid), 10000)")
                _ = try connection.query("SELECT 1")
            }
        }
        #expect(error?.code == .connection)
        #expect(error?.sqlState == "57P01")
        #expect(error?.message.contains("terminating connection due to administrator command") == true)
        #expect(try pid(server) != nil)
    }

    @Test func sessionsThatWereIdleForLongAreClosed() throws {
        let clock = HeldClock()
        let settings = PostgresSettings(url: postgres.url())
        let server = PostgresServer(name: "main", settings: settings, now: { clock.now })
        let first = try pid(server)
        clock.advance(.seconds(290))
        #expect(try pid(server) == first)
        clock.advance(.seconds(310))
        #expect(try pid(server) != first)
        server.closeIdle()
        let sessions = "SELECT count(*) FROM pg_stat_activity WHERE pid = \(first ?? 0)"
        #expect(try waitUntil(seconds: 10) { try postgres.sql(sessions) == "0" })
    }

    @Test func fiftyThreadsAtOnceGetTheirOwnAnswers() async throws {
        try await postgres.withDatabase { url in
            let server = PostgresBench.server(url)
            try server.withConnection(as: "test") { try $0.executeScript("CREATE TABLE t (thread int8, i int8)") }
            let sums = try onThreads(50) { thread in
                var sum: Int64 = 0
                for i in 0..<20 {
                    sum += try server.withConnection(as: "thread-\(thread % 3)") { connection in
                        try connection.transaction(.readWrite) {
                            try connection.execute(
                                "INSERT INTO t VALUES ($1, $2)",
                                [.int(Int64(thread)), .int(Int64(i))]
                            )
                            return try connection.query("SELECT $1::int8", [.int(Int64(thread))])[0].int(0) ?? 0
                        }
                    }
                }
                return sum
            }
            #expect(sums == (0..<50).map { Int64($0) * 20 })
            let counts = try server.withConnection(as: "test") {
                try $0.query("SELECT count(*), count(DISTINCT thread) FROM t")[0].names.count
            }
            #expect(counts == 2)
            #expect(try server.withConnection(as: "test") { try $0.query("SELECT count(*) FROM t")[0].int(0) } == 1000)
        }
    }

    @Test func sendingToADeadServerDoesNotEndTheProcess() throws {
        // The disposition that would: ignored, SIGPIPE proves nothing.
        let before = signal(SIGPIPE, SIG_DFL)
        defer { signal(SIGPIPE, before) }
        for url in [postgres.url(), postgres.verifyFullURL(), postgres.socketURL()] {
            try PostgresBench.connect(url) { connection in
                let pid = try connection.query("SELECT pg_backend_pid()")[0].int(0) ?? 0
                try postgres.sql("SELECT pg_terminate_backend(\(pid), 10000)")
                let bytes = [UInt8](repeating: 1, count: 16 << 20)
                for _ in 0..<3 {
                    let error = PostgresBench.error { try connection.query("SELECT length($1)", [.bytes(bytes)]) }
                    #expect(error?.isConnectionLost == true)
                }
            }
        }
    }
}
