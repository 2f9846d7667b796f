import Foundation
import Support
import Testing

/// Files that go by what a query says, which names instants of its task: on either engine, by the real binary.
@Suite(.timeLimit(.minutes(10)))
struct QueryInstantTests {
    /// All have been untouched on disk for long; how many days ago the database saw them used.
    private static let used = ["r0": 120, "r1": 40, "r2": 5]

    private static func rest(_ engine: RowsWorld.Engine) -> String {
        let format = engine == .sqlite ? ", time_format: epoch" : ""
        return """
            cycles:
              yearly:
                schedule: "0 3 1 1 *"
                tasks: [repos]
                settings: { in: app, table: settings, columns: { retention_days: days } }
            tasks:
              repos:
                files: { in: data, path: repos, match: ["*.git"] }
                remove:
                  older_than: { setting: retention_days, default: 90d }
                  listed_by: [{ in: app, query: "SELECT path FROM uses WHERE used < :cutoff"\(format) }]
                keep: { referenced_by: [{ in: app, query: "SELECT path FROM pins WHERE until > :now"\(format) }] }
            """
    }

    /// The type of a time on an engine, and one that lies so many hours from now.
    private static func column(_ engine: RowsWorld.Engine) -> String { engine == .sqlite ? "integer" : "timestamptz" }

    private static func time(_ engine: RowsWorld.Engine, hours: Int) -> String {
        engine == .sqlite ? "strftime('%s', 'now') + \(hours * 3_600)" : "now() + interval '\(hours) hours'"
    }

    private static func with(
        _ engine: RowsWorld.Engine,
        _ body: (RowsWorld, CleanupdProcess) async throws -> Void
    ) async throws {
        try await RowsWorld.with(engine, due: 1) { world in
            let type = Self.column(engine)
            let rows = Self.used.map { "('repos/\($0).git', \(Self.time(engine, hours: -24 * $1)))" }
            try await world.sql(
                """
                CREATE TABLE settings (days integer); INSERT INTO settings VALUES (30);
                CREATE TABLE pins (path text, until \(type));
                CREATE TABLE uses (path text, used \(type)); INSERT INTO uses VALUES \(rows.joined(separator: ", "));
                """
            )
            let folder = world.folder.appendingPathComponent("data/repos")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for name in Self.used.keys {
                let file = folder.appendingPathComponent("\(name).git")
                try Data("x".utf8).write(to: file)
                let date = Date(timeIntervalSinceNow: -400 * 86_400)
                try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file.path)
            }
            try await body(world, try world.replica("state", Self.rest(engine)))
        }
    }

    private static func planned(_ cleanupd: CleanupdProcess, _ arguments: String...) async throws -> Set<String> {
        let plan = try await cleanupd.run(["plan", "repos", "--json"] + arguments).check()
        return try ReportLine.parse(plan.output).items(of: "repos", "remove")
    }

    private static func left(_ world: RowsWorld) throws -> [String] {
        let folder = world.folder.appendingPathComponent("data/repos").path
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    @Test(arguments: RowsWorld.Engine.allCases)
    func theAgeThatIsSetIsThatOfTheQueryAndNothingYoungerGoes(_ engine: RowsWorld.Engine) async throws {
        try await Self.with(engine) { world, cleanupd in
            let (oldest, next) = ("repos/r0.git", "repos/r1.git")
            #expect(try await Self.planned(cleanupd) == [oldest, next])
            #expect(try await Self.planned(cleanupd, "--older-than", "130d").isEmpty)
            let later = Date(timeIntervalSinceNow: 26 * 86_400).ISO8601Format()
            #expect(try await Self.planned(cleanupd, "--at", later) == [oldest, next, "repos/r2.git"])
            try await world.sql("UPDATE settings SET days = 100")
            #expect(try await Self.planned(cleanupd) == [oldest])
            let run = try await cleanupd.run("run", "repos", "--force")
            #expect(run.code == 0, "\(run.errorText)")
            #expect(try Self.left(world) == ["r1.git", "r2.git"])
        }
    }

    @Test(arguments: RowsWorld.Engine.allCases)
    func aSealedPlanAsksAgainAndIsOfItsOwnAge(_ engine: RowsWorld.Engine) async throws {
        try await Self.with(engine) { world, cleanupd in
            func save() async throws -> String {
                let saved = try await cleanupd.run("plan", "repos", "--save", "--json").check()
                let id = try #require(saved.text.firstMatch(of: /"plan":"([^"]+)"/)?.1)
                return String(id)
            }
            let first = try await save()
            try await world.sql("UPDATE settings SET days = 29")
            let refused = try await cleanupd.run("apply", first)
            #expect(refused.code == 4 && refused.errorText.contains("another policy"), "\(refused.errorText)")
            #expect(try Self.left(world).count == 3)
            let second = try await save()
            let now = Self.time(engine, hours: 0)
            try await world.sql("UPDATE uses SET used = \(now) WHERE path = 'repos/r1.git'")
            let applied = try await cleanupd.run("apply", second, "--json")
            #expect(applied.code == 0, "\(applied.errorText)")
            let lines = try ReportLine.parse(applied.output)
            #expect(lines.first { $0.item == "repos/r1.git" }?.outcome == "changed")
            #expect(try Self.left(world) == ["r1.git", "r2.git"])
        }
    }

    @Test(arguments: RowsWorld.Engine.allCases)
    func aReferenceHoldsUntilItsTimeHasCome(_ engine: RowsWorld.Engine) async throws {
        try await Self.with(engine) { world, cleanupd in
            let (soon, past) = (Self.time(engine, hours: 1), Self.time(engine, hours: -1))
            try await world.sql("INSERT INTO pins VALUES ('repos/r0.git', \(soon)), ('repos/r1.git', \(past))")
            #expect(try await Self.planned(cleanupd) == ["repos/r1.git"])
            let later = Date(timeIntervalSinceNow: 2 * 3_600).ISO8601Format()
            #expect(try await Self.planned(cleanupd, "--at", later) == ["repos/r0.git", "repos/r1.git"])
        }
    }
}
