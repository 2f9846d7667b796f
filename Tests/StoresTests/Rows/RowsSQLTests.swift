import Retention
import Support
import Testing

@testable import Stores

/// Names in SQL of the configuration.
@Suite struct RowsSQLTests {
    private func replaced(_ sql: String, _ form: SQLForm = .postgres) throws -> String {
        try RowsSQL.replacingNames(in: sql, place: "where", form: form) {
            $0 == "now" || $0 == "ttl" ? "<\($0)>" : nil
        }
    }

    @Test(arguments: [
        ("a < :now", "a < <now>"), ("a<:now and b>:ttl", "a<<now> and b><ttl>"),
        ("a::text = ':now'", "a::text = ':now'"),
        (":now::date", "<now>::date"), ("'it''s :now' || :ttl", "'it''s :now' || <ttl>"),
        ("E'\\':now' || :ttl", "E'\\':now' || <ttl>"), ("e'\\\\' || :now", "e'\\\\' || <now>"),
        ("\"a:now\" = :now", "\"a:now\" = <now>"), ("\"a\"\":now\"", "\"a\"\":now\""), ("$$ :now $$", "$$ :now $$"),
        ("$q$ :now $$ :now $q$ < :now", "$q$ :now $$ :now $q$ < <now>"), ("a -- :now\n< :now", "a -- :now\n< <now>"),
        ("/* :now * / :now */ :now", "/* :now * / :now */ <now>"), ("x[1:2]", "x[1:2]"),
        ("x[lo:now]", "x[lo:now]"), ("ARRAY[:now]", "ARRAY[<now>]"), ("f(:now)", "f(<now>)"), ("a := 1", "a := 1"),
        ("name'x:now'", "name'x:now'"), ("a < :now;", "a < <now>"), ("a < :now ; ; ", "a < <now> "), ("", ""),
    ])
    func namesAreReplacedOutsideOfWhatIsQuoted(_ sql: String, _ expected: String) throws {
        #expect(try replaced(sql) == expected)
    }

    @Test(arguments: [
        "a < :tll", "a) OR (b", "(a", "a)", "'open", "\"open", "$$ open", "$a$ open $b$", "/* open", "/* /* */", "a; b",
        "a = $1", "a = $b", "$E'\\'",
        ":now1", "a /* /* */ */ = 1",
    ])
    func whatReachesFurtherIsRefused(_ sql: String) {
        #expect(throws: StoreError.self) { try replaced(sql) }
    }

    @Test func marksOfTheEngineAreRefusedOutsideOfWhatIsQuoted() throws {
        for sql in ["a = ?", "a = ?1", "a = @b", "a = $b", "a = $1"] {
            #expect(throws: StoreError.self) { try replaced(sql, .sqlite) }
        }
        #expect(try replaced("a = '?' OR \"b?\" > '@'", .sqlite) == "a = '?' OR \"b?\" > '@'")
        #expect(try replaced("a ? 'b' AND c @> d") == "a ? 'b' AND c @> d")
    }

    /// Each of these is one piece to PostgreSQL, and to SQLite one that takes hold of what is around it.
    @Test(arguments: [
        "b = 1 /* /* */ ) OR (a = 7 -- */", "b IN (SELECT 1 AS [x'] )) OR (1 IN (SELECT 1 AS [x'])",
        "b IN (SELECT 1 AS `x'` )) OR (1 IN (SELECT 1 AS `x'`)", "b = $a$ ) OR (1 = $a$", "b = E'\\' ) OR (a = '\\' '",
    ])
    func whatSQLiteReadsOtherwiseIsRefusedThere(_ sql: String) {
        #expect(throws: StoreError.self) { try replaced(sql, .sqlite) }
    }

    @Test func randomTextIsReplacedOrRefusedButNeverChangedOtherwise() throws {
        var random = SeededGenerator(seed: 7)
        let pieces = [
            "'", "\"", "$$", "$a$", "--", "\n", "/*", "*/", ":", "::", ":now", "(", ")", ";", "E'", "\\", "x", " ",
            "$1",
        ]
        for _ in 0..<3_000 {
            let seed = random.state
            let sql = (0..<Int.random(in: 0...12, using: &random)).map { _ in random.pick(pieces) }.joined()
            do {
                let result = try RowsSQL.replacingNames(in: sql, place: "where", form: .postgres) {
                    $0 == "now" ? ":now" : nil
                }
                #expect(sql.hasPrefix(result), "seed \(seed): \(sql)")
            } catch is StoreError {
                // Refused.
            }
        }
    }

    @Test func namesOfTablesMayBeQuoted() {
        #expect(RowsTableName.parts(of: "items") == ["items"])
        #expect(RowsTableName.parts(of: "Log.Items") == ["Log", "Items"])
        #expect(RowsTableName.parts(of: "\"a.b\".\"c\"\"d\"") == ["a.b", "c\"d"])
    }
}
