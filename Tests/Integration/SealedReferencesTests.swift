import Foundation
import Support
import Testing

/// A plan that was saved, and what is referred to since.
@Suite(.timeLimit(.minutes(10)))
struct SealedReferencesTests {
    private static func save(_ cleanupd: CleanupdProcess, _ task: String) async throws -> (id: String, remove: Int) {
        let saved = try await cleanupd.run("plan", task, "--save", "--json")
        #expect(saved.code == 0, "\(saved.errorText)")
        let lines = saved.text.split(separator: "\n")
        let id = try #require(lines.last?.firstMatch(of: /"plan":"([^"]+)"/)?.1)
        let remove = try #require(saved.text.firstMatch(of: /"remove":([0-9]+)/)?.1)
        return (String(id), Int(remove) ?? -1)
    }

    private static func apply(
        _ cleanupd: CleanupdProcess,
        _ id: String
    ) async throws -> (result: Command.Result, lines: [ReportLine]) {
        let result = try await cleanupd.run("apply", id, "--json")
        return (result, try ReportLine.parse(result.output))
    }

    // MARK: Files

    @Test func directoryThatAJobHasTakenSinceThePlanStaysAndOneThatWasLeftIsNotInIt() async throws {
        try await Example.with("hivesync", roots: HiveSyncTests.roots) { example in
            let before = try example.manifest()
            let plan = try await Self.save(example.cleanupd, "tmp_dirs")
            #expect(plan.remove == 3)
            try await example.sql(
                """
                UPDATE background_jobs SET status = 'running', working_dir = '/data/tmp/preview-job-17/x' WHERE id = 17;
                UPDATE background_jobs SET status = 'completed' WHERE id = 21
                """
            )
            let (result, lines) = try await Self.apply(example.cleanupd, plan.id)
            #expect(result.code == 0, "\(result.errorText)")
            #expect(lines.first { $0.item == "tmp/preview-job-17" }?.outcome == "changed")
            #expect(try lines.summary(of: "tmp_dirs").deleted == 2)
            let removed = try example.manifest().difference(from: before).removed
            #expect(!removed.contains { $0.hasPrefix("tmp/preview-job-17") || $0.hasPrefix("tmp/preview-job-21") })
            #expect(removed.contains("tmp/preview-job-18") && removed.contains("tmp/clone-1700000000-abc123"))
        }
    }

    @Test func orphanThatWasAdoptedSinceThePlanStays() async throws {
        try await Example.with("hivesync", roots: HiveSyncTests.roots) { example in
            let before = try example.manifest()
            let plan = try await Self.save(example.cleanupd, "orphaned_previews")
            #expect(plan.remove == 1)
            try await example.sql(
                "INSERT INTO preview_sessions (id, status, created_at, updated_at) VALUES (1300, 'ready', now(), now())"
            )
            let (result, lines) = try await Self.apply(example.cleanupd, plan.id)
            #expect(result.code == 0, "\(result.errorText)")
            #expect(lines.first { $0.item == "previews/1300" }?.outcome == "changed")
            #expect(try lines.summary(of: "orphaned_previews").deleted == 0)
            #expect(try example.manifest() == before)
        }
    }

    /// A database that has lost its sessions names nothing, and would make an orphan of everything.
    @Test(arguments: ["DELETE FROM preview_sessions", "DELETE FROM preview_sessions WHERE id > 1240"])
    func orphansOfADatabaseThatForgotSinceThePlanStay(_ loss: String) async throws {
        try await Example.with("hivesync", roots: HiveSyncTests.roots) { example in
            let before = try example.manifest()
            // A run that was not refused remembers how much was named.
            let run = try await example.cleanupd.run("run", "orphaned_previews", "--force")
            #expect(run.code == 0, "\(run.errorText)")
            let plan = try await Self.save(example.cleanupd, "orphaned_previews")
            let after = try example.manifest()
            #expect(after != before)
            try await example.sql(loss)
            let (result, lines) = try await Self.apply(example.cleanupd, plan.id)
            #expect(result.code == 4, "\(result.errorText)")
            #expect(try lines.summary(of: "orphaned_previews").outcome == "refused")
            #expect(try example.manifest() == after)
        }
    }

    // MARK: Rows

    /// Where the references of rows lie: beside the rows, or on another connection.
    private static let places = ["app", "other"]

    private static func tasks(_ place: String, _ query: String = "SELECT log FROM pins") -> String {
        """
        tasks:
          logs:
            rows: { in: app, table: logs, key: id, time: created_at }
            remove: { older_than: 30d }
            keep: { referenced_by: [ { in: \(place), query: "\(query)" } ] }
        """
    }

    private static func pin(_ ids: [Int], _ place: String, _ world: RowsWorld) async throws {
        let sql = "INSERT INTO pins VALUES " + ids.map { "(\($0))" }.joined(separator: ", ")
        guard place == "other" else {
            try await world.sql(sql)
            return
        }
        try await Command.sqlite3(world.folder.appendingPathComponent("other.db"), sql)
    }

    private static func with(
        _ engine: RowsWorld.Engine,
        _ place: String,
        _ body: (RowsWorld, CleanupdProcess) async throws -> Void
    ) async throws {
        try await RowsWorld.with(engine, due: 200) { world in
            let make = "CREATE TABLE pins (log integer NOT NULL)"
            try await world.sql(make)
            try await Command.sqlite3(world.folder.appendingPathComponent("other.db"), make)
            try await pin([5, 6], place, world)
            try await body(world, try world.replica("state", connections: Self.other, tasks(place)))
        }
    }

    private static let other = #"other: { url: "sqlite:other.db" }"#

    @Test(arguments: RowsWorld.Engine.allCases, Self.places)
    func rowThatIsReferredToSinceThePlanStays(_ engine: RowsWorld.Engine, _ place: String) async throws {
        try await Self.with(engine, place) { world, cleanupd in
            let plan = try await Self.save(cleanupd, "logs")
            #expect(plan.remove == 198)
            try await Self.pin([100, 101, 102], place, world)
            // Old only since the plan was made.
            let late =
                engine == .sqlite
                ? "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-30 days')" : "now() - interval '30 days'"
            try await world.sql("UPDATE logs SET created_at = \(late) WHERE id = 250")
            let (result, lines) = try await Self.apply(cleanupd, plan.id)
            #expect(result.code == 0, "\(result.errorText)")
            #expect(try lines.summary(of: "logs").deleted == 195)
            #expect(try await world.sql("SELECT id FROM logs WHERE id <= 200 ORDER BY id") == "5\n6\n100\n101\n102")
            #expect(try await world.count(where: "id > 200") == RowsWorld.young)
            let again = try await cleanupd.run("apply", plan.id)
            #expect(again.code == 4 && again.errorText.contains("applied already"), "\(again.errorText)")
        }
    }

    @Test(arguments: RowsWorld.Engine.allCases, Self.places)
    func planWhoseReferenceCannotBeReadAnyMoreRemovesNothing(
        _ engine: RowsWorld.Engine,
        _ place: String
    ) async throws {
        try await Self.with(engine, place) { world, cleanupd in
            let plan = try await Self.save(cleanupd, "logs")
            if place == "other" {
                try await Command.sqlite3(world.folder.appendingPathComponent("other.db"), "DROP TABLE pins")
            } else {
                try await world.sql("DROP TABLE pins")
            }
            let (result, lines) = try await Self.apply(cleanupd, plan.id)
            // Beside the rows it is a part of the statement, and looks like a table of the task that is not there.
            let outcome = place == "other" ? "failed" : "skipped"
            #expect(result.code == (place == "other" ? 1 : 3), "\(result.errorText)")
            #expect(try lines.summary(of: "logs").outcome == outcome)
            #expect(try await world.state("state", "SELECT outcome FROM run") == outcome)
            #expect((result.errorText + result.text).contains("pins"), "\(result.errorText)\(result.text)")
            #expect(try await world.count() == 200 + RowsWorld.young)
        }
    }

    @Test func planOfAnotherReferenceIsOfAnotherPolicy() async throws {
        try await Self.with(.sqlite, "app") { world, cleanupd in
            let plan = try await Self.save(cleanupd, "logs")
            let query = "SELECT log FROM pins WHERE log > 5"
            let other = try world.replica("state", connections: Self.other, Self.tasks("app", query))
            let applied = try await other.run("apply", plan.id)
            #expect(applied.code == 4)
            #expect(applied.errorText.contains("another policy"), "\(applied.errorText)")
            #expect(try await world.count() == 200 + RowsWorld.young)
        }
    }
}
