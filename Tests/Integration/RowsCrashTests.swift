import Foundation
import Support
import Testing

/// `kill -9` of the program in the midst of its batches, and what the next run makes of it.
@Suite(.timeLimit(.minutes(10)))
struct RowsCrashTests {
    private static let batch = 50

    /// - Parameter pause: between two batches; long where the run must not be done before somebody looks.
    private static func tasks(_ action: String, pause: String = "0ms") -> String {
        """
        tasks:
          logs:
            rows: { in: app, table: logs, time: created_at }
            remove: { older_than: 30d }
            pace: { batch: \(batch), pause: \(pause) }
            action: \(action)
        """
    }

    /// The action, what is left to do, and the column of the run that counts it.
    private static let actions = [
        "delete": ("1 = 1", "deleted"), "{ set: { archived: 1 } }": ("archived = 0", "updated"),
    ]

    @Test(.tags(.d9), arguments: RowsWorld.Engine.allCases, Self.actions.keys.sorted())
    func whatARunThatWasKilledLeftIsTakenUpAndNothingIsInvented(
        _ engine: RowsWorld.Engine,
        _ action: String
    ) async throws {
        let (undone, column) = try #require(Self.actions[action])
        try await RowsWorld.with(engine, due: 3_000) { world in
            let slow = try world.replica("state", Self.tasks(action, pause: "1s"))
            var left = try await world.count(where: undone)
            var gone: [Int] = []
            for _ in 0..<2 {
                try await killInTheMidst(slow)
                let now = try await settled(world, undone)
                try #require(now < left && now > RowsWorld.young, "it was to be killed in the midst of its work")
                gone.append(left - now)
                left = now
            }
            let cleanupd = try world.replica("state", Self.tasks(action))
            let run = try await cleanupd.run(["run", "--force", "logs"] + world.metricsFile("last"))
            #expect(run.code == 0, "\(run.errorText)")
            #expect(try await world.count(where: undone) == RowsWorld.young)
            #expect(try await world.count(where: "id > 3000 AND archived = 0") == RowsWorld.young)
            gone.append(left - RowsWorld.young)
            try await expectBooks(of: world, gone, column)
            let metrics = try await world.metrics("last")
            #expect(metrics.sum("cleanup_items_\(column)_total", task: "logs") == Double(gone[2]))
            #expect(metrics[#"cleanup_task_run_failures_total{reason="crash",task="logs"}"#] == 1)
            #expect(metrics.sum("cleanup_item_failures_total", task: "logs") == 0)
            #expect(metrics.sum("cleanup_overdue_items", task: "logs") == 0)
            if engine == .sqlite { #expect(try await world.sql("PRAGMA integrity_check") == "ok") }
        }
    }

    /// A run that had nothing to do has ended all the same.
    @Test func runThatWasSkippedIsNoCrash() async throws {
        try await RowsWorld.with(.sqlite, due: 10) { world in
            let cleanupd = try world.replica("state", Self.tasks("delete"))
            try await world.sql("ALTER TABLE logs RENAME TO other")
            #expect(try await cleanupd.run("run", "--force", "logs").code == 3)
            try await world.sql("ALTER TABLE other RENAME TO logs")
            let run = try await cleanupd.run(["run", "--force", "logs"] + world.metricsFile("last"))
            #expect(run.code == 0, "\(run.errorText)")
            #expect(try await world.state("state", "SELECT outcome FROM run ORDER BY number") == "skipped\nsuccess")
            let metrics = try await world.metrics("last")
            #expect(metrics[#"cleanup_task_run_failures_total{reason="crash",task="logs"}"#] == 0)
        }
    }

    /// As soon as it says that a batch is done.
    private func killInTheMidst(_ cleanupd: CleanupdProcess) async throws {
        try await withRunning(cleanupd, ["run", "--force", "logs"]) { running in
            try await running.waitFor("log_cleanup_batch")
            await running.kill9()
        }
    }

    /// What is undone once no session of the one that was killed is left.
    private func settled(_ world: RowsWorld, _ undone: String) async throws -> Int {
        let sessions = """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'cleanupd%'
            """
        while world.engine == .postgres, try await world.number(sessions) > 0 {}
        return try await world.count(where: undone)
    }

    /// A batch that was under way when the process died may be missing in the ledger; nothing in it is untrue.
    private func expectBooks(of world: RowsWorld, _ gone: [Int], _ column: String) async throws {
        let runs = try await world.state(
            "state",
            "SELECT outcome || ' ' || coalesce(failure, '-') || ' ' || \(column) FROM run ORDER BY number"
        ).split(separator: "\n").map { $0.split(separator: " ") }
        #expect(runs.map { $0.prefix(2).joined(separator: " ") } == ["failed crash", "failed crash", "success -"])
        let told = runs.compactMap { Int($0[2]) }
        try #require(told.count == 3)
        for run in 0..<2 {
            #expect(told[run] <= gone[run])
            #expect(told[run] >= gone[run] - Self.batch)
        }
        #expect(told[2] == gone[2])
        let others = ["deleted", "updated", "gone", "changed", "failed"].filter { $0 != column }
        let wrong = others.joined(separator: " + ")
        #expect(try await world.state("state", "SELECT sum(\(wrong)) FROM run") == "0")
        let open = "SELECT count(*) FROM batch WHERE rows IS NULL GROUP BY run HAVING count(*) > 1"
        #expect(try await world.state("state", open).isEmpty)
    }
}
