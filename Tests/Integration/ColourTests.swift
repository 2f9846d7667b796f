import Foundation
import Support
import Testing

/// Colours on a terminal, made by script(1), and nowhere else.
@Suite(.timeLimit(.minutes(5)))
struct ColourTests {
    private static let green = "\u{1B}[32msuccess\u{1B}[0m"

    @Test(arguments: [
        (["TERM": "xterm"], true), (["TERM": "xterm", "NO_COLOR": "1"], false), (["TERM": "dumb"], false),
        (["TERM": "xterm", "NO_COLOR": ""], true),
    ])
    func outcomesAreColouredOnATerminalThatMay(environment: [String: String], isColoured: Bool) async throws {
        let folder = try Self.folder()
        let typed = "'\(try CleanupdProcess.binary())' plan --config '\(folder.file("cleanup.yaml"))'"
        let script = try await Command.run(
            "/usr/bin/script",
            ["--quiet", "--return", "--command", typed, "/dev/null"],
            environment: CleanupdProcess(environment: environment).wholeEnvironment
        )
        #expect(script.code == 0, "\(script.text)")
        #expect(script.text.contains("success"))
        #expect(script.text.contains(Self.green) == isColoured)
        #expect(script.text.contains("\u{1B}") == isColoured)
    }

    @Test func aPipeGetsPlainWords() async throws {
        let folder = try Self.folder()
        let cleanupd = CleanupdProcess(environment: ["TERM": "xterm", "CLEANUPD_CONFIG": folder.file("cleanup.yaml")])
        let answer = try await cleanupd.run("plan")
        #expect(answer.code == 0, "\(answer.errorText)")
        #expect(answer.text.contains(": success"))
        #expect(!answer.text.contains("\u{1B}"))
    }

    private static func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let uploads = folder.url.appending(path: "uploads")
        try FileManager.default.createDirectory(at: uploads, withIntermediateDirectories: false)
        let configuration = """
            state: "sqlite:\(folder.file("state.db"))"
            connections:
              place: { url: "file://\(uploads.path)" }
            tasks:
              uploads: { files: { in: place }, remove: { older_than: 30d } }
            cycles:
              daily: { every: 1d, tasks: [uploads] }
            """
        try Data(configuration.utf8).write(to: folder.url.appending(path: "cleanup.yaml"))
        return folder
    }
}
