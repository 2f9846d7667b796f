import CleanupConfiguration
import Support
import Testing

/// Files that are made to use up time or memory are refused before they do.
@Suite(.timeLimit(.minutes(10)), .tags(.p3)) struct HostileFileTests {
    private static func problems(_ text: String) -> [String] {
        do {
            _ = try GoodFileTests.load(text)
            return []
        } catch let error as ConfigurationErrors {
            return error.problems.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    @Test func aBillionLaughsAreRefused() {
        var text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
        for level in 1...9 {
            let alias = "*a\(level - 1)"
            text += "a\(level): &a\(level) [\(Array(repeating: alias, count: 9).joined(separator: ", "))]\n"
        }
        let problems = Self.problems(text)
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("2:1: anchors (&name) and aliases (*name) are not supported") == true)
    }

    @Test func aBombOfKeysIsRefused() {
        var text = "? &a0 [lol]\n: 1\n"
        for level in 1...40 { text += "? &a\(level) [*a\(level - 1), *a\(level - 1)]\n: 1\n" }
        #expect(Self.problems(text).count == 1)
    }

    @Test func fewAliasesAreRefusedOneByOne() {
        let text = "a: &a [&b [x, x], *b, *b]\nlog: *a\n"
        #expect(Self.problems(text).contains { $0.contains("anchors (&name)") })
    }

    @Test(arguments: ["[", "{", "- ", "? ", "[{a: "])
    func deepNestingIsRefused(part: String) {
        #expect(!Self.problems(String(repeating: part, count: 100_000)).isEmpty)
        #expect(!Self.problems("tasks: " + String(repeating: part, count: 900)).isEmpty)
    }

    @Test func manyKeysAreRefused() {
        let text = (0..<40_000).map { "key\($0): 1\n" }.joined()
        #expect(Self.problems(text).count == 500)
    }

    @Test func manyRepeatedKeysAreRefused() {
        let text = (0..<40_000).map { "key\($0 / 2): 1\n" }.joined()
        #expect(!Self.problems(text).isEmpty)
    }

    @Test func oneVeryLongLineIsRefused() {
        #expect(!Self.problems("log: " + String(repeating: "a", count: 500_000)).isEmpty)
        #expect(!Self.problems(String(repeating: "${A}", count: 100_000)).isEmpty)
        #expect(!Self.problems("log: \"" + String(repeating: "${A", count: 100_000) + "\"").isEmpty)
    }

    @Test(arguments: [
        "(", ")", "/*", "/* ", "*/", "$a$", "$$", "E'\\\\", "''", "'", ":a", ":a ", "::", "--", ";", "\\\"", "a\\n",
        "$",
    ])
    func longSQLIsReadInTime(part: String) {
        let sql = String(repeating: part, count: 100_000 / part.utf8.count)
        let text = """
            connections: { data: { url: "file:///srv/data" }, main: { url: "postgres://db" } }
            queries: { q: { in: main, sql: "SELECT \(sql)" } }
            tasks: { t: { rows: { in: main, table: t, time: a, where: "\(sql)" }, remove: { older_than: 1h } } }
            """
        #expect(Self.problems(text).count <= 2)
    }

    @Test func manyParametersAreComparedInTime() {
        let known = (0..<10_000).map { "p\($0): 1h" }.joined(separator: ", ")
        let used = (0..<20_000).map { "a < :q\($0)" }.joined(separator: " AND ")
        let rows = "{ in: main, table: t, time: a, where: \"\(used)\", params: { \(known) } }"
        let text = """
            connections: { main: { url: "postgres://db" } }
            tasks: { t: { rows: \(rows), remove: { older_than: 1h } } }
            """
        #expect(Self.problems(text).count == 5)
    }

    @Test func manyConnectionsAreComparedInTime() {
        var text = "connections:\n"
        for index in 0..<1000 { text += "  c\(index): { url: \"file:///srv/\(index)\" }\n" }
        text += "tasks: { t: { files: { in: c0 }, remove: { older_than: 1h } } }\n"
        #expect(Self.problems(text).isEmpty)
    }
}
