import Foundation
import Support
import Testing

/// `examples/hivesync`: what only its database can say.
@Suite(.timeLimit(.minutes(20)))
struct HiveSyncDatabaseTests {
    private static func with(
        _ environment: [String: String] = [:],
        _ body: (Example) async throws -> Void
    ) async throws {
        try await Example.with("hivesync", roots: HiveSyncTests.roots, environment: environment, body)
    }

    private static func previews(_ example: Example, where condition: String) async throws -> Set<Int> {
        try await example.numbers("SELECT id FROM preview_sessions WHERE \(condition)")
    }

    /// Runs for real, and gives what became of the files.
    private static func run(
        _ example: Example,
        _ arguments: String...
    ) async throws -> (result: Command.Result, lines: [ReportLine], removed: Set<String>) {
        let before = try example.manifest()
        let result = try await example.cleanupd.run(["run"] + arguments + ["--force", "--json"])
        let removed = try example.manifest().difference(from: before).removed
        return (result, try ReportLine.parse(result.output), removed)
    }

    private static func paths(_ items: Set<String>, _ manifest: Manifest) -> Set<String> {
        items.reduce(into: []) { $0.formUnion(manifest.paths(in: $1)) }
    }

    @Test func expiredFailedAndCancelledPreviewsGoWithTheirFilesAfterTheGrace() async throws {
        try await Self.with { example in
            let before = try example.manifest()
            let withBundle = try await Self.previews(example, where: "bundle_path IS NOT NULL")
            let metrics = example.folder.appendingPathComponent("cleanup.prom")
            let (result, _, removed) = try await Self.run(example, "previews", "--metrics-file", metrics.path)
            #expect(result.code == 0, "\(result.errorText)")
            #expect(removed == Self.paths(["previews/1240", "previews/1241", "previews/1243"], before))
            let cleared: Set = [1240, 1241, 1243, 1245]
            let left = try await Self.previews(example, where: "bundle_path IS NOT NULL")
            #expect(left == withBundle.subtracting(cleared))
            // The rows stay, and those that were not due keep the keys of their objects.
            #expect(try await Self.previews(example, where: "bundle_key = 'previews/' || id || '/bundle.zip'") == left)
            let figures = try await example.metrics(metrics)
            #expect(figures["cleanup_previews_deleted_total"] == 4)
            #expect(figures["cleanup_preview_files_deleted_total"] == 3)
            #expect(figures["cleanup_preview_objects_deleted_total"] == 4)
            #expect(figures[#"cleanup_items_updated_total{task="previews"}"#] == 4)
            let freed = try #require(figures[#"cleanup_freed_bytes_total{task="previews"}"#])
            // Of directories it depends on the file system whether they give back anything.
            let all = removed.compactMap { before[$0] }
            let files = all.filter { $0.kind == .file }.map(\.allocatedBytes).reduce(0, +)
            let objects = cleared.map { "sample bundle previews/\($0)/bundle.zip".utf8.count }.reduce(0, +)
            let least = Double(files) + Double(objects)
            #expect((least...Double(all.map(\.allocatedBytes).reduce(0, +)) + Double(objects)).contains(freed))
        }
    }

    @Test func longerGraceKeepsMore() async throws {
        try await Self.with(["CLEANUP_GRACE_MINUTES": "90"]) { example in
            let (result, _, removed) = try await Self.run(example, "previews")
            #expect(result.code == 0, "\(result.errorText)")
            #expect(!removed.contains("previews/1241") && removed.contains("previews/1243"))
            #expect(try await Self.previews(example, where: "bundle_path IS NULL") == [1240, 1243, 1245, 1246, 1247])
        }
    }

    /// The file cannot be removed, or must not be: its row stays as it is, and the others go.
    @Test(arguments: [true, false])
    func previewWhoseFilesStayKeepsItsPath(isOutside: Bool) async throws {
        try await Self.with { example in
            let outside = example.folder.appendingPathComponent("outside")
            try FileManager.default.createDirectory(at: outside, withIntermediateDirectories: true)
            let stubborn = example.sample.appendingPathComponent("previews/1240/bundle.zip").path
            if isOutside {
                try await example.sql("UPDATE preview_sessions SET bundle_path = '\(outside.path)' WHERE id = 1240")
            } else {
                // Root may do anything but remove an immutable file.
                try await Command.run("/usr/bin/chattr", ["+i", stubborn]).check()
            }
            let path = try await example.sql("SELECT bundle_path FROM preview_sessions WHERE id = 1240")
            let result = try await example.cleanupd.run("run", "previews", "--force", "--json")
            if !isOutside { try await Command.run("/usr/bin/chattr", ["-i", stubborn]).check() }
            #expect(result.code == 3, "\(result.errorText)")
            let summary = try ReportLine.parse(result.output).summary(of: "previews")
            #expect(summary.outcome == "partial" && summary.failed == 1)
            #expect(try await example.sql("SELECT bundle_path FROM preview_sessions WHERE id = 1240") == path)
            #expect(FileManager.default.fileExists(atPath: outside.path))
            #expect(FileManager.default.fileExists(atPath: stubborn))
            #expect(try await Self.previews(example, where: "bundle_path IS NULL") == [1241, 1243, 1245, 1246, 1247])
        }
    }

    @Test func jobThatNamesADirectoryByAnyOfItsNamesProtectsIt() async throws {
        try await Self.with { example in
            let real = example.sample.path
            for path in ["/data/tmp/preview-job-17", "\(real)//tmp/./preview-job-17/", "tmp/preview-job-17/deeper"] {
                try await example.sql(
                    "UPDATE background_jobs SET status = 'running', working_dir = '\(path)' WHERE id = 17"
                )
                let plan = try await example.cleanupd.run("plan", "tmp_dirs", "--json").check()
                let lines = try ReportLine.parse(plan.output)
                #expect(lines.items(of: "tmp_dirs", "keep").contains("tmp/preview-job-17"), "\(path)")
                #expect(try lines.summary(of: "tmp_dirs").remove == 2, "\(path)")
            }
        }
    }

    @Test func jobThatNamesAPathOutsideStopsTheTaskAndTheOthersGoOn() async throws {
        try await Self.with { example in
            try await example.sql("UPDATE background_jobs SET working_dir = '/var/tmp/elsewhere' WHERE id = 21")
            let (result, lines, removed) = try await Self.run(example)
            #expect(result.code == 4 || result.code == 1, "\(result.code)")
            #expect((result.errorText + result.text).contains("/var/tmp/elsewhere"), "\(result.errorText)")
            #expect(try lines.summary(of: "tmp_dirs").deleted == 0)
            #expect(!removed.contains { $0.hasPrefix("tmp/") })
            #expect(try lines.summary(of: "logs").deleted == 2)
        }
    }

    @Test(arguments: ["", "DROP TABLE background_jobs CASCADE"])
    func databaseThatCannotSayWhatIsInUseStopsTheTaskAndTheOthersGoOn(sql: String) async throws {
        try await Self.with { original in
            let url = "postgres://hive:top-secret-word@127.0.0.1:1/hivesync?sslmode=disable"
            if !sql.isEmpty { try await original.sql(sql) }
            let example = sql.isEmpty ? original.setting(["DATABASE_URL": url]) : original
            let (result, lines, removed) = try await Self.run(example)
            #expect(result.code != 0)
            #expect(try lines.summary(of: "tmp_dirs").outcome != "success")
            #expect(!removed.contains { $0.hasPrefix("tmp/") })
            #expect(try lines.summary(of: "logs").deleted == 2)
            #expect(!(result.errorText + result.text).contains("top-secret-word"))
        }
    }

    @Test func orphansAreRefusedWhenTheDatabaseHasNoSessions() async throws {
        try await Self.with { example in
            try await example.sql("DELETE FROM preview_sessions")
            let (result, lines, removed) = try await Self.run(example, "orphaned_previews")
            #expect(result.code == 4, "\(result.errorText)")
            #expect(try lines.summary(of: "orphaned_previews").outcome == "refused")
            #expect(removed.isEmpty)
        }
    }

    @Test func staleRepositoriesStayUnlessSomebodySwitchesTheTaskOn() async throws {
        try await Self.with { example in
            let (_, lines, removed) = try await Self.run(example, "stale_repos")
            #expect(removed.isEmpty)
            #expect(try lines.summary(of: "stale_repos").outcome == "skipped")
        }
    }

    @Test func onlyRepositoriesThatAreInactiveEverywhereGo() async throws {
        try await Self.with(["CLEANUP_STALE_REPOS_ENABLED": "true"]) { example in
            let (before, rows) = (try example.manifest(), try await example.dump())
            let (result, lines, removed) = try await Self.run(example, "stale_repos")
            #expect(result.code == 0, "\(result.errorText)")
            #expect(removed == Self.paths(["repos/project-2", "repos/project-7"], before))
            #expect(try lines.summary(of: "stale_repos").deleted == 2)
            #expect(try await example.dump() == rows)
            let second = try await Self.run(example, "stale_repos")
            #expect(second.result.code == 0 && second.removed.isEmpty)
        }
    }

    /// Of those that are inactive, the database saw 3 used 100 days ago, 2 200 days and 7 365 days ago.
    @Test(arguments: [("90", ["2", "3", "7"]), ("220", ["7"]), ("310", [])] as [(String, [String])])
    func repositoriesGoByTheDaysThatAreSetOnDiskAndInTheDatabase(days: String, gone: [String]) async throws {
        try await Self.with(["CLEANUP_STALE_REPOS_ENABLED": "true", "STALE_REPO_DAYS": days]) { example in
            let before = try example.manifest()
            let (result, _, removed) = try await Self.run(example, "stale_repos")
            #expect(result.code == 0, "\(result.errorText)")
            #expect(removed == Self.paths(Set(gone.map { "repos/project-\($0)" }), before))
        }
    }

    @Test func anotherAgeOrInstantIsThatOfTheDatabaseToo() async throws {
        try await Self.with(["CLEANUP_STALE_REPOS_ENABLED": "true"]) { example in
            func planned(_ arguments: String...) async throws -> Set<String> {
                let plan = try await example.cleanupd.run(["plan", "stale_repos", "--json"] + arguments).check()
                return try ReportLine.parse(plan.output).items(of: "stale_repos", "remove")
            }
            #expect(try await planned() == ["repos/project-2", "repos/project-7"])
            #expect(try await planned("--older-than", "220d") == ["repos/project-7"])
            let later = Date(timeIntervalSince1970: Example.now() + 90 * 86_400).ISO8601Format()
            #expect(try await planned("--at", later) == ["repos/project-2", "repos/project-3", "repos/project-7"])
            let before = try example.manifest()
            try await withServe(example.cleanupd) { serve in
                let json = ["Content-Type: application/json"]
                let age = #"{"tasks":{"stale_repos":{"older_than":"220d"}}}"#
                let set = try await serve.request("/api/cleanup/settings", method: "PUT", headers: json, body: age)
                #expect(set.status == 200, "\(set.body)")
                let order = #"{"tasks":["stale_repos"],"dry_run":false}"#
                let path = "/api/cleanup/run?wait=true"
                let run = try await serve.request(path, method: "POST", headers: json, body: order)
                #expect(run.status == 200, "\(run.body)")
                #expect(await serve.terminate().code == 0)
            }
            let removed = try example.manifest().difference(from: before).removed.filter { $0.hasPrefix("repos/") }
            #expect(removed == Self.paths(["repos/project-7"], before))
        }
    }

    @Test func repositoryThatAJobWorksInOrThatBecameActiveStays() async throws {
        try await Self.with(["CLEANUP_STALE_REPOS_ENABLED": "true"]) { example in
            try await example.sql("UPDATE repos SET active = true WHERE id = 2")
            try await example.sql("UPDATE background_jobs SET working_dir = '/data/repos/project-7/work' WHERE id = 21")
            let (result, _, removed) = try await Self.run(example, "stale_repos")
            #expect(result.code == 0, "\(result.errorText)")
            #expect(removed.isEmpty)
        }
    }
}
