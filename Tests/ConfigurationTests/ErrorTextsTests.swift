import Testing
import Yams

@testable import CleanupConfiguration

/// The words of errors that no file of cases holds to the letter.
@Suite struct ErrorTextsTests {
    private static let file = "/etc/cleanupd/cleanup.yaml"

    private static func problems(_ text: String, isTask: Bool = false) -> [String] {
        BadFileTests.problems(of: CaseFile.Case(file: "", name: "", isTask: isTask, yaml: text, expected: []))
    }

    // MARK: Files

    @Test func aFolderCannotBeRead() {
        let error = #expect(throws: ConfigurationErrors.self) {
            try ConfigurationLoader(environment: [:]).load(file: "/tmp")
        }
        #expect(
            error?.description
                == "/tmp:1:1: the configuration cannot be read: Is a directory; "
                + "name another with --config or CLEANUPD_CONFIG"
        )
    }

    @Test func whatIsTooLargeIsProbablyAnotherFile() {
        let error = #expect(throws: ConfigurationErrors.self) {
            try ConfigurationLoader(environment: [:])
                .parse(text: String(repeating: "#", count: ConfigurationLoader.maximumBytes + 1), file: Self.file)
        }
        #expect(
            error?.description
                == "\(Self.file):1:1: the file is larger than 512 KiB, which no configuration is; is this the right file?"
        )
    }

    @Test func whatIsNoYAMLIsSaidWithoutQuotingIt() {
        let deep = SyntaxProblem.problem(of: YamlError.memory, in: "")
        #expect(deep.description == "1:1: the file is nested too deeply, or there is not enough memory to read it")
        #expect(
            SyntaxProblem.problem(of: CancellationError(), in: "").description == "1:1: this cannot be read as YAML"
        )
        #expect(
            Self.problems("a: &x 1\nb: [*x, *x, *x, *x, *x, *x, *x, *x, *x]\n") == [
                "2:1: anchors (&name) and aliases (*name) are not supported: write the value out; put globs in quotes; "
                    + "this file has more than 8"
            ]
        )
    }

    // MARK: Values

    @Test(
        arguments: [
            (
                "rows: { in: main, table: t, time: created_at, where: \"a /* /* */ b\" }",
                "1:54: tasks.t.rows.where: has a comment within a comment, whose end databases see differently; "
                    + "take one away"
            ),
            (
                "rows: { in: main, table: t, time: created_at, where: \"a -- b\\rc\" }",
                "1:54: tasks.t.rows.where: has a carriage return without a line feed in a comment; "
                    + "end its lines with line feeds"
            ),
            (
                "records: { in: tokens, at: 5, time: at }",
                "1:28: tasks.t.records.at: must be a JSON pointer such as \"/tokens\", found a whole number"
            ),
        ]
    )
    func aSourceIsRefusedInWords(_ source: String, _ expected: String) {
        #expect(Self.problems(source + "\nremove: { older_than: 1h }\n", isTask: true) == [expected])
    }

    @Test func aGlobOfKeysFromAVariableIsNotQuoted() {
        let text = """
            keys: { in: cache, match: "session:*" }
            remove: { idle_for: 1h }
            keep: { match: ['${WORD}[]a]'] }
            """
        #expect(
            Self.problems(text, isTask: true) == [
                "3:17: tasks.t.keep.match[0]: is no glob of keys; write for example session:*"
            ]
        )
    }

    @Test func anEndpointThatIsNoTextIsRefusedInWords() {
        let text = """
            connections: { bundles: { url: s3://previews, endpoint: 5 } }
            tasks: { t: { objects: { in: bundles }, remove: { older_than: 1h } } }
            """
        #expect(
            Self.problems(text) == [
                "1:57: connections.bundles.endpoint: must be a URL such as https://s3.example.org, found a whole number"
            ]
        )
    }

    @Test func aSecretThatIsAListIsRefusedInWords() {
        let text = """
            connections: { data: { url: "file:///srv/data" } }
            tasks:
              a: { files: { in: data, path: a }, remove: { older_than: 1h } }
            cycles:
              c: { every: 1h, notify: [{ on: [failed], webhook: "https://x", secret: [a] }], tasks: [a] }
            """
        #expect(
            Self.problems(text) == [
                "5:74: cycles.c.notify[0].secret: must be a text, or { file: PATH }, found a list"
            ]
        )
    }

    @Test func coordinationThatIsAListIsRefusedInWords() {
        let text = """
            coordination: [local]
            connections: { data: { url: "file:///srv/data" } }
            tasks: { t: { files: { in: data }, remove: { older_than: 1h } } }
            """
        #expect(
            Self.problems(text) == [
                "1:15: coordination: must be \"local\" or a URL of Redis, or a section of keys, found a list"
            ]
        )
    }

    // MARK: Warnings

    @Test func aHistoryThatOthersDoNotSeeIsWarnedOfInWords() throws {
        let text = """
            coordination: redis://cache
            connections: { cache: { url: "redis://cache" } }
            tasks: { t: { keys: { in: cache, match: "session:*" }, remove: { idle_for: 5m } } }
            """
        #expect(
            try GoodFileTests.load(text).warnings.map(\.message) == [
                "other replicas do not see the history in /etc/cleanupd/cleanup-state.db, a file of this machine; "
                    + "write state: postgres://…, which all of them share"
            ]
        )
    }

    @Test func copiesOfWhatIsNeverRemovedAreWarnedOfInWords() throws {
        let text = """
            connections: { data: { url: "file:///srv/data" }, vault: { url: "s3://vault" } }
            tasks: { t: { files: { in: data }, compress: { older_than: 30d }, archive_to: { in: vault } } }
            """
        #expect(
            try GoodFileTests.load(text).warnings.map(\.message) == [
                "nothing is ever copied: the task only compresses; say what it removes"
            ]
        )
    }
}
