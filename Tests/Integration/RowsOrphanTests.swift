import Foundation
import Support
import Testing

/// Rows that go because nothing names them, where what names them is suddenly small.
@Suite(.timeLimit(.minutes(5)))
struct RowsOrphanTests {
    private static func task(_ references: String = "") -> String {
        """
        tasks:
          logs:
            rows: { in: app, table: logs, orphan_of: { column: id, table: owners, key: id } }
            limits: { max_percent: 100 }
            \(references)
        """
    }

    @Test(arguments: RowsWorld.Engine.allCases)
    func answerThatHasShrunkIsRefusedUntilTheTaskSaysOtherwise(_ engine: RowsWorld.Engine) async throws {
        try await RowsWorld.with(engine, due: 10) { world in
            try await world.sql("CREATE TABLE owners (id integer)")
            try await world.sql("INSERT INTO owners SELECT id FROM logs WHERE id > 10")
            let cleanupd = try world.replica("a", Self.task())
            let run = try await cleanupd.run("run", "logs", "--force", "--json")
            #expect(run.code == 0, "\(run.errorText)")
            #expect(try await world.count() == RowsWorld.young)
            for (sql, finding) in [("id > 20", "names 10, after 50"), ("id > 0", "names nothing")] {
                try await world.sql("DELETE FROM owners WHERE \(sql)")
                let refused = try await cleanupd.run(["run", "logs", "--force", "--json"] + world.metricsFile("a"))
                #expect(refused.code == 4, "\(refused.errorText)")
                #expect(refused.text.contains(finding), "\(refused.text)")
                let metrics = try await world.metrics("a")
                let trips = metrics.samples.filter { series, _ in
                    series.hasPrefix("cleanup_guard_trips_total{") && series.contains(#"guard="references""#)
                }
                #expect(trips.values.reduce(0, +) >= 1, "\(metrics.samples.keys.filter { $0.contains("guard") })")
                #expect(try await world.count() == RowsWorld.young)
            }
            let loose = try world.replica("a", Self.task("references: { allow_empty: true, min_ratio: 0 }"))
            let last = try await loose.run("run", "logs", "--force", "--json")
            #expect(last.code == 0, "\(last.errorText)")
            #expect(try await world.count() == 0)
        }
    }
}
