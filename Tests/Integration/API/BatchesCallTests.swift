import Foundation
import Support
import Testing

/// How many batches a run has taken, as everybody tells it.
@Suite(.timeLimit(.minutes(5)))
struct BatchesCallTests {
    private static let tasks = """
        cycles:
          yearly: { schedule: "0 0 1 1 *", tasks: [logs] }
        tasks:
          logs:
            rows: { in: app, table: logs, time: created_at }
            remove: { older_than: 30d }
            pace: { batch: 50 }
        """

    private static func get(_ serve: ServeProcess, _ path: String) async throws -> [String: Any] {
        let answer = try await serve.request("/api/cleanup/\(path)")
        #expect(answer.status == 200, "\(answer.body)")
        let object = try JSONSerialization.jsonObject(with: Data(answer.body.utf8))
        return try #require(object as? [String: Any], "\(answer.body)")
    }

    private static func run(_ serve: ServeProcess) async throws -> [String: Any] {
        let answer = try await serve.request(
            "/api/cleanup/run?wait=true",
            method: "POST",
            headers: ["Content-Type: application/json"],
            body: #"{"tasks":["logs"],"dry_run":false}"#
        )
        #expect(answer.status == 200, "\(answer.body)")
        let object = try JSONSerialization.jsonObject(with: Data(answer.body.utf8))
        return try #require(object as? [String: Any], "\(answer.body)")
    }

    @Test(arguments: RowsWorld.Engine.allCases)
    func commandLineLedgerAndHistorySayTheSame(_ engine: RowsWorld.Engine) async throws {
        try await RowsWorld.with(engine, due: 120) { world in
            let cleanupd = try world.replica("state", Self.tasks)
            let line = try await cleanupd.run("run", "logs", "--force", "--json")
            #expect(line.code == 0, "\(line.errorText)")
            let batches = try ReportLine.parse(line.output).summary(of: "logs").batches
            #expect(batches >= 3, "at most 50 of 120 rows at once")
            try await withServe(cleanupd) { serve in
                let first = try #require(try await Self.get(serve, "runs?task=logs").list("runs").first)
                #expect(first.integer("batches") == batches)
                let id = try #require(first.text("id"))
                #expect(try await Self.get(serve, "runs/\(id)").integer("tasks", "logs", "batches") == batches)
                let ledger = try await Self.get(serve, "runs/\(id)/items?limit=500").list("batches")
                #expect(ledger.count { $0.integer("rows") ?? 0 > 0 } == batches)
                let task = try await Self.get(serve, "status").list("tasks").first
                #expect(task?.integer("last_run", "batches") == batches)

                // Nothing is due any more: a run without a batch. And of a run whose ledger is forgotten nobody knows.
                #expect(try await Self.run(serve).integer("tasks", "logs", "batches") == 0)
                _ = try await world.state("state", "UPDATE run SET items_pruned = 1 WHERE id = '\(id)'")
                let runs = try await Self.get(serve, "runs?task=logs").list("runs")
                #expect(runs.map { $0.integer("batches") } == [0, nil])
                #expect(await serve.terminate().code == 0)
            }
        }
    }
}
