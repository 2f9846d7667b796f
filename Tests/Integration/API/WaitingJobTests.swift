import Foundation
import Support
import Testing

/// What somebody may do with a firing that waits until it is quiet.
@Suite(.timeLimit(.minutes(5)))
struct WaitingJobTests {
    /// A cycle that fires at the start, and never finds it quiet.
    private static func make() async throws -> CallWorld {
        let world = try CallWorld.make()
        let configuration = world.folder.file("cleanup.yaml")
        let text = try String(contentsOfFile: configuration, encoding: .utf8)
        let connection = "connections:\n  main: { url: \"sqlite:\(world.folder.file("main.db"))\" }"
        let cycle = """
            tasks: [logs, backups], at_start: true, \
            when_quiet: { in: main, query: "SELECT calm FROM load", at_latest: 1h } }
            """
        try text.replacing("connections:", with: connection, maxReplacements: 1)
            .replacing("tasks: [logs, backups] }", with: cycle, maxReplacements: 1)
            .write(toFile: configuration, atomically: true, encoding: .utf8)
        let table = "CREATE TABLE load (calm INTEGER); INSERT INTO load VALUES (0);"
        _ = try await Command.sqlite3(URL(fileURLWithPath: world.folder.file("main.db")), table)
        return world
    }

    /// The identity of the job, once it waits.
    private static func waiting(_ world: CallWorld, _ serve: ServeProcess) async throws -> String {
        try await serve.waitForFirst("cleanup_cycle_waits")
        let job = try await eventually(seconds: 30) {
            try await world.get(serve, "jobs?state=delayed").list("jobs").first
        }
        #expect(job?.integer("attempts") == 0)
        return try #require(job?.text("id"))
    }

    @Test func removedItIsOverForGood() async throws {
        let world = try await Self.make()
        try await withServe(world.cleanupd) { serve in
            let id = try await Self.waiting(world, serve)
            try await world.call(serve, "DELETE", "jobs/\(id)", as: .operate, expecting: 204)
            // Otherwise it counted as lost, and would be put in again.
            let query = """
                SELECT count(*) FROM stamp j JOIN stamp e ON e.scope = j.scope AND e.name = 'last_end'
                    WHERE j.scope = 'cycle:daily' AND j.name = 'last_job' AND e.value >= j.value
                """
            let state = URL(fileURLWithPath: world.folder.file("state/cleanup.db"))
            #expect(try await Command.sqlite3(state, query) == "1")
            #expect(try world.names("logs").count == 10)
            #expect(await serve.terminate().code == 0)
        }
    }

    @Test func runNowOpensTheGate() async throws {
        let world = try await Self.make()
        try await withServe(world.cleanupd) { serve in
            let id = try await Self.waiting(world, serve)
            try await world.call(serve, "POST", "jobs/\(id)/run", as: .operate)
            try await serve.waitForFirst("cleanup_job_complete")
            #expect(try world.names("logs").count == 4)
            #expect(await serve.terminate().code == 0)
        }
    }
}
