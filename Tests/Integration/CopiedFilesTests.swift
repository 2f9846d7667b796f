import Foundation
import Support
import Synchronization
import Testing

/// `archive_to` with the whole program and a real bucket.
@Suite(.timeLimit(.minutes(5)))
struct CopiedFilesTests {
    private static let copy = CopiedFilesWorld.key("old.db")

    /// Two backups that are due, and one that is not.
    private static func with(endpoint: String? = nil, _ body: (CopiedFilesWorld) async throws -> Void) async throws {
        let ages = ["old.db": 40, "older.db": 40, "young.db": 0]
        try await CopiedFilesWorld.with(ages, policy: "remove: { older_than: 30d }", endpoint: endpoint, body)
    }

    @Test func filesGoAfterTheirCopiesAndAPreviewCopiesNothing() async throws {
        try await Self.with { world in
            for command in [["plan", "backups"], ["run", "backups"]] {
                #expect(try await world.cleanupd.run(command).code == 0)
                #expect(try await world.keys().isEmpty)
                #expect(try world.backups.count == 3)
            }
            let metricsFile = world.folder.file("cleanup.prom")
            let arguments = ["run", "backups", "--force", "--json", "--metrics-file", metricsFile]
            let run = try await world.cleanupd.run(arguments)
            #expect(run.code == 0, "\(run.errorText)")
            #expect(try ReportLine.parse(run.output).summary(of: "backups").deleted == 2)
            #expect(run.text.contains("its copy is vault: \(Self.copy)"), "\(run.text)")
            #expect(try world.backups == ["young.db"])
            #expect(try await world.keys() == [Self.copy, "copies/older.db.gz"])
            let copy = try await world.copy("old.db")
            #expect(copy == CopiedFilesWorld.contents("old.db"))

            let text = try String(contentsOfFile: metricsFile, encoding: .utf8)
            let metrics = try await Exposition(checking: text, .text)
            #expect(metrics["cleanup_backups_deleted_total"] == 2)
            #expect(metrics[#"cleanup_backend_requests_total{connection="vault",operation="put"}"#] == 2)

            let second = try await world.cleanupd.run("run", "backups", "--force", "--json")
            #expect(second.code == 0, "\(second.errorText)")
            #expect(try ReportLine.parse(second.output).summary(of: "backups").deleted == 0)
        }
    }

    @Test func aBucketThatIsNotThereFailsTheTaskAndDeletesNothing() async throws {
        try await Self.with(endpoint: "http://127.0.0.1:\(try Loopback.freePort())") { world in
            let run = try await world.cleanupd.run("run", "backups", "--force", "--json")
            #expect(run.code == 1, "\(run.errorText)")
            let summary = try ReportLine.parse(run.output).summary(of: "backups")
            #expect(summary.outcome == "failed" && summary.deleted == 0)
            #expect(run.text.contains("Files are copied there first; nothing was removed."), "\(run.text)")
            #expect(!(run.errorText + run.text).contains(world.bucket.secretKey))
            #expect(try world.backups.count == 3)
            let check = try await world.cleanupd.run("check")
            #expect(check.code == 1 && check.text.contains("1 connections cannot be used"), "\(check.text)")
        }
    }

    /// That a connection may be missing is no leave to pass over the want of copies.
    @Test func anOptionalBucketIsMissedAllTheSame() async throws {
        try await Self.with(endpoint: "http://127.0.0.1:\(try Loopback.freePort())") { world in
            try world.write(copies: "archive_to: { in: vault, prefix: copies/ }", isOptional: true)
            let metricsFile = world.folder.file("cleanup.prom")
            let run = try await world.cleanupd.run("run", "backups", "--force", "--metrics-file", metricsFile)
            #expect(run.code == 1, "\(run.errorText)")
            #expect(try world.backups.count == 3)
            let text = try String(contentsOfFile: metricsFile, encoding: .utf8)
            let metrics = try await Exposition(checking: text, .text)
            let labels = #"connection="vault",operation="head",reason="not_there""#
            let failures = try #require(metrics["cleanup_backend_request_failures_total{\(labels)}"])
            #expect(failures > 0)
        }
    }

    @Test func anotherObjectOfTheKeyKeepsItsFileAndTheOthersGo() async throws {
        try await Self.with { world in
            try await onThread { [bucket = world.bucket] in try bucket.put(Self.copy, "something else") }
            let run = try await world.cleanupd.run("run", "backups", "--force", "--json")
            #expect(run.code == 3, "\(run.errorText)")
            let summary = try ReportLine.parse(run.output).summary(of: "backups")
            #expect(summary.outcome == "partial" && summary.deleted == 1 && summary.failed == 1)
            #expect(run.errorText.contains("where something else is, which is not overwritten"), "\(run.errorText)")
            #expect(try world.backups == ["old.db", "young.db"])
            let path = "/\(world.bucket.name)/\(Self.copy)"
            let answer = try await onThread { [bucket = world.bucket] in try bucket.server.wire.send("GET", path) }
            #expect(answer.text == "something else")
        }
    }

    @Test func checkAsksTheBucketAndWritesNothing() async throws {
        try await Self.with { world in
            let check = try await world.cleanupd.run("check")
            #expect(check.code == 0, "\(check.errorText)\(check.text)")
            let sentence = "What it removes is copied to vault (copies/…) before, and the copy is proved."
            #expect(check.text.contains(sentence), "\(check.text)")
            let line = "files are copied to it as copies/… before they are removed; nothing was written to try that"
            #expect(check.text.contains("connection vault: \(line)"), "\(check.text)")
            #expect(!check.text.contains("one object of our own"))
            #expect(try await world.keys().isEmpty)
        }
    }

    /// Ages are told by this machine's clock, which is compared with those of all servers that tasks work with.
    @Test func theClockOfTheBucketIsCompared() async throws {
        try await Self.with { world in
            try await withServe(world.cleanupd) { serve in
                let series = #"cleanup_clock_offset_seconds{source="vault"}"#
                let offset = try await eventually(seconds: 30) { try await serve.sample(series) }
                #expect(offset != nil)
            }
        }
    }

    /// One of two is copied when the process dies; both lie in one block of the ledger.
    @Test func ofWhatIsCopiedTheLedgerSaysNothingThatIsNotKnown() async throws {
        let first = Mutex("")
        let fate: @Sendable (S3Proxy.Request) -> S3Proxy.Fate = { request in
            guard request.path.hasSuffix(".db.gz") else { return .pass }
            let isOfFirst = first.withLock { first in
                if first.isEmpty { first = request.path }
                return first == request.path
            }
            return isOfFirst ? .pass : .silence
        }
        let proxy = try S3Proxy(target: try await S3TestServer.seaweed.port, fate)
        try await Self.with(endpoint: "http://127.0.0.1:\(proxy.port)") { world in
            let run = try await withServe(world.cleanupd) { serve in
                let order = #"{"tasks":["backups"],"dry_run":false}"#
                let headers = ["Content-Type: application/json"]
                let answer = try await serve.request("/api/cleanup/run", method: "POST", headers: headers, body: order)
                #expect(answer.status == 202, "\(answer.body)")
                let found = try await eventually(seconds: 60) { () async throws -> String? in
                    let runs = try await Self.object(serve, "runs?task=backups").list("runs")
                    guard let id = runs.first?.text("id") else { return nil }
                    return try await Self.outcomes(serve, of: id).contains("deleted") ? id : nil
                }
                let id = try #require(found)
                #expect(try await Self.outcomes(serve, of: id) == ["deleted", "nothing"])
                await serve.kill9()
                return id
            }
            #expect(try world.backups.count == 2)
            try await withServe(world.cleanupd) { serve in
                let isClosed = try await eventually(seconds: 60) {
                    try await Self.object(serve, "runs/\(run)").text("state") == "ended" ? true : nil
                }
                #expect(isClosed == true)
                #expect(try await Self.outcomes(serve, of: run) == ["deleted", "not_tried"])
                #expect(await serve.terminate().code == 0)
            }
            #expect(try world.backups.count == 2)
        }
        withExtendedLifetime(proxy) {}
    }

    /// What became of the two backups that are due, in the order of the alphabet.
    private static func outcomes(_ serve: ServeProcess, of run: String) async throws -> [String] {
        let items = try await object(serve, "runs/\(run)/items").list("items")
        return items.map { $0.text("outcome") ?? "nothing" }.sorted()
    }

    private static func object(_ serve: ServeProcess, _ path: String) async throws -> [String: Any] {
        let body = try await serve.request("/api/cleanup/\(path)").body
        let object = try JSONSerialization.jsonObject(with: Data(body.utf8))
        return try #require(object as? [String: Any], "\(body)")
    }

    @Test func aSealedPlanThatCopiesIsNotAppliedByATaskThatDoesNot() async throws {
        try await Self.with { world in
            let plan = try await world.cleanupd.run("plan", "backups", "--save").check()
            let id = try #require(plan.text.firstMatch(of: /[0-9a-f]{12}-[0-9a-f]{12}/)).output
            try world.write(copies: "")
            let apply = try await world.cleanupd.run("apply", String(id))
            #expect(apply.code != 0, "\(apply.text)")
            #expect(try world.backups.count == 3)
            try world.write(copies: "archive_to: { in: vault, prefix: copies/ }")
            let again = try await world.cleanupd.run("apply", String(id))
            #expect(again.code == 0, "\(again.errorText)")
            #expect(try world.backups == ["young.db"])
            #expect(try await world.keys().count == 2)
        }
    }
}
