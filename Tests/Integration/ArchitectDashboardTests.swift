import Foundation
import Support
import Testing

/// `examples/architect-dashboard` with the real binary: files, and what holds for all tasks.
@Suite(.timeLimit(.minutes(20)))
struct ArchitectDashboardTests {
    static let roots = [
        "DATA_DIR": "data", "LOG_DIR": "logs", "TMP_LOG_DIR": "tmp", "DATABASE_PATH": database,
    ]
    static let database = "data/prod/architect.db"

    private static func backups(_ environment: String, _ numbers: Range<Int>) -> [String] {
        numbers.map { "\(environment)/backups/architect_\(String(format: "%03d", $0)).db" }
    }

    /// What goes, by task; paths from the root of the task's connection.
    private static let removed: [String: Set<String>] = [
        "backups": Set(backups("prod", 10..<93) + backups("qa", 5..<6) + backups("staging", 5..<7)),
        "data_logs": ["prod/app.log", "prod/app.log.1"],
        "app_logs": ["dashboard.log", "old/dashboard.log.3"],
        "tmp_logs": ["architect_session_12.log"],
        "cache_dirs": ["dev/__pycache__", "test/.pytest_cache"],
        "temp_files": ["prod/upload.tmp", "qa/report.temp", "dev/query.cache", "dev/plugin.pyc"],
    ]
    /// What a `keep` rule holds.
    private static let kept: [String: Set<String>] = [
        "backups": Set(
            backups("prod", 0..<10) + backups("qa", 0..<5) + backups("dev", 0..<5) + backups("test", 0..<3)
                + backups("staging", 0..<5)
        ),
        "data_logs": ["prod/architect_assigner_worker.log"],
        "app_logs": ["architect_error_worker.log"],
        "tmp_logs": ["architect_cleanup_worker.log"],
    ]
    private static let folders = ["app_logs": "logs/", "tmp_logs": "tmp/"]
    /// Rows that go, by task; of `prompts` those that are archived.
    static let rows: [String: Set<Int>] = [
        "old_tasks": Set(8...50), "resolved_errors": Set(11...20), "prompts": Set(15...20),
    ]
    static let tasks = Set(removed.keys).union(rows.keys)

    /// Everything beneath the sample data that must be gone after a run.
    private static func gone(_ before: Manifest) -> Set<String> {
        let items = removed.flatMap { task, items in items.map { (folders[task] ?? "data/") + $0 } }
        return items.reduce(into: []) { $0.formUnion(before.paths(in: $1)) }
    }

    @Test func planShowsExactlyWhatGoesAndChangesNothing() async throws {
        try await Example.with("architect-dashboard", roots: Self.roots) { example in
            let before = try example.manifest()
            let plan = try await example.cleanupd.run("plan", "--json")
            #expect(plan.code == 0, "\(plan.errorText)")
            let lines = try ReportLine.parse(plan.output)
            for (task, items) in Self.removed {
                #expect(lines.items(of: task, "remove") == items, "\(task)")
                #expect(lines.items(of: task, "keep") == Self.kept[task, default: []], "\(task)")
                let summary = try lines.summary(of: task)
                #expect(summary.remove == items.count, "\(task)")
                #expect(summary.deleted == 0 && summary.failed == 0 && summary.dry_run, "\(task)")
            }
            for (task, rows) in Self.rows {
                let summary = try lines.summary(of: task)
                #expect(summary.remove == rows.count, "\(task)")
                #expect(summary.deleted == 0 && summary.failed == 0 && summary.dry_run, "\(task)")
            }
            #expect(Set(lines.map(\.task)) == Self.tasks)
            #expect(try example.manifest() == before)
        }
    }

    @Test func planOfBackupsSaysWhyHowMuchAndWhen() async throws {
        try await Example.with("architect-dashboard", roots: Self.roots) { example in
            let before = try example.manifest()
            let lines = try ReportLine.parse(try await example.cleanupd.run("plan", "backups", "--json").check().output)
            let oldest = try #require(lines.first { $0.item == "prod/backups/architect_092.db" })
            let entry = try #require(before["data/prod/backups/architect_092.db"])
            #expect(oldest.reason == "not among the last 10 of prod")
            #expect(oldest.group == "prod")
            #expect(oldest.bytes == entry.allocatedBytes)
            let modified = Date(timeIntervalSince1970: Double(entry.modified / 1_000_000_000))
            #expect(oldest.time == modified.ISO8601Format())
            let ofStaging = try #require(lines.first { $0.item == "staging/backups/architect_006.db" })
            #expect(ofStaging.reason == "not among the last 5 of staging")
            let summary = try lines.summary(of: "backups")
            #expect(summary.examined == 114)
            #expect(summary.keep == 28)
            #expect(summary.bytes == lines.filter { $0.verdict == "remove" }.compactMap(\.bytes).reduce(0, +))
        }
    }

    @Test func runWithoutForceChangesNothing() async throws {
        try await Example.with("architect-dashboard", roots: Self.roots) { example in
            let before = try example.manifest()
            let run = try await example.cleanupd.run("run", "--json")
            #expect(run.code == 0, "\(run.errorText)")
            for task in Self.tasks {
                #expect(try ReportLine.parse(run.output).summary(of: task).dry_run, "\(task)")
            }
            #expect(try example.manifest() == before)
        }
    }

    @Test(arguments: [["CLEANUP_DRY_RUN": "true"], ["CLEANUP_ENABLED": "false"]])
    func masterSwitchIsStrongerThanForce(environment: [String: String]) async throws {
        try await Example.with("architect-dashboard", roots: Self.roots, environment: environment) { example in
            let before = try example.manifest()
            let run = try await example.cleanupd.run("run", "--force", "--json")
            #expect(run.code == 0, "\(run.errorText)")
            for task in Self.tasks {
                #expect(try ReportLine.parse(run.output).summary(of: task).deleted == 0, "\(task)")
            }
            #expect(try example.manifest() == before)
        }
    }

    @Test func forcedRunRemovesExactlyWhatThePlanShowedAndTheNextNothing() async throws {
        try await Example.with("architect-dashboard", roots: Self.roots) { example in
            let before = try example.manifest()
            let metrics = example.folder.appendingPathComponent("cleanup.prom")
            let run = try await example.cleanupd.run("run", "--force", "--json", "--metrics-file", metrics.path)
            #expect(run.code == 0, "\(run.errorText)")
            try expectOutcomes(try ReportLine.parse(run.output))
            try expectFiles(of: example, before)
            try await expectMetrics(of: metrics, before)

            let after = try example.manifest()
            let second = try await example.cleanupd.run("run", "--force", "--json")
            #expect(second.code == 0, "\(second.errorText)")
            for task in Self.tasks {
                let summary = try ReportLine.parse(second.output).summary(of: task)
                #expect(summary.remove == 0 && summary.deleted == 0 && summary.outcome == "success", "\(task)")
            }
            let difference = try example.manifest().difference(from: after)
            #expect(difference.removed.isEmpty && difference.added.isEmpty)
            // Opening the database for writing may make a journal for a moment.
            #expect(difference.changed.isSubset(of: ["data/prod"]))
        }
    }

    private func expectFiles(of example: Example, _ before: Manifest) throws {
        let difference = try example.manifest().difference(from: before)
        #expect(difference.removed == Self.gone(before))
        #expect(difference.added.isEmpty)
        #expect(difference.changed == [Self.database])
    }

    private func expectOutcomes(_ lines: [ReportLine]) throws {
        for (task, items) in Self.removed {
            #expect(lines.items(of: task, "remove") == items, "\(task)")
            #expect(lines.filter { $0.task == task && $0.outcome != nil }.allSatisfy { $0.outcome == "deleted" })
            let summary = try lines.summary(of: task)
            #expect(summary.deleted == items.count, "\(task)")
            #expect(summary.outcome == "success" && !summary.dry_run && summary.failed == 0, "\(task)")
        }
    }

    private func expectMetrics(of file: URL, _ before: Manifest) async throws {
        let metrics = try await Exposition(checking: try String(contentsOf: file, encoding: .utf8), .text)
        #expect(metrics["cleanup_backups_deleted_total"] == 86)
        #expect(metrics["cleanup_logs_deleted_total"] == 5)
        #expect(metrics["cleanup_temp_files_deleted_total"] == 6)
        #expect(metrics[#"cleanup_items_examined_total{task="backups"}"#] == 114)
        for (task, items) in Self.removed where task != "cache_dirs" {
            let paths = items.map { (Self.folders[task] ?? "data/") + $0 }
            let freed = paths.compactMap { before[$0]?.allocatedBytes }.reduce(0, +)
            #expect(metrics["cleanup_freed_bytes_total{task=\"\(task)\"}"] == Double(freed), "\(task)")
            #expect(metrics["cleanup_items_deleted_total{task=\"\(task)\"}"] == Double(items.count), "\(task)")
            #expect(metrics["cleanup_item_attempts_total{task=\"\(task)\"}"] == Double(items.count), "\(task)")
        }
    }

    @Test func overridesLoosenTheRules() async throws {
        try await Example.with("architect-dashboard", roots: Self.roots) { example in
            let keep = try await example.cleanupd.run("plan", "backups", "--keep", "15", "--json").check()
            #expect(try ReportLine.parse(keep.output).summary(of: "backups").remove == 93 - 15)
            let age = try await example.cleanupd.run("plan", "app_logs", "--older-than", "60d", "--json").check()
            #expect(try ReportLine.parse(age.output).items(of: "app_logs", "remove") == ["old/dashboard.log.3"])
        }
    }

    @Test func serviceCleansAtItsStartAndTellsPrometheus() async throws {
        try await Example.with("architect-dashboard", roots: Self.roots) { example in
            let before = try example.manifest()
            let start = Example.now()
            try await withServe(example.cleanupd) { serve in
                try await serve.waitFor("cleanup_job_complete")
                #expect(try example.manifest().difference(from: before).removed == Self.gone(before))
                for format in [Exposition.Format.text, .openMetrics] {
                    try await expectFigures(serve, format, between: start...Example.now())
                }
                #expect(try await serve.request("/healthz").status == 200)
                #expect(try await serve.request("/readyz").status == 200)
                let second = try await example.cleanupd.run("serve")
                #expect(second.code == 5)
                #expect(second.errorText.contains("\(serve.pid)"), "\(second.errorText)")
                let beside = try await example.cleanupd.run("run", "--force", "--json")
                #expect(beside.code == 0, "\(beside.errorText)")
                let end = await serve.terminate()
                #expect(end.code == 0)
                #expect(end.seconds < 10)
            }
        }
    }

    private func expectFigures(
        _ serve: ServeProcess,
        _ format: Exposition.Format,
        between times: ClosedRange<Double>
    ) async throws {
        let answer = try await serve.request("/metrics", headers: [format.accept])
        #expect(answer.status == 200)
        let type = format == .text ? "text/plain; version=0.0.4" : "application/openmetrics-text; version=1.0.0"
        #expect(answer.contentType.hasPrefix(type), "\(answer.contentType)")
        let metrics = try await Exposition(checking: answer.body, format)
        #expect(metrics["cleanup_backups_deleted_total"] == 86)
        #expect(metrics["cleanup_logs_deleted_total"] == 5)
        #expect(metrics["cleanup_temp_files_deleted_total"] == 6)
        // The cycle fires at the start and at each full hour, which may pass meanwhile.
        let hours = Int(times.upperBound / 3600) - Int(times.lowerBound / 3600)
        let firings = 1...Double(1 + hours)
        let cycles = try #require(metrics[#"cleanup_cycles_total{cycle="hourly"}"#])
        #expect(firings.contains(cycles))
        #expect(metrics[#"cleanup_cycle_failures_total{cycle="hourly"}"#] == 0)
        #expect(metrics["cleanup_cycle_duration_seconds_count"] == cycles)
        #expect(metrics["cleanup_leader"] == 1)
        for task in Self.tasks {
            let runs = try #require(metrics["cleanup_task_runs_total{task=\"\(task)\"}"])
            #expect(firings.contains(runs), "\(task)")
            #expect(metrics["cleanup_task_enabled{task=\"\(task)\"}"] == 1, "\(task)")
            #expect(metrics["cleanup_task_schedule_interval_seconds{task=\"\(task)\"}"] == 3600, "\(task)")
            #expect(metrics["cleanup_overdue_items{task=\"\(task)\"}"] == 0, "\(task)")
            let success = try #require(metrics["cleanup_task_last_success_timestamp_seconds{task=\"\(task)\"}"])
            #expect(times.contains(success), "\(task)")
        }
    }
}
