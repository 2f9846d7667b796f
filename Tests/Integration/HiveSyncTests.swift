import Foundation
import Support
import Testing

/// `examples/hivesync` with the real binary and a real PostgreSQL: directories and logs, and what holds for all tasks.
@Suite(.timeLimit(.minutes(20)))
struct HiveSyncTests {
    static let roots = ["DATA_DIR": "."]
    private static let abandoned: Set = [
        "tmp/clone-1700000000-abc123", "tmp/preview-job-17", "tmp/preview-job-18",
    ]
    /// Old too, but pending or running jobs name them.
    private static let inUse: Set = [
        "tmp/preview-job-21", "tmp/preview-job-22", "tmp/clone-1700000002-aaa111",
    ]
    /// Of sessions that have expired, failed or been cancelled.
    private static let previews: Set = ["previews/1240", "previews/1241", "previews/1243"]
    private static let orphans: Set = ["previews/1300"]
    private static let oldLogs: Set = ["logs/api/api-91.log", "logs/old-100.log.gz"]
    private static let compressed: Set = ["logs/worker-08.log", "logs/api/api-30.log", "logs/api/api-89.log"]
    private static let kept: Set = ["logs/access.log", "logs/access-2020.log.gz"]

    private static func gone(_ before: Manifest) -> Set<String> {
        let items = abandoned.union(previews).union(orphans).union(oldLogs).union(compressed)
        return items.reduce(into: []) { $0.formUnion(before.paths(in: $1)) }
    }

    @Test func planShowsExactlyWhatGoesAndChangesNothing() async throws {
        try await Example.with("hivesync", roots: Self.roots) { example in
            let (before, rows) = (try example.manifest(), try await example.dump())
            let plan = try await example.cleanupd.run("plan", "--json")
            #expect(plan.code == 0, "\(plan.errorText)")
            let lines = try ReportLine.parse(plan.output)
            #expect(lines.items(of: "tmp_dirs", "remove") == Self.abandoned)
            #expect(lines.items(of: "tmp_dirs", "keep") == Self.inUse)
            #expect(try lines.summary(of: "previews").remove == 4)
            #expect(lines.items(of: "orphaned_previews", "remove") == Self.orphans)
            #expect(lines.items(of: "logs", "remove") == Self.oldLogs)
            #expect(lines.items(of: "logs", "compress") == Self.compressed)
            #expect(lines.items(of: "logs", "keep") == Self.kept)
            #expect(lines.first { $0.item == "logs/api/api-91.log" }?.reason == "older than 90d")
            #expect(try lines.summary(of: "tmp_dirs").remove == 3)
            #expect(try lines.summary(of: "logs").remove == 2)
            #expect(try lines.summary(of: "logs").compress == 3)
            // Objects are as young as their upload.
            #expect(try lines.summary(of: "orphaned_objects").remove == 0)
            let tasks: Set = ["tmp_dirs", "previews", "orphaned_previews", "orphaned_objects", "logs"]
            #expect(Set(lines.map(\.task)) == tasks)
            #expect(try example.manifest() == before)
            #expect(try await example.dump() == rows)
        }
    }

    @Test func planAsOfAnotherInstantSeesOlderItems() async throws {
        try await Example.with("hivesync", roots: Self.roots) { example in
            let inAnHour = Date(timeIntervalSince1970: Example.now() + 3600).ISO8601Format()
            let plan = try await example.cleanupd.run("plan", "tmp_dirs", "--at", inAnHour, "--json").check()
            let young: Set = ["tmp/preview-job-19", "tmp/clone-1700000001-def456"]
            #expect(try ReportLine.parse(plan.output).items(of: "tmp_dirs", "remove") == Self.abandoned.union(young))
        }
    }

    @Test func forcedRunRemovesAndCompressesExactlyThat() async throws {
        try await Example.with("hivesync", roots: Self.roots) { example in
            let before = try example.manifest()
            let metrics = example.folder.appendingPathComponent("cleanup.prom")
            let run = try await example.cleanupd.run("run", "--force", "--json", "--metrics-file", metrics.path)
            #expect(run.code == 0, "\(run.errorText)")
            let lines = try ReportLine.parse(run.output)
            #expect(try lines.summary(of: "tmp_dirs").deleted == 3)
            #expect(try lines.summary(of: "orphaned_previews").deleted == 1)
            #expect(try lines.summary(of: "logs").deleted == 2)
            let outcomes = lines.filter { $0.verdict == "compress" }.map(\.outcome)
            #expect(outcomes == ["compressed", "compressed", "compressed"])

            let after = try example.manifest()
            let difference = after.difference(from: before)
            #expect(difference.removed == Self.gone(before))
            #expect(difference.added == Set(Self.compressed.map { $0 + ".gz" }))
            #expect(difference.changed.isEmpty)
            try await expectArchives(example, before, after)
            try await expectMetrics(of: metrics, before)
            try await expectNothingLeftToDo(example, after)
        }
    }

    /// gzip itself finds the archives whole, with the old content, mode and time.
    private func expectArchives(_ example: Example, _ before: Manifest, _ after: Manifest) async throws {
        for path in Self.compressed {
            let archive = example.sample.appendingPathComponent(path + ".gz").path
            try await Command.run("/usr/bin/gzip", ["--test", archive]).check()
            let content = try await Command.run("/usr/bin/gzip", ["--decompress", "--stdout", archive]).check()
            let copy = example.folder.appendingPathComponent("copy")
            try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
            try content.output.write(to: copy.appendingPathComponent("content"))
            let old = try #require(before[path])
            #expect(try Manifest(of: copy)["content"]?.sha256 == old.sha256, "\(path)")
            #expect(after[path + ".gz"]?.mode == old.mode, "\(path)")
            #expect(after[path + ".gz"]?.modified == old.modified, "\(path)")
        }
    }

    private func expectMetrics(of file: URL, _ before: Manifest) async throws {
        let metrics = try await Exposition(checking: try String(contentsOf: file, encoding: .utf8), .text)
        #expect(metrics["cleanup_tmp_dirs_deleted_total"] == 3)
        #expect(metrics["cleanup_logs_deleted_total"] == 2)
        #expect(metrics[#"cleanup_compressed_files_total{task="logs"}"#] == 3)
        #expect(metrics[#"cleanup_compression_verify_failures_total{task="logs"}"#] == 0)
        let read = Self.compressed.compactMap { before[$0]?.size }.reduce(0, +)
        #expect(metrics[#"cleanup_compression_input_bytes_total{task="logs"}"#] == Double(read))
        let written = try #require(metrics[#"cleanup_compression_output_bytes_total{task="logs"}"#])
        #expect(written > 0 && written < Double(read))
    }

    private func expectNothingLeftToDo(_ example: Example, _ after: Manifest) async throws {
        let second = try await example.cleanupd.run("run", "--force", "--json")
        #expect(second.code == 0, "\(second.errorText)")
        for task in ["tmp_dirs", "previews", "orphaned_previews", "orphaned_objects", "logs"] {
            let summary = try ReportLine.parse(second.output).summary(of: task)
            #expect(summary.remove == 0 && summary.compress == 0 && summary.deleted == 0, "\(task)")
        }
        #expect(try example.manifest() == after)
    }

    @Test func directoryThatAProcessLocksStays() async throws {
        try await Example.with("hivesync", roots: Self.roots) { example in
            let before = try example.manifest()
            let directory = example.sample.appendingPathComponent("tmp/preview-job-17").path
            // flock(1) holds the lock for as long as the program that it starts: the whole run.
            let run = try await Command.run(
                "/usr/bin/flock",
                [directory, try CleanupdProcess.binary(), "run", "tmp_dirs", "--force", "--json"],
                environment: example.cleanupd.wholeEnvironment
            )
            #expect(run.code == 0, "\(run.errorText)")
            #expect(try ReportLine.parse(run.output).summary(of: "tmp_dirs").deleted == 2)
            let others = Self.abandoned.subtracting(["tmp/preview-job-17"])
            let gone = others.reduce(into: Set()) { $0.formUnion(before.paths(in: $1)) }
            let difference = try example.manifest().difference(from: before)
            #expect(difference.removed == gone)
            #expect(difference.changed.isEmpty)
        }
    }

    @Test(.tags(.m7)) func serviceShowsAllSeriesAtOnceAndRemembersTheLastSuccess() async throws {
        try await Example.with("hivesync", roots: Self.roots) { example in
            let start = Example.now()
            try await example.cleanupd.run("run", "--force").check()
            let end = Example.now()
            try await withServe(example.cleanupd) { serve in
                let metrics = try await Exposition(checking: try await serve.request("/metrics").body, .text)
                #expect(metrics["cleanup_tmp_dirs_deleted_total"] == 0)
                #expect(metrics["cleanup_logs_deleted_total"] == 0)
                #expect(metrics["cleanup_build_info"] == nil)
                #expect(metrics.samples.keys.contains { $0.hasPrefix("cleanup_build_info{") })
                let tasks = [("tmp_dirs", 600.0, 300.0), ("previews", 600, 300), ("logs", 21600, 86400)]
                for (task, interval, limit) in tasks {
                    let label = "{task=\"\(task)\"}"
                    let success = try #require(metrics["cleanup_task_last_success_timestamp_seconds\(label)"])
                    #expect((start...end).contains(success), "\(task)")
                    let next = try #require(metrics["cleanup_task_next_run_timestamp_seconds\(label)"])
                    #expect(next.truncatingRemainder(dividingBy: interval) == 0, "\(task)")
                    #expect(next > end && next <= Example.now() + interval, "\(task)")
                    #expect(metrics["cleanup_task_schedule_interval_seconds\(label)"] == interval, "\(task)")
                    #expect(metrics["cleanup_task_timeout_seconds\(label)"] == limit, "\(task)")
                    #expect(metrics["cleanup_task_enabled\(label)"] == 1, "\(task)")
                    #expect(metrics["cleanup_task_dry_run\(label)"] == 0, "\(task)")
                    #expect(metrics["cleanup_item_failures_total{reason=\"io\",task=\"\(task)\"}"] == 0, "\(task)")
                }
                let stop = await serve.terminate()
                #expect(stop.code == 0)
                #expect(stop.seconds < 10)
            }
        }
    }

    @Test func badConfigurationIsRefusedWholeAndTheOldOneStays() async throws {
        try await Example.with("hivesync", roots: Self.roots) { original in
            let file = original.folder.appendingPathComponent("cleanup.yaml")
            let source = Project.file("examples/hivesync/cleanup.yaml")
            let good = try String(contentsOf: source, encoding: .utf8)
            try good.write(to: file, atomically: true, encoding: .utf8)
            let example = original.setting(["CLEANUPD_CONFIG": file.path])
            try await withServe(example.cleanupd) { serve in
                let bad = good.replacing("depth: 1", with: "depht: 1")
                try bad.write(to: file, atomically: true, encoding: .utf8)
                #expect(try await serve.request("/-/reload", method: "POST").status == 422)
                #expect(try await reloadFigure(serve) == 0)
                serve.signal(SIGHUP)
                try await serve.waitFor("configuration_reload_failed")
                try good.write(to: file, atomically: true, encoding: .utf8)
                serve.signal(SIGHUP)
                try await serve.waitFor("configuration_reloaded")
                #expect(try await reloadFigure(serve) == 1)
                #expect(await serve.terminate().code == 0)
            }
        }
    }

    private func reloadFigure(_ serve: ServeProcess) async throws -> Double? {
        let metrics = try await Exposition(checking: try await serve.request("/metrics").body, .text)
        return metrics["cleanup_config_last_reload_successful"]
    }
}
