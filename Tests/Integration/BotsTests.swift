import Foundation
import Support
import Testing

/// `examples/bots` with the real binary and a real PostgreSQL.
@Suite(.timeLimit(.minutes(20)))
struct BotsTests {
    /// Deleted more than 7 days ago.
    private static let oldBots = Set((8...17).map { "deleted-\($0)" })
    /// Of bots that nobody knows any more.
    private static let orphans = Set(201 + 30...247)
    /// Of bots that go.
    private static let followers = Set((201...230).filter { (7...16).contains($0 % 17) })

    private static func with(
        _ environment: [String: String] = [:],
        _ body: (Example) async throws -> Void
    ) async throws {
        try await Example.with("bots", roots: [:], environment: environment, hasFiles: false, body)
    }

    private static func bots(_ example: Example) async throws -> Set<String> {
        Set(try await example.sql("SELECT id FROM bots").split(separator: "\n").map(String.init))
    }

    private static func results(_ example: Example) async throws -> Set<Int> {
        try await example.numbers("SELECT id FROM results")
    }

    @Test func planCountsWhatGoesNowAndChangesNothing() async throws {
        try await Self.with { example in
            let before = try await example.dump()
            let plan = try await example.cleanupd.run("plan", "--json")
            #expect(plan.code == 0, "\(plan.errorText)")
            let lines = try ReportLine.parse(plan.output)
            for (task, count) in [("deleted_bots", Self.oldBots.count), ("orphaned_results", Self.orphans.count)] {
                let summary = try lines.summary(of: task)
                #expect(summary.remove == count, "\(task)")
                #expect(summary.deleted == 0 && summary.failed == 0 && summary.dry_run, "\(task)")
            }
            let dry = try await example.cleanupd.run("run", "--json")
            #expect(dry.code == 0, "\(dry.errorText)")
            #expect(try ReportLine.parse(dry.output).summary(of: "deleted_bots").dry_run)
            #expect(try await example.dump() == before)
        }
    }

    @Test func runRemovesOldBotsThenTheirResultsAndTheNextNothing() async throws {
        try await Self.with { example in
            let bots = try await Self.bots(example)
            let results = try await Self.results(example)
            let metrics = example.folder.appendingPathComponent("cleanup.prom")
            let run = try await example.cleanupd.run("run", "--force", "--json", "--metrics-file", metrics.path)
            #expect(run.code == 0, "\(run.errorText)")
            #expect(try await Self.bots(example) == bots.subtracting(Self.oldBots))
            let gone = Self.orphans.union(Self.followers)
            #expect(gone.count == 33)
            #expect(try await Self.results(example) == results.subtracting(gone))
            let lines = try ReportLine.parse(run.output)
            #expect(try lines.summary(of: "deleted_bots").deleted == Self.oldBots.count)
            #expect(try lines.summary(of: "orphaned_results").deleted == gone.count)
            try await expectMetrics(try await example.metrics(metrics), bots: Self.oldBots.count, results: gone.count)

            let after = try await example.dump()
            let second = try await example.cleanupd.run("run", "--force", "--json")
            #expect(second.code == 0, "\(second.errorText)")
            for task in ["deleted_bots", "orphaned_results"] {
                let summary = try ReportLine.parse(second.output).summary(of: task)
                #expect(summary.remove == 0 && summary.deleted == 0 && summary.outcome == "success", "\(task)")
            }
            #expect(try await example.dump() == after)
        }
    }

    private func expectMetrics(_ metrics: Exposition, bots: Int, results: Int) async throws {
        #expect(metrics["cleanup_bots_deleted_total"] == Double(bots))
        #expect(metrics["cleanup_results_deleted_total"] == Double(results))
        for (task, count) in [("deleted_bots", bots), ("orphaned_results", results)] {
            #expect(metrics["cleanup_items_deleted_total{task=\"\(task)\"}"] == Double(count), "\(task)")
            #expect(metrics["cleanup_item_attempts_total{task=\"\(task)\"}"] == Double(count), "\(task)")
            let rows = metrics["cleanup_db_batch_rows_sum{engine=\"postgres\",task=\"\(task)\"}"]
            #expect(rows == Double(count), "\(task)")
            #expect(metrics["cleanup_overdue_items{task=\"\(task)\"}"] == 0, "\(task)")
        }
    }

    @Test func longerRetentionKeepsMore() async throws {
        try await Self.with(["BOT_RETENTION_DAYS": "14"]) { example in
            let before = try await Self.bots(example)
            let run = try await example.cleanupd.run("run", "deleted_bots", "--force", "--json")
            #expect(run.code == 0, "\(run.errorText)")
            #expect(try await Self.bots(example) == before.subtracting(["deleted-15", "deleted-16", "deleted-17"]))
        }
    }

    @Test(arguments: [["CLEANUP_DRY_RUN": "true"], ["CLEANUP_ENABLED": "false"]])
    func masterSwitchIsStrongerThanForce(environment: [String: String]) async throws {
        try await Self.with(environment) { example in
            let before = try await example.dump()
            let run = try await example.cleanupd.run("run", "--force", "--json")
            #expect(run.code == 0, "\(run.errorText)")
            #expect(try ReportLine.parse(run.output).summary(of: "deleted_bots").deleted == 0)
            #expect(try await example.dump() == before)
        }
    }

    @Test func emptyTableOfBotsDoesNotTakeAllResults() async throws {
        try await Self.with { example in
            try await example.sql("DELETE FROM bots")
            let before = try await example.dump()
            let run = try await example.cleanupd.run("run", "--force", "--json")
            #expect(run.code == 4, "\(run.errorText)")
            let summary = try ReportLine.parse(run.output).summary(of: "orphaned_results")
            #expect(summary.outcome == "refused" && summary.deleted == 0)
            #expect(try await example.dump() == before)
        }
    }

    /// What is missing, the task that has to be skipped for it, and how many rows the other one removes.
    struct Missing: Sendable {
        let sql: String
        let name: String
        let skipped: String
        let other: (task: String, deleted: Int)
    }

    @Test(arguments: [
        Missing(
            sql: "ALTER TABLE bots RENAME COLUMN deleted_at TO removed_at",
            name: "deleted_at",
            skipped: "deleted_bots",
            other: ("orphaned_results", 17)
        ),
        Missing(
            sql: "ALTER TABLE results RENAME COLUMN processed_by TO bot",
            name: "processed_by",
            skipped: "orphaned_results",
            other: ("deleted_bots", 10)
        ),
        Missing(sql: "DROP TABLE results", name: "results", skipped: "orphaned_results", other: ("deleted_bots", 10)),
    ])
    func missingColumnOrTableSkipsItsTaskAndTheOtherGoesOn(missing: Missing) async throws {
        try await Self.with { example in
            try await example.sql(missing.sql)
            let run = try await example.cleanupd.run("run", "--force", "--json")
            #expect(run.code == 3, "\(run.errorText)")
            let lines = try ReportLine.parse(run.output)
            let skipped = try lines.summary(of: missing.skipped)
            #expect(skipped.outcome == "skipped" && skipped.deleted == 0 && skipped.remove == 0)
            #expect((run.errorText + run.text).contains(missing.name), "\(run.errorText)")
            let other = try lines.summary(of: missing.other.task)
            #expect(other.outcome == "success" && other.deleted == missing.other.deleted)
        }
    }

    @Test func serverThatDoesNotAnswerFailsWithoutThePassword() async throws {
        let url = "postgres://bot:top-secret-word@127.0.0.1:1/bots?sslmode=disable"
        try await Self.with(["DATABASE_URL": url]) { example in
            let run = try await example.cleanupd.run("run", "--force", "--json")
            #expect(run.code == 1, "\(run.errorText)")
            #expect(try ReportLine.parse(run.output).summary(of: "deleted_bots").outcome == "failed")
            #expect(!(run.errorText + run.text).contains("top-secret-word"))
        }
    }
}
