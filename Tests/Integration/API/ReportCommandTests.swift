import Foundation
import Support
import Testing

/// `cleanupd report` with the real binary: what it says is what was deleted.
@Suite(.timeLimit(.minutes(5)))
struct ReportCommandTests {
    private static let rest = """
          archive:
            files: { in: data, path: archive, match: ["*.txt"] }
            compress: { older_than: 1d }
          guarded:
            files: { in: data, path: guarded }
            remove: { older_than: 1d }
            limits: { max_items: 1 }
        """

    /// Six of ten logs and two of five backups are due, three texts can be compressed, and a guard refuses four files.
    private static func world() throws -> CallWorld {
        let world = try CallWorld.make(rest: rest)
        for name in ["archive", "guarded"] {
            try FileManager.default.createDirectory(
                atPath: world.folder.file("data/\(name)"),
                withIntermediateDirectories: true
            )
        }
        for number in 0..<3 { try world.write("archive/\(number).txt", days: 9, bytes: 100_000) }
        for number in 0..<4 { try world.write("guarded/\(number)", days: 9) }
        return world
    }

    /// What the folder lost, and what it holds: a dry run, a real one of all tasks, and one that is refused.
    private static func work(_ world: CallWorld) async throws -> Set<String> {
        let before = try files(world)
        try await world.cleanupd.run("run", "logs").check()
        try await world.cleanupd.run("run", "logs", "backups", "archive", "--force").check()
        #expect(try await world.cleanupd.run("run", "guarded", "--force").code == 4)
        // A second time there is nothing to do.
        try await world.cleanupd.run("run", "logs", "--force").check()
        return before.subtracting(try files(world))
    }

    private static func files(_ world: CallWorld) throws -> Set<String> {
        Set(try FileManager.default.subpathsOfDirectory(atPath: world.folder.file("data")))
    }

    private static func report(_ world: CallWorld, _ arguments: String...) async throws -> [String: Any] {
        let result = try await world.cleanupd.run(["report", "--json"] + arguments).check()
        #expect(result.text.split(separator: "\n").count == 1)
        return try #require(try JSONSerialization.jsonObject(with: result.output) as? [String: Any])
    }

    private static func history(_ world: CallWorld, _ serve: ServeProcess) async throws -> [[String: Any]] {
        var cleanupd = world.cleanupd
        cleanupd.environment["CLEANUPD_TOKEN"] = "token-of-view"
        let result = try await cleanupd.run(
            "history",
            "--json",
            "--limit",
            "1000",
            "--url",
            "http://127.0.0.1:\(serve.port)"
        ).check()
        return try result.text.split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    /// All sums of a report, to be compared.
    private static func total(_ report: [String: Any]) throws -> String {
        let total = try #require(report["total"] as? [String: Any])
        return String(decoding: try JSONSerialization.data(withJSONObject: total, options: .sortedKeys), as: UTF8.self)
    }

    /// The figures of a task in a report.
    private static func figures(_ task: String, _ report: [String: Any]) throws -> [String: Any] {
        let entry = try #require(report.list("tasks").first { $0.text("task") == task })
        return try #require((entry["sums"] as? [String: Any])?["period"] as? [String: Any])
    }

    // MARK: Figures

    @Test func theReportIsWhatWasDeletedAndWhatTheHistorySays() async throws {
        let world = try Self.world()
        let lost = try await Self.work(world)
        #expect(lost.count == 6 + 2 + 3)
        let alone = try await Self.report(world, "--since", "1d")
        try await withServe(world.cleanupd) { serve in
            let runs = try await Self.history(world, serve)
            let report = try await Self.report(world, "--since", "1d")
            #expect(try Self.total(report) == Self.total(alone))
            let real = runs.filter { $0.flag("dry_run") == false }
            for task in ["logs", "backups", "archive", "guarded"] {
                let own = real.filter { $0.text("task") == task }
                let figures = try Self.figures(task, report)
                for (name, member) in [
                    "items": "deleted", "bytes": "bytes", "compressed": "compressed", "failed": "failed",
                ] {
                    let expected = own.reduce(0) { $0 + ($1.integer(member) ?? 0) }
                    #expect(figures.integer(name) == expected, "\(task) \(name)")
                }
                for outcome in Set(own.compactMap { $0.text("outcome") }) {
                    #expect(figures.integer("runs", outcome) == own.count { $0.text("outcome") == outcome }, "\(task)")
                }
            }
            #expect(try Self.figures("logs", report).integer("items") == 6)
            #expect(try Self.figures("backups", report).integer("items") == 2)
            #expect(try Self.figures("archive", report).integer("compressed") == 3)
            #expect(try Self.figures("logs", report).integer("dry_runs") == 1)
            #expect(report.integer("total", "period", "items") == 8)
            #expect(report.integer("failures", "total") == 1)
            let failure = try #require(report.list("failures", "runs").first)
            #expect(failure.text("outcome") == "refused" && failure.text("task") == "guarded")
            #expect(failure.text("message")?.isEmpty == false)
            #expect(report.list("trend").reduce(0) { $0 + ($1.integer("items") ?? 0) } == 8)
            #expect(await serve.terminate().code == 0)
        }
        // The service is gone, and all that it did was to look.
        let afterwards = try await Self.report(world, "--since", "1d")
        #expect(try Self.total(afterwards) == Self.total(alone))
    }

    @Test func whatTheHistoryDoesNotReachIsSaidInAllThreeForms() async throws {
        let world = try Self.world()
        _ = try await Self.work(world)
        let report = try await Self.report(world)
        #expect(report.flag("whole") == false && report.flag("before_whole") == false)
        #expect(report.text("total", "items_change", "kind") == "unknown")
        let notes = try #require(report["notes"] as? [String])
        #expect(notes.contains { $0.hasPrefix("This report is not whole. The history begins at ") })
        // Compressed files give bytes back, and that is named.
        #expect(notes.contains { $0.contains("runs that compressed files as well") })
        let text = try await world.cleanupd.run("report").check().text
        let html = try await world.cleanupd.run("report", "--html", "-").check().text
        for note in notes {
            // What the history began with is the same in each.
            let words = String(note.prefix(60))
            #expect(text.contains("NOTE: \(words)"), "\(text)")
            #expect(html.contains(words), "\(html)")
        }
        #expect(text.contains("Deleted:     8 items (unknown); before: not known"), "\(text)")
        #expect(report.list("trend").allSatisfy { $0.flag("before_whole") == false })
        #expect(html.hasPrefix("<!DOCTYPE html>") && html.hasSuffix("</html>\n"))
    }

    @Test func aRunWithoutAnEndIsNamed() async throws {
        let world = try Self.world()
        _ = try await Self.work(world)
        let state = world.folder.file("state/cleanup.db")
        let script = "UPDATE run SET ended_at = NULL, outcome = NULL WHERE task = 'backups'"
        try await Command.run("/usr/bin/env", ["sqlite3", state, script]).check()
        let report = try await Self.report(world, "--since", "1d")
        #expect(report.integer("unfinished", "total") == 1)
        #expect(report.list("unfinished", "runs").first?.text("state") == "interrupted")
        #expect(try Self.figures("backups", report).integer("items") == 0)
        let notes = try #require(report["notes"] as? [String])
        #expect(notes.contains { $0.hasPrefix("Runs without an end: 1. They began before the end of the period") })
    }

    @Test func whatTheHistoryHoldsSteersNeitherBrowserNorTerminal() async throws {
        let world = try Self.world()
        _ = try await Self.work(world)
        let state = world.folder.file("state/cleanup.db")
        let script =
            "UPDATE run SET task = '<script>alert(1)</script>', message = '\"><img src=x>' || char(27) || '[31m' "
            + "WHERE task = 'guarded'"
        try await Command.run("/usr/bin/env", ["sqlite3", state, script]).check()
        let html = try await world.cleanupd.run("report", "--html", "-").check()
        #expect(html.text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(!html.text.contains("<script") && !html.text.contains("<img"))
        // A parser that forgives nothing.
        let parse = "import sys, xml.etree.ElementTree as tree; tree.fromstring(sys.stdin.buffer.read())"
        try await Command.run("/usr/bin/env", ["python3", "-c", parse], input: html.output).check()
        let text = try await world.cleanupd.run("report").check().text
        #expect(text.contains(#""><img src=x>\x1B[31m"#), "\(text)")
        #expect(!text.contains("\u{1B}"))
        let report = try await Self.report(world)
        let other = try #require(report.list("tasks").first { $0.text("task") == "<script>alert(1)</script>" })
        #expect(other.flag("known") == false)
    }

    @Test func aStateInPostgreSQLIsReportedAsWell() async throws {
        let world = try Self.world()
        let file = world.folder.file("cleanup.yaml")
        try await PostgresTestServer.shared.withDatabase { url in
            let text = try String(contentsOfFile: file, encoding: .utf8)
            let own = text.replacing("sqlite:\(world.folder.file("state/cleanup.db"))", with: "\"\(url)\"")
            try Data(own.utf8).write(to: URL(fileURLWithPath: file))
            let empty = try await world.cleanupd.run("report")
            #expect(empty.code == 1)
            #expect(empty.errorText.contains("nothing has run here yet"), "\(empty.errorText)")
            _ = try await Self.work(world)
            let report = try await Self.report(world, "--since", "1d")
            #expect(report.integer("total", "period", "items") == 8)
            #expect(try Self.figures("archive", report).integer("compressed") == 3)
            #expect(report.integer("failures", "total") == 1)
        }
    }

    // MARK: Usage

    @Test func nothingIsWrittenButThePageThatWasAskedFor() async throws {
        let world = try Self.world()
        _ = try await Self.work(world)
        let page = world.folder.file("report.html")
        func tree() throws -> Set<String> {
            // SQLite's own files, which come and go with whoever has the state open.
            let all = try FileManager.default.subpathsOfDirectory(atPath: world.folder.path)
            return Set(all.filter { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") })
        }
        let before = try tree()
        let state = try Data(contentsOf: URL(fileURLWithPath: world.folder.file("state/cleanup.db")))
        let result = try await world.cleanupd.run("report", "--html", page).check()
        #expect(try tree().subtracting(before) == ["report.html"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: world.folder.file("state/cleanup.db"))) == state)
        #expect(result.text.hasPrefix("What cleanupd deleted from "))
        #expect(try String(contentsOfFile: page, encoding: .utf8).contains("What cleanupd deleted"))
        let lost = try await world.cleanupd.run("report", "--html", world.folder.file("none/report.html"))
        #expect(lost.code == 1)
        #expect(lost.errorText.contains("could not be written to"), "\(lost.errorText)")
    }

    @Test func anOldPageIsReplacedAndALinkToItStays() async throws {
        let world = try Self.world()
        _ = try await Self.work(world)
        let (link, target) = (world.folder.file("link.html"), world.folder.file("target.html"))
        let old = try await world.cleanupd.run("report", "--since", "2d", "--html", "-").check().text
        try Data((old + String(repeating: "x", count: 100_000)).utf8).write(to: URL(fileURLWithPath: target))
        try await world.cleanupd.run("report", "--html", target).check()
        let page = try String(contentsOfFile: target, encoding: .utf8)
        #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
        try Data(old.utf8).write(to: URL(fileURLWithPath: target))
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        try await world.cleanupd.run("report", "--html", link).check()
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
        #expect(try String(contentsOfFile: target, encoding: .utf8) != old)
        // A device is written through, and is one afterwards.
        let device = try await world.cleanupd.run("report", "--html", "/dev/full")
        #expect(device.code == 1)
        #expect(device.errorText.contains("could not be written to /dev/full"), "\(device.errorText)")
        try await world.cleanupd.run("report", "--html", "/dev/null").check()
        #expect(try Self.type(of: "/dev/null") == .typeCharacterSpecial)
    }

    @Test(arguments: [
        ("state/cleanup.db", "is there and no page of cleanupd report"),
        ("foreign.html", "is there and no page of cleanupd report"), ("lock", "is there and empty"),
        ("nowhere", "is a link that leads to nothing"), ("toForeign", "is there and no page of cleanupd report"),
        ("pipe", "is there and no page of cleanupd report"), ("data", "is there and no page of cleanupd report"),
    ])
    func whatIsNoPageIsNotReplaced(_ name: String, _ words: String) async throws {
        let world = try Self.world()
        _ = try await Self.work(world)
        let manager = FileManager.default
        let foreign = world.folder.file("foreign.html")
        let mine = "<!DOCTYPE html>\n<html lang=\"en\">\n<title>mine</title>"
        try Data(mine.utf8).write(to: URL(fileURLWithPath: foreign))
        #expect(manager.createFile(atPath: world.folder.file("lock"), contents: Data()))
        try manager.createSymbolicLink(
            atPath: world.folder.file("nowhere"),
            withDestinationPath: world.folder.file("gone")
        )
        try manager.createSymbolicLink(atPath: world.folder.file("toForeign"), withDestinationPath: foreign)
        try await Command.run("/usr/bin/env", ["mkfifo", world.folder.file("pipe")]).check()
        let type = try Self.type(of: world.folder.file(name))
        let contents = type == .typeRegular ? manager.contents(atPath: world.folder.file(name)) : nil
        let result = try await world.cleanupd.run("report", "--html", world.folder.file(name))
        #expect(result.code == 2 && result.text.isEmpty, "\(result.text)")
        #expect(result.errorText.contains(words), "\(result.errorText)")
        #expect(try Self.type(of: world.folder.file(name)) == type)
        #expect(contents == nil || manager.contents(atPath: world.folder.file(name)) == contents)
        #expect(try String(contentsOfFile: foreign, encoding: .utf8) == mine)
        #expect(!manager.fileExists(atPath: world.folder.file("gone")))
    }

    private static func type(of path: String) throws -> FileAttributeType {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.type] as? FileAttributeType)
    }

    @Test func whereNothingHasRunThatIsSaid() async throws {
        let world = try Self.world()
        let report = try await world.cleanupd.run("report")
        #expect(report.code == 1)
        #expect(report.errorText.contains("There is no state file"), "\(report.errorText)")
        #expect(!FileManager.default.fileExists(atPath: world.folder.file("state/cleanup.db")))
    }

    @Test(arguments: [
        (["--since", "soon"], "--since: The duration"), (["--until", "2250-01-01"], "has not come yet"),
        (["--since", "2026-02-30"], "a date that does not exist"), (["--json", "--html", "-"], "name a file"),
        (["--since", "2026-01-02", "--until", "2026-01-01"], "is not before the end"),
    ])
    func whatIsNoPeriodIsBadUsage(_ arguments: [String], _ words: String) async throws {
        let world = try Self.world()
        let result = try await world.cleanupd.run(["report"] + arguments)
        #expect(result.code == 2)
        #expect(result.errorText.contains(words), "\(result.errorText)")
    }
}
