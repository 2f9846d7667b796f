import Clients
import Foundation
import Support
import Testing

@Suite("PostgreSQL: commits whose end is not known", .tags(.d2))
struct PostgresCommitTests {
    /// A constraint that is checked at COMMIT, by whatever `action` is.
    private func checkAtCommit(_ connection: PostgresConnection, _ action: String) throws {
        try connection.executeScript(
            """
            CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \(action); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER late AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION late()
            """
        )
    }

    @Test func aCommitWhoseSessionEndsItselfIsUnknown() async throws {
        try await PostgresBench.withTable { _, connection throws in
            try checkAtCommit(connection, "PERFORM pg_terminate_backend(pg_backend_pid())")
            let error = PostgresBench.error {
                try connection.transaction(.readWrite) { try connection.execute("INSERT INTO t VALUES (1)") }
            }
            #expect(error?.code == .commitUnknown)
            #expect(error?.isConnectionLost == true)
            #expect(!connection.isUsable)
        }
    }

    @Test func aCommitWhoseSessionIsKilledIsUnknown() async throws {
        try await PostgresBench.withTable { url, connection throws in
            try checkAtCommit(connection, "PERFORM pg_sleep(600)")
            let postgres = try PostgresTestServer.shared
            let killer = OnThreads<Bool>(1) { _ in
                try waitUntil(seconds: 30) {
                    let killed = try postgres.sql(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE query = 'COMMIT' AND state = 'active' AND datname = '\(url.database)'
                        """
                    )
                    return killed == "t"
                }
            }
            let error = PostgresBench.error {
                try connection.transaction(.readWrite) { try connection.execute("INSERT INTO t VALUES (1)") }
            }
            #expect(try killer.results() == [true])
            #expect(error?.code == .commitUnknown)
            #expect(error?.isRetryable == false)
            #expect(try PostgresBench.connect(url) { try PostgresBench.count($0) } == 0)
        }
    }

    @Test func anErrorAtCommitIsUnknown() async throws {
        try await PostgresBench.withTable { _, connection throws in
            try checkAtCommit(connection, "RAISE EXCEPTION 'too late'")
            let error = PostgresBench.error {
                try connection.transaction(.readWrite) { try connection.execute("INSERT INTO t VALUES (1)") }
            }
            #expect(error?.code == .commitUnknown)
            #expect(error?.sqlState == "P0001")
            #expect(error?.isConnectionLost == false)
            #expect(try PostgresBench.count(connection) == 0)
        }
    }

    @Test func aCommitIsNotCancelledButNotWaitedForForEver() async throws {
        try await PostgresBench.withTable { _, connection throws in
            try checkAtCommit(connection, "PERFORM pg_sleep(600)")
            let start = ContinuousClock.now
            let flag = Flag()
            let error = PostgresBench.error {
                try connection.transaction(.readWrite, isCancelled: { flag.isSet }) {
                    try connection.execute("INSERT INTO t VALUES (1)")
                    flag.set()
                }
            }
            #expect(error?.code == .commitUnknown)
            #expect((.seconds(4) ... .seconds(60)).contains(ContinuousClock.now - start), "of ten minutes")
        }
    }

    @Test func aStatementThatCommitsItselfIsUnknownWhenItsSessionIsKilled() async throws {
        try await PostgresBench.withTable { _, connection throws in
            let error = PostgresBench.error {
                try connection.execute("INSERT INTO t SELECT 1 FROM pg_terminate_backend(pg_backend_pid())")
            }
            #expect(error?.code == .commitUnknown)
            let dead = PostgresBench.error { try connection.execute("INSERT INTO t VALUES (1)") }
            #expect(dead?.code == .connection)
            #expect(dead?.isConnectionLost == true)
        }
    }

    @Test func aSessionThatIsKilledWithinATransactionHasFailed() async throws {
        try await PostgresBench.withTable { url, connection throws in
            let error = PostgresBench.error {
                try connection.transaction(.readWrite) {
                    try connection.execute("INSERT INTO t VALUES (1)")
                    try connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
                }
            }
            #expect(error?.code == .connection)
            #expect(error?.sqlState == "57P01")
            #expect(error?.isConnectionLost == true)
            #expect(try PostgresBench.connect(url) { try PostgresBench.count($0) } == 0)
        }
    }

    @Test func aSwallowedLossBeforeTheCommitIsALossAndNotUnknown() async throws {
        try await PostgresBench.withTable { _, connection throws in
            let error = PostgresBench.error {
                try connection.transaction(.readWrite) {
                    #expect(throws: PostgresError.self) {
                        try connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
                    }
                }
            }
            #expect(error?.code == .connection)
        }
    }
}

extension String {
    /// The database of a test's URL.
    var database: String {
        String(split(separator: "/").last?.split(separator: "?").first ?? "")
    }
}
