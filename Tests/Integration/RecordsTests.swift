import Foundation
import Support
import Testing

/// Entries of JSON files by the real binary: what a configuration alone decides.
@Suite(.timeLimit(.minutes(5)))
struct RecordsTests {
    /// Lends a folder with `cleanup.yaml` and `jobs.json` in it, and the binary, which sees the folder as `DIR`.
    private static func with(
        _ tasks: String,
        jobs: String,
        _ body: (CleanupdProcess, URL) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { folder in
            let configuration = """
                state: "sqlite:${DIR}/state.db"
                http: { listen: "127.0.0.1:0" }
                connections:
                  jobs: { url: "json:${DIR}/jobs.json" }
                  used: { url: "json:${DIR}/used.json" }
                tasks:
                \(tasks)
                """
            let file = folder.appendingPathComponent("cleanup.yaml")
            try Data(configuration.utf8).write(to: file)
            try Data(jobs.utf8).write(to: folder.appendingPathComponent("jobs.json"))
            let environment = ["CLEANUPD_CONFIG": file.path, "DIR": folder.path]
            try await body(CleanupdProcess(environment: environment), folder)
        }
    }

    private static func jobs(in folder: URL) throws -> String {
        try String(contentsOf: folder.appendingPathComponent("jobs.json"), encoding: .utf8)
    }

    @Test(arguments: [false, true])
    func namedElementOfAnArrayIsNeverTakenForAnUnnamedOne(_ hasKey: Bool) async throws {
        let jobs = #"[{"id":"a","t":1700000000},{"id":"b","t":1700000000}]"#
        let tasks = """
              jobs:
                records: { in: jobs, time: t\(hasKey ? ", key: id" : "") }
                remove: { older_than: 1h }
                keep: { referenced_by: [{ in: used, field: job }] }
            """
        try await Self.with(tasks, jobs: jobs) { cleanupd, folder in
            try Data(#"{"x":{"job":"a"}}"#.utf8).write(to: folder.appendingPathComponent("used.json"))
            let plan = try await cleanupd.run("plan", "jobs", "--json")
            #expect((plan.code == 0) == hasKey, "\(plan.code) \(plan.errorText)")
            let run = try await cleanupd.run("run", "jobs", "--force", "--json")
            #expect((run.code == 0) == hasKey, "\(run.code) \(run.errorText)")
            if hasKey {
                #expect(try Self.jobs(in: folder) == #"[{"id":"a","t":1700000000}]"#)
            } else {
                #expect(try Self.jobs(in: folder) == jobs)
            }
        }
    }

    /// Counted by a reason of their own, named in the log, and left as they are, byte for byte.
    @Test func corruptEntriesAreCountedNamedAndStay() async throws {
        let corrupt = #""a":{"t":"yesterday"},"b":{},"c":7"#
        let tasks = """
              jobs:
                records: { in: jobs, time: t }
                remove: { older_than: 1h }
            """
        let series = #"cleanup_items_skipped_total{reason="corrupt",task="jobs"}"#
        try await Self.with(tasks, jobs: #"{"old":{"t":1700000000},"# + corrupt + "}") { cleanupd, folder in
            try await withServe(cleanupd) { serve in
                #expect(try await Self.metrics(serve)[series] == 0)
                let run = try await serve.request(
                    "/api/cleanup/run?wait=true",
                    method: "POST",
                    headers: ["Content-Type: application/json"],
                    body: #"{"tasks":["jobs"],"dry_run":false}"#
                )
                #expect(run.status == 200 && run.body.contains(#""outcome":"partial""#), "\(run.body)")
                let metrics = try await Self.metrics(serve)
                #expect(metrics[series] == 3)
                // Nothing was tried with them.
                #expect(metrics[#"cleanup_item_attempts_total{task="jobs"}"#] == 1)
                #expect(metrics[#"cleanup_items_deleted_total{task="jobs"}"#] == 1)
                let line = try await serve.waitForFirst("log_cleanup_error")
                #expect(line.contains("3 places could not be looked at"), "\(line)")
                #expect(line.contains("The record a is corrupt, and stays"), "\(line)")
                #expect(await serve.terminate().code == 0)
            }
            #expect(try Self.jobs(in: folder) == "{\(corrupt)}")
        }
    }

    private static func metrics(_ serve: ServeProcess) async throws -> Exposition {
        try await Exposition(checking: try await serve.request("/metrics").body, .text)
    }

    /// An expiry of 2033, and one of 2019.
    @Test func planAsOfAnotherInstantTakesWhatHasExpiredThen() async throws {
        let jobs = #"{"later":{"e":2000000000},"long ago":{"e":1550000000}}"#
        let tasks = """
              jobs:
                records: { in: jobs, expires: e }
                remove: { expired: true }
            """
        try await Self.with(tasks, jobs: jobs) { cleanupd, _ in
            let plans: [(at: [String], items: Set<String>)] = [
                ([], ["long ago"]), (["--at", "2034-01-01T00:00:00Z"], ["later", "long ago"]),
                (["--at", "2018-01-01T00:00:00Z"], []),
            ]
            for (at, items) in plans {
                let plan = try await cleanupd.run(["plan", "jobs", "--json"] + at)
                #expect(plan.code == 0, "\(plan.errorText)")
                #expect(try ReportLine.parse(plan.output).items(of: "jobs", "remove") == items, "\(at)")
            }
        }
    }

    @Test func anAgeOfRecordsWithoutATimeIsRefused() async throws {
        let jobs = #"{"a":{"e":1550000000}}"#
        let tasks = """
              jobs:
                records: { in: jobs, expires: e }
                remove: { expired: true }
            """
        try await Self.with(tasks, jobs: jobs) { cleanupd, folder in
            for command in [["plan", "jobs"], ["run", "jobs", "--force"]] {
                let refused = try await cleanupd.run(command + ["--older-than", "1d"])
                #expect(refused.code == 2, "\(refused.code) \(refused.errorText)")
                #expect(
                    refused.errorText.contains("replaces remove.older_than, which none of jobs has"),
                    "\(refused.errorText)"
                )
            }
            #expect(try Self.jobs(in: folder) == jobs)
        }
    }
}
