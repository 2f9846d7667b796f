import Testing

@testable import CleanupConfiguration

@Suite struct SQLTextTests {
    @Test(arguments: [
        ("", []),
        ("a < :now", ["now"]),
        (":a+:b-:a", ["a", "b"]),
        ("a::date < :now::timestamptz", ["now"]),
        ("a = ':now' AND b = 'it''s :here' AND \":c\" = 1", []),
        ("a = E'\\':now' AND b = :b", ["b"]),
        ("a = e'\\\\' AND b = :b", ["b"]),
        ("name'x' AND b = :b", ["b"]),
        ("a -- :b\n = :c", ["c"]),
        ("a /* :b * / :c */ = :e", ["e"]),
        ("a = $$:b$$ AND c = $x$ :d $$ :e $x$ AND f = :f", ["f"]),
        ("a$b$c = :d AND $1 = :e", ["d", "e"]),
        ("a[1:2] = :b", ["b"]),
        ("a[low:high] = a[1 :high]", ["high"]),
        ("a:b = :c:d", ["c"]),
        ("a := 1 : 2 :3", []),
        (":Größe_1 = 1", ["Größe_1"]),
        ("a = 'x", []),
    ])
    func findsParametersOutsideOfTextsAndComments(text: String, expected: [String]) {
        #expect(SQLText(text).parameters == expected)
    }

    @Test(arguments: [
        ("a > :now", true), ("a>=:now", true), ("a > :now - interval '1 day'", true), ("a > :now AND b >= :now", true),
        ("':now' > a", true), ("a > /* b */ :now", true), ("a > (:now - interval '1 day')", true), ("a >\n:now", true),
        ("a IS NOT NULL AND a > :now", true), ("\"not\" > :now", true), ("a ->> 'not' > :now", true),
        ("a <= :now", false), ("a < :now", false), ("a BETWEEN b AND :now", false), (":now > a", false),
        (":now < a", false), (":now::date <= a", false), ("a > :now AND b < :now", false), ("a > date(:now)", false),
        ("a = :now", false), ("a <> :now", false), ("a >> :now", false), ("f(a => :now)", false),
        ("a > b(:now)", false), ("a - :now < b", false), ("a > - :now", false), ("a @> :now", false),
        ("a <@> (:now)", false), ("a <-> :now < b", false), ("NOT (a > :now)", false), ("NOT EXISTS (a > :now)", false),
        ("(a > :now) IS NOT TRUE", false), ("(a > :now) IS FALSE", false), ("a > :now EXCEPT b", false),
        ("b LEFT JOIN c ON c.at > :now WHERE c.id IS NULL", false), ("(SELECT max(c) WHERE c > :now) IS NULL", false),
        ("(a > :now) = 0", false), ("((a > :now)) <> b", false), ("0 = (SELECT count(*) WHERE a > :now)", false),
        ("(a > :now) IS DISTINCT FROM b", false), ("iif(a > :now, NULL, b)", false), ("nullif(a > :now, b)", false),
        ("a IS NULL OR a > :now", true), ("b IN (SELECT b WHERE a > :now)", true), ("(a > :now) AND b = 1", true),
        ("greatest(a, b) >= :now", true), ("SELECT DISTINCT a WHERE b > :now", true), ("b JOIN c ON c.at > :now", true),
        ("EXISTS (SELECT 1 WHERE a > :now)", true), ("(:now)", false),
        ("CASE WHEN a > :now THEN 0 END", false), ("b NOT NULL AND a > :now", false), ("a > :now AND NOT", false),
    ])
    func knowsLowerBounds(text: String, isOnlyOne: Bool) {
        #expect(SQLText(text).bounds.otherThanLower.isEmpty == isOnlyOne, "\(text)")
    }

    @Test(
        arguments: [
            ("a = 'it''s'", nil),
            ("a = 'x", .openText),
            ("a = 'x''", .openText),
            ("a = E'x\\'", .openText),
            ("a = 'x\\'", nil),
            ("a = $$ x $", .openText),
            ("a = $x$ x $y$", .openText),
            ("\"a", .openName),
            ("a /* b", .openComment),
            ("a /* /* */ b", .nestedComment),
            ("a */ b", nil),
            ("a -- ( ' \" /*", nil),
            ("(a", .openParenthesis),
            ("a)", .strayParenthesis),
            (") OR (", .strayParenthesis),
            ("a = ')(' AND (b /* ( */)", nil),
        ] as [(String, SQLText.Flaw?)]
    )
    func findsWhatReachesBeyondItsEnd(text: String, expected: SQLText.Flaw?) {
        #expect(SQLText(text).flaw == expected)
    }

    @Test(arguments: [
        ("SELECT 1", 0, false, "select"),
        ("SELECT 1;", 1, true, "select"),
        ("SELECT 1; -- end\n /* ; */ ", 1, true, "select"),
        ("SELECT 1; SELECT 2", 1, false, "select"),
        ("SELECT ';' FROM \";\" /*;*/ --;", 0, false, "select"),
        ("((SELECT 1) UNION SELECT 2)", 0, false, "select"),
        ("/* SELECT */ DELETE FROM t", 0, false, "delete"),
        ("'select' delete", 0, false, ""),
        (";", 1, true, ""),
    ])
    func countsStatements(text: String, semicolons: Int, endsWithSemicolon: Bool, firstWord: String) {
        let sql = SQLText(text)
        #expect(sql.semicolons == semicolons)
        #expect(sql.endsWithSemicolon == endsWithSemicolon)
        #expect(sql.firstWord == firstWord)
    }
}
