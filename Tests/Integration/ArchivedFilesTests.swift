import Foundation
import Support
import Testing

/// `archive_to` with the whole program and a real bucket.
@Suite(.timeLimit(.minutes(5)))
struct ArchivedFilesTests {
    private static let contents = (0..<20_000).map { "row \($0) of a backup\n" }.joined()
    private static let copy = "copies/old.db.gz"

    /// A folder with two backups that are due and one that is not, and a task that copies them to a bucket.
    private struct World {
        let folder: TemporaryFolder
        let bucket: S3TestBucket
        let cleanupd: CleanupdProcess

        init(_ bucket: S3TestBucket, endpoint: String? = nil) throws {
            folder = try TemporaryFolder()
            self.bucket = bucket
            cleanupd = CleanupdProcess(environment: [
                "CLEANUPD_CONFIG": folder.file("cleanup.yaml"), "ENDPOINT": endpoint ?? bucket.endpoint,
                "SECRET": bucket.secretKey,
            ])
            try FileManager.default.createDirectory(atPath: folder.file("backups"), withIntermediateDirectories: false)
            for name in ["old.db", "older.db", "young.db"] {
                let path = folder.file("backups/\(name)")
                try Data(ArchivedFilesTests.contents.utf8).write(to: URL(fileURLWithPath: path))
                guard name != "young.db" else { continue }
                let age = [FileAttributeKey.modificationDate: Date(timeIntervalSinceNow: -40 * 86_400)]
                try FileManager.default.setAttributes(age, ofItemAtPath: path)
            }
            try write(archive: "archive_to: { in: vault, prefix: copies/ }")
        }

        func write(archive: String, isOptional: Bool = false) throws {
            let text = """
                state: "sqlite:\(folder.file("state.db"))"
                http: { listen: "127.0.0.1:0" }
                connections:
                  data: { url: "file://\(folder.file("backups"))" }
                  vault:
                    url: "s3://\(bucket.name)"
                    endpoint: "${ENDPOINT}"
                    addressing: path
                    access_key: "\(bucket.accessKey)"
                    secret_key: "${SECRET}"
                    optional: \(isOptional)
                tasks:
                  backups:
                    resource: backups
                    files: { in: data, match: ["*.db"] }
                    remove: { older_than: 30d }
                    \(archive)
                """
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("cleanup.yaml")))
        }

        /// Names of the backups that are there.
        var backups: [String] {
            get throws { try FileManager.default.contentsOfDirectory(atPath: folder.file("backups")).sorted() }
        }

        func keys() async throws -> Set<String> { try await onThread { [bucket] in try bucket.keys() } }
    }

    private static func with(endpoint: String? = nil, _ body: (World) async throws -> Void) async throws {
        try await S3TestServer.seaweed.withBucket { bucket in
            let world = try World(bucket, endpoint: endpoint)
            try await body(world)
            withExtendedLifetime(world.folder) {}
        }
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
            let path = "/\(world.bucket.name)/\(Self.copy)"
            let packed = try await onThread { [bucket = world.bucket] in try bucket.server.wire.send("GET", path).body }
            let back = try await Command.run("/usr/bin/env", ["gzip", "-dc"], input: packed).check()
            #expect(back.text == Self.contents)

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
            try world.write(archive: "archive_to: { in: vault, prefix: copies/ }", isOptional: true)
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

    @Test func aSealedPlanThatCopiesIsNotAppliedByATaskThatDoesNot() async throws {
        try await Self.with { world in
            let plan = try await world.cleanupd.run("plan", "backups", "--save").check()
            let id = try #require(plan.text.firstMatch(of: /[0-9a-f]{12}-[0-9a-f]{12}/)).output
            try world.write(archive: "")
            let apply = try await world.cleanupd.run("apply", String(id))
            #expect(apply.code != 0, "\(apply.text)")
            #expect(try world.backups.count == 3)
            try world.write(archive: "archive_to: { in: vault, prefix: copies/ }")
            let again = try await world.cleanupd.run("apply", String(id))
            #expect(again.code == 0, "\(again.errorText)")
            #expect(try world.backups == ["young.db"])
            #expect(try await world.keys().count == 2)
        }
    }
}
