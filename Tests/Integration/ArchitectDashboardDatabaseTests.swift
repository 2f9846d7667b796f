import Foundation
import Support
import Testing

/// `examples/architect-dashboard` with the real binary: rows of its SQLite database.
@Suite(.timeLimit(.minutes(20)))
struct ArchitectDashboardDatabaseTests {
    private static let rows = ArchitectDashboardTests.rows
    private static let taskOfResource = ["tasks": "old_tasks", "errors": "resolved_errors", "prompts": "prompts"]

    private static func with(_ body: (Example) async throws -> Void) async throws {
        try await Example.with("architect-dashboard", roots: ArchitectDashboardTests.roots, body)
    }

    private static func file(_ example: Example) -> URL {
        example.sample.appendingPathComponent(ArchitectDashboardTests.database)
    }

    private static func ids(_ table: String, _ example: Example, where condition: String = "1") async throws -> Set<Int>
    {
        let query = "SELECT id FROM \(table) WHERE \(condition)"
        return Example.numbers(in: try await Command.sqlite3(file(example), query))
    }

    private static func dump(_ example: Example) async throws -> String {
        try await Command.sqlite3(file(example), ".dump")
    }

    @Test func runRemovesOrArchivesExactlyTheRowsThatAreDueAndTheNextNone() async throws {
        try await Self.with { example in
            let (tasks, errors) = (try await Self.ids("task_queue", example), try await Self.ids("errors", example))
            let metrics = example.folder.appendingPathComponent("cleanup.prom")
            let arguments = ["run"] + Self.rows.keys.sorted() + ["--force", "--json"]
            let run = try await example.cleanupd.run(arguments + ["--metrics-file", metrics.path])
            #expect(run.code == 0, "\(run.errorText)")
            #expect(try await Self.ids("task_queue", example) == tasks.subtracting(Self.rows["old_tasks", default: []]))
            #expect(
                try await Self.ids("errors", example) == errors.subtracting(Self.rows["resolved_errors", default: []])
            )
            try await expectArchivedPrompts(example)
            try expectOutcomes(try ReportLine.parse(run.output))
            try await expectMetrics(try await example.metrics(metrics))

            let after = try await Self.dump(example)
            let second = try await example.cleanupd.run(arguments)
            #expect(second.code == 0, "\(second.errorText)")
            for task in Self.rows.keys {
                let summary = try ReportLine.parse(second.output).summary(of: task)
                #expect(summary.remove == 0 && summary.deleted == 0 && summary.outcome == "success", "\(task)")
            }
            #expect(try await Self.dump(example) == after)
            #expect(try await Command.sqlite3(Self.file(example), "PRAGMA integrity_check") == "ok")
        }
    }

    /// Six more are archived, at an instant that SQLite understands; nothing else of them has changed.
    private func expectArchivedPrompts(_ example: Example) async throws {
        let new = try await Self.ids(
            "assigner_prompts",
            example,
            where: "archived = 1 AND datetime(archived_at) BETWEEN datetime('now', '-5 minutes') AND datetime('now')"
        )
        #expect(new == Self.rows["prompts"])
        #expect(try await Self.ids("assigner_prompts", example, where: "archived = 1").subtracting(new) == Set(21...25))
        #expect(try await Self.ids("assigner_prompts", example, where: "content = 'prompt ' || id") == Set(1...25))
    }

    private func expectOutcomes(_ lines: [ReportLine]) throws {
        for (task, rows) in Self.rows {
            let summary = try lines.summary(of: task)
            #expect(summary.outcome == "success" && !summary.dry_run && summary.failed == 0, "\(task)")
            #expect(summary.remove == rows.count && summary.batches > 0, "\(task)")
        }
    }

    private func expectMetrics(_ metrics: Exposition) async throws {
        for (resource, task) in Self.taskOfResource {
            let count = Double(Self.rows[task, default: []].count)
            #expect(metrics["cleanup_\(resource)_deleted_total"] == count, "\(task)")
            let family = task == "prompts" ? "cleanup_items_updated_total" : "cleanup_items_deleted_total"
            #expect(metrics["\(family){task=\"\(task)\"}"] == count, "\(task)")
            #expect(metrics["cleanup_db_batch_rows_sum{engine=\"sqlite\",task=\"\(task)\"}"] == count, "\(task)")
        }
    }

    /// What is missing, and the task that has to be skipped for it.
    @Test(arguments: [
        ("ALTER TABLE task_queue RENAME COLUMN status TO state", "old_tasks", "status"),
        ("DROP TABLE task_queue", "old_tasks", "task_queue"),
        ("ALTER TABLE errors RENAME COLUMN resolved TO done", "resolved_errors", "resolved"),
        ("ALTER TABLE errors RENAME COLUMN resolved_at TO done_at", "resolved_errors", "resolved_at"),
        ("ALTER TABLE assigner_prompts RENAME COLUMN created_at TO made_at", "prompts", "created_at"),
        ("ALTER TABLE assigner_prompts RENAME COLUMN archived TO stored", "prompts", "archived"),
        ("ALTER TABLE assigner_prompts RENAME COLUMN archived_at TO stored_at", "prompts", "archived_at"),
    ])
    func missingColumnOrTableSkipsItsTaskAndTheOthersGoOn(sql: String, skipped: String, name: String) async throws {
        try await Self.with { example in
            try await Command.sqlite3(Self.file(example), sql)
            let metrics = example.folder.appendingPathComponent("cleanup.prom")
            let run = try await example.cleanupd.run("run", "--force", "--json", "--metrics-file", metrics.path)
            #expect(run.code == 3, "\(run.errorText)")
            let lines = try ReportLine.parse(run.output)
            for task in ArchitectDashboardTests.tasks {
                let summary = try lines.summary(of: task)
                #expect(summary.outcome == (task == skipped ? "skipped" : "success"), "\(task)")
                if task == skipped { #expect(summary.remove == 0 && summary.deleted == 0 && summary.batches == 0) }
            }
            #expect((run.errorText + run.text).contains(name), "\(run.errorText)")
            let figures = try await example.metrics(metrics)
            #expect(figures["cleanup_task_run_failures_total{reason=\"config\",task=\"\(skipped)\"}"] == 1)
            for (resource, task) in Self.taskOfResource {
                let count = task == skipped ? 0 : Self.rows[task, default: []].count
                #expect(figures["cleanup_\(resource)_deleted_total"] == Double(count), "\(task)")
            }
        }
    }

    @Test func otherTimeColumnServesWhereTheFirstIsMissing() async throws {
        try await Self.with { example in
            let drop = "DROP INDEX idx_task_queue_updated_at; ALTER TABLE task_queue DROP COLUMN updated_at"
            try await Command.sqlite3(Self.file(example), drop)
            let before = try await Self.ids("task_queue", example)
            let run = try await example.cleanupd.run("run", "old_tasks", "--force", "--json")
            #expect(run.code == 0, "\(run.errorText)")
            // The others have no completed_at.
            #expect(try await Self.ids("task_queue", example) == before.subtracting(8...40))
        }
    }

    @Test func databaseThatIsNotThereFailsItsTasksAndTheOthersGoOn() async throws {
        try await Self.with { example in
            try FileManager.default.removeItem(at: Self.file(example))
            let run = try await example.cleanupd.run("run", "--force", "--json")
            #expect(run.code == 1, "\(run.errorText)")
            let lines = try ReportLine.parse(run.output)
            for task in Self.rows.keys { #expect(try lines.summary(of: task).outcome == "failed", "\(task)") }
            #expect(try lines.summary(of: "backups").deleted == 86)
            // Nobody makes an empty one.
            #expect(!FileManager.default.fileExists(atPath: Self.file(example).path))
        }
    }
}
