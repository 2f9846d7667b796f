import Clients
import Support
import Testing

@Suite("SQLite client: statements")
struct SQLiteStatementTests {
    private let folder: TemporaryFolder
    private let connection: SQLiteConnection

    init() throws {
        folder = try TemporaryFolder()
        try SQLiteShell.run(folder.file("t.db"), "CREATE TABLE t (x); CREATE TABLE n (i INTEGER UNIQUE, s TEXT);")
        connection = try SQLiteConnection(path: folder.file("t.db"), access: .readWrite)
    }

    @Test(arguments: [
        SQLiteValue.null, .integer(.min), .integer(.max), .integer(0), .real(-0.1), .real(1e300), .text(""),
        .text("naïve 数据 🗑"), .text("it's \"quoted\""), .blob([]), .blob([0, 255, 0]),
    ])
    func valuesComeBackAsTheyWent(value: SQLiteValue) throws {
        try connection.execute("INSERT INTO t VALUES (?1)", [value])
        #expect(try connection.query("SELECT x FROM t") == [[value]])
    }

    @Test func spellingsOfOneCharacterStayTwoTexts() throws {
        let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}")
        try connection.execute("INSERT INTO t VALUES (?1), (?2)", [.text(composed), .text(decomposed)])
        #expect(try connection.query("SELECT hex(x) FROM t WHERE x = ?1", [.text(composed)]) == [[.text("636166C3A9")]])
    }

    @Test func aTextThatIsNotUTF8IsAnErrorAndNotRepaired() throws {
        try connection.execute("INSERT INTO t VALUES (CAST(x'61ff62' AS TEXT))")
        #expect(sqliteError { _ = try connection.query("SELECT x FROM t") }?.code == .encoding)
    }

    @Test func aTextWithAZeroByteIsNotCutShort() throws {
        try connection.execute("INSERT INTO t VALUES ('a'), (CAST(x'610062' AS TEXT))")
        #expect(try connection.query("SELECT x FROM t") == [[.text("a")], [.text("a\0b")]])
        let error = sqliteError { try connection.execute("DELETE FROM t WHERE x = ?1", [.text("a\0b")]) }
        #expect(error?.code == .encoding)
        #expect(try connection.query("SELECT count(*) FROM t") == [[.integer(2)]])
    }

    @Test func whatIsNotThereIsToldApart() throws {
        #expect(sqliteError { try connection.execute("DELETE FROM gone") }?.code == .missingTable)
        #expect(sqliteError { try connection.execute("DELETE FROM t WHERE gone = 1") }?.code == .missingColumn)
        #expect(sqliteError { try connection.execute("UPDATE t SET gone = 1") }?.code == .missingColumn)
        #expect(sqliteError { try connection.execute("DELETE FRM t") }?.code == .statement)
        #expect(sqliteError { try connection.execute("DELETE FROM t WHERE x = ?2", [.null]) }?.code == .statement)
    }

    @Test func aQuotedNameThatIsNotThereIsAnErrorAndNotAText() throws {
        try connection.execute("INSERT INTO t VALUES ('gone')")
        let error = sqliteError { try connection.execute("DELETE FROM t WHERE \"gone\" = x") }
        #expect(error?.code == .missingColumn)
        #expect(error?.message.contains("single quotes") == true)
    }

    @Test(arguments: ["a", "a b", "a\"b", "a'b", "select", "数据", "a.b", "a;b", "[a]", "`a`"])
    func quotedNamesAreNothingButNames(name: String) throws {
        let quoted = SQLiteIdentifier.quote(name)
        try connection.executeScript("CREATE TABLE \(quoted) (\(quoted) TEXT); INSERT INTO \(quoted) VALUES ('x')")
        #expect(try connection.query("SELECT \(quoted) FROM main.\(quoted)") == [[.text("x")]])
        #expect(try connection.table(name)?.name == name)
        #expect(try connection.execute("DELETE FROM \(quoted)") == 1)
    }

    @Test func errorsHoldNeitherStatementsNorValues() throws {
        let secret = "hunter2"
        try connection.execute("INSERT INTO n VALUES (1, ?1)", [.text(secret)])
        let errors = [
            sqliteError { try connection.execute("INSERT INTO n VALUES (1, ?1)", [.text(secret)]) },
            sqliteError { try connection.execute("SELECT gone FROM n WHERE s = ?1", [.text(secret)]) },
            sqliteError { try connection.execute("INSERT INTO n SELECT 2, ?1 WHERE json_each", [.text(secret)]) },
        ]
        for error in errors {
            #expect(error.map { !"\($0)".contains(secret) && !String(reflecting: $0).contains(secret) } == true)
        }
    }

    @Test func aCancelledStatementEndsSoonAndChangesNothing() throws {
        try connection.execute(
            "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT i FROM n"
        )
        var questions = 0
        let error = sqliteError {
            try connection.transaction(.write) {
                try connection.execute("DELETE FROM t WHERE x < 100")
                // Would take hours.
                try connection.execute("DELETE FROM t WHERE (SELECT count(*) FROM t a, t b, t c WHERE a.x = b.x + c.x)")
                {
                    questions += 1
                    return questions > 20
                }
            }
        }
        #expect(error?.code == .cancelled)
        #expect(try connection.query("SELECT count(*) FROM t") == [[.integer(10_000)]])
        #expect(try connection.transaction(.write) { try connection.execute("DELETE FROM t") } == 10_000)
    }

    @Test func aStatementThatTakesTooLongEnds() throws {
        let start = ContinuousClock.now
        let error = sqliteError {
            _ = try connection.query(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
                limitSeconds: 0.2
            )
        }
        #expect(error?.code == .timeout)
        #expect(ContinuousClock.now - start < .seconds(60), "the statement itself has no end")
    }

    @Test func aStreamEndsWhenItsReaderHasEnough() throws {
        var seen: [Int64] = []
        try connection.stream("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n") {
            row in
            seen.append(try row.value(0).integer ?? 0)
            return seen.count < 5
        }
        #expect(seen == [1, 2, 3, 4, 5])
        #expect(try connection.execute("DELETE FROM t") == 0)
    }

    @Test func aTransactionThatThrowsLeavesNothing() throws {
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            try connection.transaction(.write) {
                try connection.execute("INSERT INTO t VALUES (1)")
                throw Stop()
            }
        }
        #expect(try connection.query("SELECT count(*) FROM t") == [[.integer(0)]])
    }

    @Test func changesOfOthersShowInTheDataVersionAndOwnOnesDoNot() throws {
        let before = try connection.dataVersion()
        try connection.execute("INSERT INTO t VALUES (1)")
        #expect(try connection.dataVersion() == before)
        try SQLiteShell.run(folder.file("t.db"), "INSERT INTO t VALUES (2);")
        #expect(try connection.dataVersion() != before)
    }

    @Test func functionsGetTheirArgumentsAndAreOutOfReachOfTheSchema() throws {
        try connection.add([
            SQLiteFunction("kind_of", argumentCount: 1) { arguments in
                switch arguments[0] {
                case .null: .null
                case .integer(let value): .integer(value)
                case .real: .integer(-1)
                case .text(let bytes): .integer(Int64(bytes.count))
                case .blob: .integer(-2)
                }
            }
        ])
        let sql = "SELECT kind_of(NULL), kind_of(7), kind_of(1.5), kind_of('größe'), kind_of(x'00'), kind_of('')"
        #expect(
            try connection.query(sql) == [[.null, .integer(7), .integer(-1), .integer(7), .integer(-2), .integer(0)]]
        )
        try connection.executeScript("CREATE VIEW v AS SELECT kind_of(x) FROM t")
        #expect(sqliteError { _ = try connection.query("SELECT * FROM v") }?.code == .statement)
    }
}
