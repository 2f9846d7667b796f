import Clients
import Foundation
import Support
import Testing

@Suite("PostgreSQL: cancelling, and time-outs")
struct PostgresCancelTests {
    private let postgres: PostgresTestServer

    init() throws {
        postgres = try PostgresTestServer.shared
    }

    /// How many sessions run a statement with this mark.
    private func running(_ mark: String) throws -> String {
        try postgres.sql(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%\(mark)%' AND pid <> pg_backend_pid()"
        )
    }

    @Test func cancellingEndsTheStatementOnTheServer() throws {
        let flag = Flag()
        let server = PostgresBench.server(postgres.url())
        let thread = OnThreads<String>(1) { [postgres] _ in
            try server.withConnection(as: "test") { connection in
                let error = PostgresBench.error {
                    try connection.execute("SELECT pg_sleep(600) /* cancel-me */", isCancelled: { flag.isSet })
                }
                #expect(error?.code == .cancelled)
                #expect(error?.isConnectionLost == false)
                // Nothing of it is left for the next statement.
                #expect(connection.isUsable)
                #expect(try connection.query("SELECT 1 AS one")[0].int("one") == 1)
                return try postgres.sql("SELECT 2")
            }
        }
        #expect(try waitUntil(seconds: 30) { try running("cancel-me") == "1" })
        let start = ContinuousClock.now
        flag.set()
        #expect(try thread.results() == ["2"])
        #expect(ContinuousClock.now - start < .seconds(60), "the statement itself takes ten minutes")
        #expect(try running("cancel-me") == "0")
    }

    @Test func whatIsCancelledBeforeIsNotSent() throws {
        try PostgresBench.connect(postgres.url()) { connection throws in
            let error = PostgresBench.error {
                try connection.execute("CREATE TABLE never (i int)", isCancelled: { true })
            }
            #expect(error?.code == .cancelled)
            #expect(try connection.query("SELECT to_regclass('never')")[0].isNull(0))
        }
    }

    @Test func aScriptIsNotDoneWhenItsLastStatementIsCancelled() throws {
        try PostgresBench.connect(postgres.url()) { connection throws in
            var asked = 0
            let error = PostgresBench.error {
                try connection.executeScript(
                    "SELECT repeat('x', 20000); SELECT pg_sleep(60)",
                    isCancelled: {
                        asked += 1; return asked > 4
                    }
                )
            }
            #expect(error?.code == .cancelled)
            #expect(connection.isUsable)
        }
    }

    @Test func aCancellationNeverHitsTheNextStatement() throws {
        let seed: UInt64 = 0xCA_1CE1
        var random = SeededGenerator(seed: seed)
        try PostgresBench.connect(postgres.url()) { connection throws in
            try connection.executeScript("CREATE TEMPORARY TABLE done (i int8)")
            var done: [Int64] = []
            for round in 0..<60 as Range<Int64> {
                // It ends just when the first slice of waiting does.
                let seconds = Double.random(in: 0.045...0.055, using: &random)
                let sql = "INSERT INTO done SELECT $1::int8 FROM (SELECT pg_sleep($2)) AS s"
                var asked = 0
                do {
                    // Whoever is told that it is done may count it; whoever is told otherwise may not.
                    let count = try connection.execute(
                        sql,
                        [.int(round), .double(seconds)],
                        isCancelled: {
                            asked += 1; return asked > 1
                        }
                    )
                    #expect(count == 1, "seed \(seed), round \(round)")
                    done.append(round)
                } catch let error as PostgresError {
                    #expect(error.code == .cancelled, "seed \(seed), round \(round)")
                }
                let rows = try connection.query("SELECT i FROM done ORDER BY i")
                #expect(try rows.map { try $0.int(0) } == done, "seed \(seed), round \(round)")
            }
        }
    }

    @Test func largeParametersCanBeCancelledWhileTheyAreSent() throws {
        // A server that does not read: whatever the sockets do not hold stays here.
        try PostgresBench.connect(postgres.url()) { connection in
            let pid = try connection.query("SELECT pg_backend_pid()")[0].int(0) ?? 0
            kill(pid_t(pid), SIGSTOP)
            var asked = 0
            let start = ContinuousClock.now
            let error = PostgresBench.error {
                let bytes = [UInt8](repeating: 1, count: 64 << 20)
                _ = try connection.query(
                    "SELECT length($1)",
                    [.bytes(bytes)],
                    isCancelled: {
                        asked += 1; return asked > 2
                    }
                )
            }
            kill(pid_t(pid), SIGCONT)
            #expect(error?.code == .cancelled)
            #expect(error?.isConnectionLost == true)
            #expect(!connection.isUsable)
            #expect(ContinuousClock.now - start < .seconds(30))
        }
    }

    @Test func aStatementThatTakesTooLongHasItsCode() throws {
        var settings = PostgresSettings(url: postgres.url())
        settings.statementTimeout = .milliseconds(100)
        let server = PostgresServer(name: "main", settings: settings, now: { .now })
        try server.withConnection(as: "test") { connection in
            let error = PostgresBench.error { try connection.execute("SELECT pg_sleep(60)") }
            #expect(error?.code == .statementTimeout)
            #expect(error?.sqlState == "57014")
            #expect(connection.isUsable)
            // One transaction may take longer.
            try connection.transaction(.readOnly) {
                try connection.execute("SET LOCAL statement_timeout = 0")
                try connection.execute("SELECT pg_sleep(0.3)")
            }
        }
    }

    @Test func aLockThatIsHeldHasItsCode() async throws {
        try await postgres.withDatabase { url in
            var settings = PostgresSettings(url: url)
            settings.lockTimeout = .milliseconds(100)
            let server = PostgresServer(name: "main", settings: settings, now: { .now })
            try server.withConnection(as: "holder") { holder in
                try holder.executeScript("CREATE TABLE held (i int); INSERT INTO held VALUES (1)")
                try holder.transaction(.readWrite) {
                    try holder.execute("UPDATE held SET i = 2")
                    try server.withConnection(as: "waiter") { waiter in
                        let error = PostgresBench.error { try waiter.execute("DELETE FROM held") }
                        #expect(error?.code == .lockTimeout)
                        #expect(error?.sqlState == "55P03")
                        #expect(error?.isRetryable == true)
                        #expect(waiter.isUsable)
                    }
                }
            }
        }
    }

    @Test func refusalsHaveTheirCodes() async throws {
        try postgres.sql("CREATE ROLE reader LOGIN PASSWORD 'reader-secret'")
        try await postgres.withDatabase { url in
            try PostgresBench.connect(url) {
                try $0.executeScript("CREATE TABLE t (i int PRIMARY KEY); INSERT INTO t VALUES (1)")
            }
            try PostgresBench.connect(url) { connection in
                let cases: [(String, PostgresError.Code)] = [
                    ("SELECT * FROM nosuch", .undefinedTable), ("SELECT nosuch FROM t", .undefinedColumn),
                    ("INSERT INTO t VALUES (1)", .integrity), ("SELEKT", .other), ("COPY t TO STDOUT", .other),
                ]
                for (sql, code) in cases {
                    #expect(PostgresBench.error { try connection.execute(sql) }?.code == code, "\(sql)")
                }
                // COPY cannot be ended in an orderly way.
                #expect(!connection.isUsable)
            }
            let reader = url.replacingOccurrences(
                of: "app:\(PostgresTestServer.password)",
                with: "reader:reader-secret"
            )
            try PostgresBench.connect(reader) { connection in
                let error = PostgresBench.error { try connection.execute("DELETE FROM t") }
                #expect(error?.code == .permission)
                #expect(
                    error?.message
                        == "Connection \"main\": permission denied for table t (42501); give the role the right to do so"
                )
            }
        }
        try postgres.sql("DROP ROLE reader")
    }
}
