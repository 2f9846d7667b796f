import Foundation
import Support
import Testing

/// Rows through the whole program, on a real SQLite database.
@Suite(.timeLimit(.minutes(10)))
struct RowsTests {
    private static let configuration = """
        state: sqlite:state.db
        connections:
          app: { url: "sqlite:app.db" }
        cycles:
          nightly:
            schedule: "0 2 * * *"
            tasks: [logs]
            settings: { in: app, table: settings, columns: { enabled: enabled, retention_days: days } }
        tasks:
          logs:
            resource: logs
            rows: { in: app, table: logs, time: created_at }
            remove: { older_than: { setting: retention_days, default: 30d } }
          by_hand:
            rows: { in: app, table: logs, time: created_at }
            filters:
              ids: { type: "integer[]", sql: "id IN (SELECT value FROM json_each(:value))" }
              codes: { type: integer_range, sql: "code BETWEEN :min AND :max" }
              blocked: { type: flag, sql: "blocked = 1" }
        """

    /// 90 rows, one a day old, one two days, …
    private func with(_ body: (CleanupdProcess, URL) async throws -> Void) async throws {
        try await withTemporaryDirectory { folder in
            let file = folder.appendingPathComponent("cleanup.yaml")
            try Self.configuration.write(to: file, atomically: true, encoding: .utf8)
            try await sql(
                """
                CREATE TABLE logs (id INTEGER PRIMARY KEY, created_at TEXT, code INTEGER, blocked INTEGER);
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 90)
                INSERT INTO logs SELECT i, strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-' || i || ' days', '-1 minute'),
                    400 + i, i % 2 FROM n;
                CREATE INDEX logs_by_time ON logs (created_at);
                """,
                folder
            )
            try await body(CleanupdProcess(environment: ["CLEANUPD_CONFIG": file.path]), folder)
        }
    }

    @discardableResult
    private func sql(_ text: String, _ folder: URL) async throws -> String {
        try await Command.sqlite3(folder.appendingPathComponent("app.db"), text)
    }

    private func count(_ folder: URL) async throws -> Int? {
        Int(try await sql("SELECT count(*) FROM logs", folder).trimmingCharacters(in: .whitespacesAndNewlines))
    }

    @Test func retentionOfAnAdminsTableRules() async throws {
        try await with { cleanupd, folder in
            try await sql(
                "CREATE TABLE settings (enabled INTEGER, days INTEGER); INSERT INTO settings VALUES (1, 40)",
                folder
            )
            let plan = try await cleanupd.run("plan", "--json")
            #expect(plan.text.contains(#""remove":51"#), "\(plan.text)\(plan.errorText)")
            #expect(try await count(folder) == 90)
            let run = try await cleanupd.run("run", "--force", "--json")
            #expect(run.code == 0, "\(run.errorText)")
            #expect(run.text.contains(#""deleted":51"#), "\(run.text)")
            #expect(try await count(folder) == 39)
            #expect(try await cleanupd.run("run", "--force", "--json").text.contains(#""deleted":0"#))
        }
    }

    @Test func missingSettingsTableMeansDefaultsAndAWarning() async throws {
        try await with { cleanupd, folder in
            let run = try await cleanupd.run("run", "--force")
            #expect(run.code == 0)
            #expect(run.errorText.contains("There is no settings table settings"), "\(run.errorText)")
            #expect(try await count(folder) == 29)
        }
    }

    @Test func settingOutOfRangeIsRefusedByNameAndNothingGoes() async throws {
        try await with { cleanupd, folder in
            try await sql(
                "CREATE TABLE settings (enabled INTEGER, days INTEGER); INSERT INTO settings VALUES (1, 0)",
                folder
            )
            let run = try await cleanupd.run("run", "logs", "--force")
            #expect(
                run.errorText.contains(#"retention_days "0" is not a whole number from 1 to 365"#),
                "\(run.errorText)"
            )
            #expect(run.code == 1)
            #expect(try await count(folder) == 90)
        }
    }

    @Test func cycleThatTheTableSwitchesOffIsNotDue() async throws {
        try await with { cleanupd, folder in
            try await sql(
                "CREATE TABLE settings (enabled INTEGER, days INTEGER); INSERT INTO settings VALUES (0, 40)",
                folder
            )
            let run = try await cleanupd.run("run", "--force")
            #expect(run.code == 2)
            #expect(run.errorText.contains("No task is due in a cycle"), "\(run.errorText)")
            #expect(try await count(folder) == 90)
        }
    }

    @Test func filteredTaskWithoutAnyConditionIsRefused() async throws {
        try await with { cleanupd, folder in
            let run = try await cleanupd.run("run", "by_hand", "--force")
            #expect(run.code == 4, "\(run.text)\(run.errorText)")
            #expect(run.errorText.contains("condition"), "\(run.errorText)")
            #expect(try await count(folder) == 90)
        }
    }

    @Test(arguments: [
        (["ids=3,5,900"], 2), (["codes=400-410"], 10), (["codes=400-410", "blocked=true"], 5),
        (["ids=1,2", "blocked=false"], 2),
    ])
    func filtersOfARunByHandAllHold(_ filters: [String], _ removed: Int) async throws {
        try await with { cleanupd, folder in
            let run = try await cleanupd.run(
                ["run", "by_hand", "--force", "--json"] + filters.flatMap { ["--filter", $0] }
            )
            #expect(run.code == 0, "\(run.errorText)")
            #expect(run.text.contains(#""deleted":\#(removed),"#), "\(run.text)")
            #expect(try await count(folder) == 90 - removed)
        }
    }

    @Test(arguments: ["nope=1", "ids=x", "codes=5", "blocked=perhaps", "ids"])
    func filterThatIsNotDeclaredOrOfAnotherTypeIsBadUsage(_ filter: String) async throws {
        try await with { cleanupd, folder in
            let run = try await cleanupd.run("run", "by_hand", "--force", "--filter", filter)
            #expect(run.code == 2)
            #expect(run.errorText.contains("--filter"), "\(run.errorText)")
            #expect(try await count(folder) == 90)
        }
    }

    @Test func missingTableSkipsTheTaskAndSaysSo() async throws {
        try await with { cleanupd, folder in
            try await sql("DROP TABLE logs", folder)
            let run = try await cleanupd.run("run", "logs", "--force", "--json")
            #expect(run.code == 3)
            #expect(run.text.contains(#""outcome":"skipped""#), "\(run.text)")
            #expect(run.text.contains("logs"), "\(run.text)")
        }
    }

    @Test func planBySelectingSavesAndAppliesTheFrozenPredicate() async throws {
        try await with { cleanupd, folder in
            let saved = try await cleanupd.run("plan", "logs", "--save")
            #expect(saved.code == 0, "\(saved.errorText)")
            let line = try #require(saved.text.split(separator: "\n").first { $0.hasPrefix("plan ") })
            let id = String(line.split(separator: " ")[1])
            #expect(try await count(folder) == 90)
            let apply = try await cleanupd.run("apply", id, "--json")
            #expect(apply.code == 0, "\(apply.errorText)")
            #expect(try await count(folder) == 29)
            #expect(try await cleanupd.run("apply", id).code == 4)
        }
    }

    @Test func sealedPlanThatManyMoreRowsMatchByNowIsRefused() async throws {
        try await with { cleanupd, folder in
            let saved = try await cleanupd.run("plan", "logs", "--save")
            let line = try #require(saved.text.split(separator: "\n").first { $0.hasPrefix("plan ") })
            try await sql("UPDATE logs SET created_at = (SELECT min(created_at) FROM logs)", folder)
            let apply = try await cleanupd.run("apply", String(line.split(separator: " ")[1]), "--json")
            #expect(apply.code == 4, "\(apply.errorText)")
            #expect(apply.text.contains("sealed with"), "\(apply.text)")
            #expect(try await count(folder) == 90)
        }
    }
}
