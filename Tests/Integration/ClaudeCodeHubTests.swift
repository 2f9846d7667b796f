import Foundation
import Support
import Testing

/// `examples/claude-code-hub` with the real binary and a real PostgreSQL: what goes by age.
@Suite(.timeLimit(.minutes(20)))
struct ClaudeCodeHubTests {
    static let tasks = ["message_requests", "probe_logs", "backup_temp_files"]
    /// Older than 30 days.
    private static let oldRequests = Set(1...5_200)
    /// Older than a day.
    private static let oldProbes = Set(1...1_560)
    private static let staleFiles: Set = [
        "database_import_1763600000000_k3x9.dump", "database_export_1763500000000_p0q1.dump",
    ]

    static func with(
        _ environment: [String: String] = [:],
        _ body: (Example) async throws -> Void
    ) async throws {
        try await Example.with("claude-code-hub", roots: ["BACKUP_TEMP_DIR": "."], environment: environment, body)
    }

    static func requests(_ example: Example) async throws -> Set<Int> {
        try await example.numbers("SELECT id FROM message_request")
    }

    private static func probes(_ example: Example) async throws -> Set<Int> {
        try await example.numbers("SELECT id FROM provider_endpoint_probe_logs")
    }

    @Test func planShowsExactlyWhatGoesAndChangesNothing() async throws {
        try await Self.with { example in
            let (rows, files) = (try await example.dump(), try example.manifest())
            let plan = try await example.cleanupd.run(["plan"] + Self.tasks + ["--json"])
            #expect(plan.code == 0, "\(plan.errorText)")
            let lines = try ReportLine.parse(plan.output)
            let counts = ["message_requests": Self.oldRequests.count, "probe_logs": Self.oldProbes.count]
            for (task, count) in counts {
                let summary = try lines.summary(of: task)
                #expect(summary.remove == count, "\(task)")
                #expect(summary.deleted == 0 && summary.failed == 0 && summary.dry_run, "\(task)")
            }
            #expect(lines.items(of: "backup_temp_files", "remove") == Self.staleFiles)
            let dry = try await example.cleanupd.run(["run"] + Self.tasks)
            #expect(dry.code == 0, "\(dry.errorText)")
            #expect(try await example.dump() == rows)
            #expect(try example.manifest() == files)
        }
    }

    @Test func runRemovesExactlyThatInBatchesAndTheNextNothing() async throws {
        try await Self.with { example in
            let (requests, probes) = (try await Self.requests(example), try await Self.probes(example))
            let files = try example.manifest()
            let metrics = example.folder.appendingPathComponent("cleanup.prom")
            let arguments = ["run"] + Self.tasks + ["--force", "--json"]
            let run = try await example.cleanupd.run(arguments + ["--metrics-file", metrics.path])
            #expect(run.code == 0, "\(run.errorText)")
            #expect(try await Self.requests(example) == requests.subtracting(Self.oldRequests))
            #expect(try await Self.probes(example) == probes.subtracting(Self.oldProbes))
            #expect(try example.manifest().difference(from: files).removed == Self.staleFiles)
            try await expectFigures(try ReportLine.parse(run.output), try await example.metrics(metrics))

            let after = try await example.dump()
            let second = try await example.cleanupd.run(arguments)
            #expect(second.code == 0, "\(second.errorText)")
            for task in Self.tasks {
                let summary = try ReportLine.parse(second.output).summary(of: task)
                #expect(summary.remove == 0 && summary.deleted == 0 && summary.outcome == "success", "\(task)")
            }
            #expect(try await example.dump() == after)
        }
    }

    private func expectFigures(_ lines: [ReportLine], _ metrics: Exposition) async throws {
        let counts = ["message_requests": Self.oldRequests.count, "probe_logs": Self.oldProbes.count]
        for (task, count) in counts {
            let summary = try lines.summary(of: task)
            #expect(summary.deleted == count && summary.failed == 0 && summary.outcome == "success", "\(task)")
            #expect(metrics["cleanup_\(task)_deleted_total"] == Double(count), "\(task)")
            #expect(metrics["cleanup_items_deleted_total{task=\"\(task)\"}"] == Double(count), "\(task)")
            let labels = "{engine=\"postgres\",task=\"\(task)\"}"
            #expect(metrics["cleanup_db_batch_rows_sum\(labels)"] == Double(count), "\(task)")
            let batches = try #require(metrics["cleanup_db_batch_rows_count\(labels)"])
            #expect(batches == metrics["cleanup_db_batch_duration_seconds_count\(labels)"], "\(task)")
            #expect(metrics["cleanup_oldest_overdue_age_seconds{task=\"\(task)\"}"] == 0, "\(task)")
        }
        #expect(try lines.summary(of: "message_requests").batches >= 2)
        #expect(metrics["cleanup_backup_temp_files_deleted_total"] == Double(Self.staleFiles.count))
    }

    @Test func roleThatMayOnlyReadCanPlanAndRemovesNothing() async throws {
        try await Self.with { example in
            let role = "reader_of_" + (try await example.sql("SELECT current_database()"))
            let grant = "GRANT SELECT ON ALL TABLES IN SCHEMA public TO \(role)"
            try await example.sql("CREATE ROLE \(role) LOGIN PASSWORD 'only-reads'; \(grant)")
            let before = try await example.dump()
            var url = try #require(URLComponents(string: example.databaseURL ?? ""))
            (url.user, url.password) = (role, "only-reads")
            let reader = example.setting(["DATABASE_URL": try #require(url.string)]).cleanupd
            let plan = try await reader.run("plan", "message_requests", "--json")
            #expect(plan.code == 0, "\(plan.errorText)")
            let planned = try ReportLine.parse(plan.output).summary(of: "message_requests")
            #expect(planned.remove == Self.oldRequests.count)
            let run = try await reader.run("run", "message_requests", "--force", "--json")
            #expect(run.code == 1, "\(run.errorText)")
            #expect(try ReportLine.parse(run.output).summary(of: "message_requests").deleted == 0)
            #expect(!(run.errorText + run.text).contains("only-reads"))
            #expect(try await example.dump() == before)
            try await example.sql("DROP OWNED BY \(role); DROP ROLE \(role)")
        }
    }

    @Test func variablesOfProbeLogsAreObeyed() async throws {
        let environment = ["ENDPOINT_PROBE_LOG_RETENTION_DAYS": "2", "ENDPOINT_PROBE_LOG_CLEANUP_BATCH_SIZE": "25"]
        try await Self.with(environment) { example in
            let before = try await Self.probes(example)
            let run = try await example.cleanupd.run("run", "probe_logs", "--force", "--json")
            #expect(run.code == 0, "\(run.errorText)")
            #expect(try await Self.probes(example) == before.subtracting(1...120))
            #expect(try ReportLine.parse(run.output).summary(of: "probe_logs").batches >= 5)
        }
    }

    @Test func backupThatIsBeingWrittenStays() async throws {
        try await Self.with { example in
            let path = example.sample.appendingPathComponent("database_import_1763600000000_k3x9.dump")
            let writer = try FileHandle(forWritingTo: path)
            defer { writer.closeFile() }
            let run = try await example.cleanupd.run("run", "backup_temp_files", "--force", "--json")
            #expect(run.code == 0, "\(run.errorText)")
            #expect(FileManager.default.fileExists(atPath: path.path))
            #expect(try ReportLine.parse(run.output).summary(of: "backup_temp_files").deleted == 1)
        }
    }

    /// What is missing, and the task that has to be skipped for it.
    @Test(arguments: [
        ("DROP TABLE provider_endpoint_probe_logs", "probe_logs", "provider_endpoint_probe_logs"),
        ("ALTER TABLE provider_endpoint_probe_logs RENAME COLUMN created_at TO probed_at", "probe_logs", "created_at"),
        ("ALTER TABLE message_request RENAME TO requests", "message_requests", "message_request"),
    ])
    func missingTableOrColumnSkipsItsTaskAndTheOthersGoOn(sql: String, skipped: String, name: String) async throws {
        try await Self.with { example in
            try await example.sql(sql)
            let run = try await example.cleanupd.run(["run"] + Self.tasks + ["--force", "--json"])
            #expect(run.code == 3, "\(run.errorText)")
            let lines = try ReportLine.parse(run.output)
            #expect(try lines.summary(of: skipped).outcome == "skipped")
            #expect((run.errorText + run.text).contains(name), "\(run.errorText)")
            let counts = [
                "message_requests": Self.oldRequests.count, "probe_logs": Self.oldProbes.count, "backup_temp_files": 2,
            ]
            for (task, count) in counts where task != skipped {
                #expect(try lines.summary(of: task).deleted == count, "\(task)")
            }
        }
    }

    @Test(arguments: [("false", 1_560, 1.0), ("true", 0, 0.0)])
    func probeLogsAreCleanedAtTheStartUnlessInCI(ci: String, gone: Int, enabled: Double) async throws {
        try await Self.with(["CI": ci]) { example in
            let before = try await Self.probes(example)
            try await withServe(example.cleanupd) { serve in
                // Both cycles fire at the start, in any order; without CI there are two.
                for _ in 0..<(gone > 0 ? 2 : 1) { try await serve.waitFor("cleanup_job_complete") }
                let metrics = try await Exposition(checking: try await serve.request("/metrics").body, .text)
                #expect(metrics[#"cleanup_task_enabled{task="probe_logs"}"#] == enabled)
                #expect(metrics[#"cleanup_task_enabled{task="backup_temp_files"}"#] == 1)
                #expect(metrics["cleanup_probe_logs_deleted_total"] == Double(gone))
                #expect(metrics["cleanup_backup_temp_files_deleted_total"] == 2)
                #expect(await serve.terminate().code == 0)
            }
            #expect(try await Self.probes(example).count == before.count - gone)
        }
    }
}
