import Clients
import Support
import Testing

@Suite("PostgreSQL: prepared statements and remarks")
struct PostgresStatementTests {
    private let postgres: PostgresTestServer

    init() throws {
        postgres = try PostgresTestServer.shared
    }

    private func prepared(_ connection: PostgresConnection) throws -> [String?] {
        try connection.query("SELECT statement FROM pg_prepared_statements ORDER BY prepare_time").map {
            try $0.text(0)
        }
    }

    @Test func aStatementThatComesAgainIsPreparedOnce() throws {
        try PostgresBench.connect(postgres.url()) { connection throws in
            for index in 0..<50 {
                #expect(try connection.query("SELECT $1 + 1", [.int(Int64(index))])[0].int(0) == Int64(index) + 1)
            }
            try connection.execute("SELECT 'once'")
            #expect(try prepared(connection) == ["SELECT $1 + 1"])
        }
    }

    @Test func noMoreThanSixtyFourAreKept() throws {
        try PostgresBench.connect(postgres.url()) { connection throws in
            for index in 0..<500 {
                for _ in 0..<3 { #expect(try connection.query("SELECT \(index)")[0].int(0) == Int64(index)) }
            }
            let kept = try prepared(connection)
            #expect((60...65).contains(kept.count), "\(kept.count)")
            #expect(kept.contains("SELECT 499"))
            #expect(!kept.contains("SELECT 0"))
            // Within a transaction none is given up, and what finds no room still works.
            try connection.transaction(.readOnly) { () throws in
                for index in 1000..<1100 {
                    for _ in 0..<3 { #expect(try connection.query("SELECT \(index)")[0].int(0) == Int64(index)) }
                }
            }
            #expect(try prepared(connection).count <= 65)
        }
    }

    @Test func typesOfParametersBelongToAStatement() throws {
        try PostgresBench.connect(postgres.url()) { connection throws in
            for _ in 0..<3 {
                #expect(try connection.query("SELECT pg_typeof($1)::text", [.int(1)])[0].text(0) == "bigint")
                #expect(try connection.query("SELECT pg_typeof($1)::text", [.text("1")])[0].text(0) == "text")
            }
        }
    }

    @Test func aTableThatIsAlteredDoesNotBreakWhatIsPrepared() async throws {
        try await postgres.withDatabase { url in
            try PostgresBench.connect(url) { connection throws in
                try connection.executeScript("CREATE TABLE t (a int8); INSERT INTO t VALUES (1)")
                for _ in 0..<3 { #expect(try connection.query("SELECT * FROM t")[0].names == ["a"]) }
                try PostgresBench.connect(url) { try $0.executeScript("ALTER TABLE t ADD b text DEFAULT 'x'") }
                for _ in 0..<3 { #expect(try connection.query("SELECT * FROM t")[0].text("b") == "x") }
                try PostgresBench.connect(url) { try $0.executeScript("ALTER TABLE t DROP b") }
                let error = PostgresBench.error {
                    try connection.transaction(.readOnly) { _ = try connection.query("SELECT * FROM t") }
                }
                #expect(error?.sqlState == "0A000")
                #expect(try connection.query("SELECT * FROM t")[0].names == ["a"])
            }
        }
    }

    @Test func statementsThatAPoolerHasLostArePreparedAgain() throws {
        try PostgresBench.connect(postgres.url()) { connection throws in
            for _ in 0..<3 { try connection.execute("SELECT 1 AS pooled") }
            try connection.executeScript("DEALLOCATE ALL")
            #expect(try connection.query("SELECT 1 AS pooled")[0].int(0) == 1)
        }
    }

    @Test func remarksOfTheServerAreKeptForTheLastStatement() throws {
        try PostgresBench.connect(postgres.url()) { connection throws in
            try connection.executeScript("DO $$ BEGIN RAISE WARNING 'careful'; RAISE NOTICE 'by the way'; END $$")
            #expect(
                connection.notices == [
                    PostgresNotice(severity: "WARNING", sqlState: "01000", message: "careful"),
                    PostgresNotice(severity: "NOTICE", sqlState: "00000", message: "by the way"),
                ]
            )
            try connection.executeScript("DO $$ BEGIN FOR i IN 1..1000 LOOP RAISE NOTICE '%', i; END LOOP; END $$")
            #expect(connection.notices.count == 32)
            try connection.execute("SELECT 1")
            #expect(connection.notices.isEmpty)
        }
    }

    @Test func affectedRowsAreCounted() async throws {
        try await postgres.withDatabase { url in
            try PostgresBench.connect(url) { connection throws in
                #expect(try connection.execute("CREATE TABLE t (i int)") == 0)
                #expect(try connection.execute("INSERT INTO t SELECT generate_series(1, 9)") == 9)
                #expect(try connection.execute("UPDATE t SET i = i") == 9)
                #expect(try connection.execute("DELETE FROM t WHERE i > $1", [.int(3)]) == 6)
                #expect(try connection.execute("DELETE FROM t WHERE false") == 0)
                #expect(try connection.execute("VACUUM t") == 0)
                #expect(try connection.execute("") == 0)
            }
        }
    }
}
