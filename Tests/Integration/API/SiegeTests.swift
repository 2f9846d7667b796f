import Foundation
import Support
import Testing

/// Clients that mean no good, by the thousand, while a run deletes.
@Suite(.timeLimit(.minutes(20)), .tags(.a4))
struct SiegeTests {
    /// So long that a hundredth of all scrapes is several of them.
    private static let seconds = 60
    private static let files = 24_000
    /// Of all clients: who is watched by ThreadSanitizer answers many times as late.
    private static let share = Scale.isUnderThreadSanitizer ? 0.1 : 1.0

    @Test func cleaningAndScrapesGoOnUnderSiege() async throws {
        let folder = try TemporaryFolder()
        let cleanupd = try await Self.service(folder)
        try await withServe(cleanupd) { serve in
            let begun = try await Self.call(serve, "run", method: "POST", body: #"{"dry_run":false}"#)
            #expect(begun.status == 202, "\(begun.body)")
            let found = try await Self.besiege(serve)
            try Self.expectService(found)
            // What was closed to the others is open at once, and the run ends as if nothing had been.
            for path in ["status", "runs", "jobs", "settings", "schedule", "calls", "candidates?task=files"] {
                let answer = try await Self.call(serve, path)
                #expect(answer.status == 200, "\(path): \(answer.body)")
            }
            let run = try #require(JSONSerialization.jsonObject(with: Data(begun.body.utf8)) as? [String: Any])
            let id = try #require(run.text("id"))
            let ended = try await eventually(seconds: 600) { () -> [String: Any]? in
                let answer = try await Self.call(serve, "runs/\(id)")
                let run = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any]
                return run?.text("state") == "ended" ? run : nil
            }
            #expect(ended?.text("outcome") == "success", "\(ended ?? [:])")
            #expect(ended?.integer("tasks", "files", "deleted") == Self.files)
            let end = await serve.terminate()
            #expect(end.code == 0)
        }
    }

    /// Of as few open files as a service usually may have; a run that lasts as long as the siege.
    private static func service(_ folder: TemporaryFolder) async throws -> CleanupdProcess {
        let text = """
            state: sqlite:\(folder.file("state/cleanup.db"))
            http:
              listen: 127.0.0.1:0
              tokens: { admin: { role: admin, file: \(folder.file("token")) } }
            connections: { data: { url: "file://\(folder.file("tree"))" } }
            cycles: { daily: { schedule: "0 3 29 2 *", tasks: [files] } }
            tasks:
              files:
                files: { in: data, match: ["**/*.dat"] }
                remove: { older_than: 7d }
                limits: { max_percent: 100 }
                pace: { batch: 20, pause: 50ms }
            """
        try FileManager.default.createDirectory(atPath: folder.file("state"), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("cleanup.yaml")))
        try Data("token".utf8).write(to: URL(fileURLWithPath: folder.file("token")))
        let tree = Project.file("Benchmarks/make-tree.py").path
        try await Command.run(FastRules.python, [tree, folder.file("tree"), "20", "\(files / 20)", "100"]).check()
        return CleanupdProcess(
            environment: ["CLEANUPD_CONFIG": folder.file("cleanup.yaml")],
            launcher: ["/usr/bin/prlimit", "--nofile=1024:4096"]
        )
    }

    private static func call(
        _ serve: ServeProcess,
        _ path: String,
        method: String = "GET",
        body: String? = nil
    ) async throws -> (status: Int, contentType: String, body: String) {
        let headers = ["Authorization: Bearer token"] + (body == nil ? [] : ["Content-Type: application/json"])
        return try await serve.request("/api/cleanup/\(path)", method: method, headers: headers, body: body)
    }

    private static func besiege(_ serve: ServeProcess) async throws -> [String: Any] {
        let given: [String: Any] = [
            "port": serve.port, "pid": Int(serve.pid), "token": "token", "seconds": seconds,
            "connections": Int(10_000 * share), "slow": Int(150 * share), "scrapers": Int(200 * share),
        ]
        let script = Project.file("Tests/Limits/siege.py").path
        let input = try JSONSerialization.data(withJSONObject: given)
        let result = try await Command.run(FastRules.python, [script], input: input).check()
        return try #require(JSONSerialization.jsonObject(with: result.output) as? [String: Any], "\(result.text)")
    }

    private static func expectService(_ found: [String: Any]) throws {
        func number(_ name: String) -> Double { (found[name] as? NSNumber)?.doubleValue ?? 0 }
        // It was a siege.
        #expect(number("idle_opened") >= 9_900 * share && number("idle_ended_by_service") >= 8_000 * share, "\(found)")
        #expect(number("slow_opened") >= 150 * share && number("bombs") > 0 && number("deaf_opened") > 0, "\(found)")
        #expect(number("bombs_answered_well") == 0, "\(found)")
        // Of 1 GiB not more is taken than what lies in the buffers of both sides.
        #expect(number("long_bodies") > 0 && number("most_taken_of_a_body") < 64 * 1_048_576, "\(found)")
        let deleted = try #require(found["deleted"] as? [Double])
        #expect(deleted[1] > deleted[0] + 100, "\(found)")
        // Nobody who asks is kept out, but for one who was unlucky on a machine that is short of time.
        #expect(number("scrapes") > 0, "\(found)")
        #expect(number("scrapes_refused") + number("scrapes_failed") <= 0.02 * number("scrapes"), "\(found)")
        #expect(number("parallel_refused") + number("parallel_failed") <= 0.05 * number("parallel_scrapes"), "\(found)")
        // On a machine that others use as well, it is they who decide.
        #expect(number("scrape_p99") < 1 || number("slowdown") > 2.5, "\(found)")
        #expect(number("memory_most") < number("memory_first") + 128, "\(found)")
    }
}
