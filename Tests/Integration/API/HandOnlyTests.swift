import Foundation
import Support
import Testing

/// Tasks that run by hand only, with filters: never without one, whoever asks.
@Suite(.timeLimit(.minutes(5)))
struct HandOnlyTests {
    private static func make() async throws -> CallWorld {
        let task = """
              rows:
                rows: { in: main, table: jobs, key: id, where: "status = 'done'" }
                filters: { blocked: { type: flag, sql: "blocked = 1" } }
                limits: { max_percent: 100 }
            """
        let world = try CallWorld.make(rest: task)
        let configuration = world.folder.file("cleanup.yaml")
        let text = try String(contentsOfFile: configuration, encoding: .utf8)
        let connection = "connections:\n  main: { url: \"sqlite:\(world.folder.file("jobs.db"))\" }"
        try text.replacing("connections:", with: connection, maxReplacements: 1)
            .write(toFile: configuration, atomically: true, encoding: .utf8)
        try await sql(
            world,
            """
            CREATE TABLE jobs (id INTEGER PRIMARY KEY, status TEXT, blocked INTEGER);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10)
            INSERT INTO jobs SELECT i, 'done', i % 2 FROM n;
            """
        )
        return world
    }

    @discardableResult
    private static func sql(_ world: CallWorld, _ sql: String) async throws -> String {
        try await Command.sqlite3(URL(fileURLWithPath: world.folder.file("jobs.db")), sql)
    }

    @Test func withoutAFilterNothingGoes() async throws {
        let world = try await Self.make()
        for arguments in [["run", "rows", "--force"], ["run", "rows", "--force", "--filter", "blocked=false"]] {
            let run = try await world.cleanupd.run(arguments)
            #expect(run.code == 4, "\(arguments): \(run.text)\(run.errorText)")
        }
        try await withServe(world.cleanupd) { serve in
            let bare = #"{"tasks":["rows"],"dry_run":false}"#
            try await world.call(serve, "POST", "run?wait=true", bare, expecting: 400)
            let flag = #"{"tasks":["rows"],"dry_run":false,"filters":{"blocked":false}}"#
            let run = try await world.call(serve, "POST", "run?wait=true", flag)
            #expect(run.text("outcome") == "refused")
            try await world.call(serve, "POST", "plans", #"{"tasks":["rows"]}"#, expecting: 422)
            #expect(try await Self.sql(world, "SELECT count(*) FROM jobs") == "10")

            let blocked = #"{"tasks":["rows"],"dry_run":false,"filters":{"blocked":true}}"#
            let real = try await world.call(serve, "POST", "run?wait=true", blocked)
            #expect(real.integer("tasks", "rows", "deleted") == 5)
            #expect(try await Self.sql(world, "SELECT count(*) FROM jobs WHERE blocked = 0") == "5")
            #expect(await serve.terminate().code == 0)
        }
    }
}
