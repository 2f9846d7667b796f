import Foundation
import Support
import Testing

/// `examples/hivesync`: what lies in its object storage, a real one.
@Suite(.timeLimit(.minutes(20)))
struct HiveSyncObjectsTests {
    private static let ids = [1234, 1240, 1241, 1242, 1243, 1244, 1245, 1248, 1300, 1301]
    /// Not of previews, so that no task looks at them.
    private static let others: Set = ["avatars/1.png", "backups/nightly.zip"]

    private static func key(_ id: Int) -> String { "previews/\(id)/bundle.zip" }

    /// Of sessions that have expired, failed or been cancelled.
    private static let due = Set([1240, 1241, 1243, 1245].map(key))

    private static let all = Set(ids.map(key)).union(others)

    private static func with(_ body: (Example, S3TestBucket) async throws -> Void) async throws {
        try await Example.with("hivesync", roots: HiveSyncTests.roots) { example in
            let bucket = try #require(example.bucket)
            #expect(try await keys(bucket) == all)
            try await body(example, bucket)
        }
    }

    /// What is in the bucket, as its server itself says.
    private static func keys(_ bucket: S3TestBucket) async throws -> Set<String> {
        try await onThread {
            let answer = try bucket.server.wire.send("GET", "/\(bucket.name)", query: [("list-type", "2")])
            guard answer.status == 200 else { throw SupportError("the bucket cannot be listed: \(answer.text)") }
            return Set(answer.text.matches(of: /<Key>([^<]*)<\/Key>/).map { String($0.output.1) })
        }
    }

    @Test func previewLosesItsFilesAndItsObjectAndThenItsColumns() async throws {
        try await Self.with { example, bucket in
            let run = try await example.cleanupd.run("run", "previews", "--force", "--json")
            #expect(run.code == 0, "\(run.errorText)")
            #expect(try await Self.keys(bucket) == Self.all.subtracting(Self.due))
            let left = try await example.numbers("SELECT id FROM preview_sessions WHERE bundle_key IS NOT NULL")
            #expect(left == [1234, 1242, 1244, 1248])
            let second = try await example.cleanupd.run("run", "previews", "--force", "--json")
            #expect(second.code == 0, "\(second.errorText)")
            #expect(try ReportLine.parse(second.output).summary(of: "previews").remove == 0)
        }
    }

    @Test func objectsThatNoSessionNamesGoOnceTheyAreOldEnough() async throws {
        try await Self.with { example, bucket in
            let young = try await example.cleanupd.run("run", "orphaned_objects", "--force", "--json")
            #expect(young.code == 0, "\(young.errorText)")
            #expect(try await Self.keys(bucket) == Self.all)
            let orphans = Set([1300, 1301].map(Self.key))
            let inTwoDays = Date(timeIntervalSince1970: Example.now() + 2 * 86400).ISO8601Format()
            let plan = try await example.cleanupd.run("plan", "orphaned_objects", "--at", inTwoDays, "--json").check()
            #expect(try ReportLine.parse(plan.output).items(of: "orphaned_objects", "remove") == orphans)

            let metrics = example.folder.appendingPathComponent("cleanup.prom")
            let arguments = ["--older-than", "1s", "--force", "--json", "--metrics-file", metrics.path]
            // Their time is that of their upload, in whole seconds.
            let deleted = try await eventually(seconds: 60) {
                let run = try await example.cleanupd.run(["run", "orphaned_objects"] + arguments)
                return try ReportLine.parse(run.output).summary(of: "orphaned_objects").deleted > 0 ? true : nil
            }
            #expect(deleted == true)
            #expect(try await Self.keys(bucket) == Self.all.subtracting(orphans))
            #expect(try await example.metrics(metrics)["cleanup_objects_deleted_total"] == 2)
        }
    }

    @Test func storageThatDoesNotAnswerLeavesTheRowForTheNextRun() async throws {
        try await Self.with { original, bucket in
            let rows = try await original.dump()
            let example = original.setting(["OBJECT_STORAGE_ENDPOINT": "http://127.0.0.1:1"])
            let run = try await example.cleanupd.run("run", "previews", "orphaned_objects", "logs", "--force", "--json")
            #expect(run.code != 0)
            let lines = try ReportLine.parse(run.output)
            #expect(try lines.summary(of: "previews").outcome != "success")
            #expect(try lines.summary(of: "orphaned_objects").outcome != "success")
            #expect(try lines.summary(of: "logs").deleted == 2)
            #expect(try await original.dump() == rows)
            #expect(!(run.errorText + run.text).contains(bucket.secretKey))
            let second = try await original.cleanupd.run("run", "previews", "--force", "--json")
            #expect(second.code == 0, "\(second.errorText)")
            #expect(try await Self.keys(bucket) == Self.all.subtracting(Self.due))
            #expect(try await original.numbers("SELECT id FROM preview_sessions WHERE bundle_key IS NULL").count == 6)
        }
    }

    @Test func databaseWithoutSessionsKeepsEveryObject() async throws {
        try await Self.with { example, bucket in
            try await example.sql("DELETE FROM preview_sessions")
            let inTwoDays = Date(timeIntervalSince1970: Example.now() + 2 * 86400).ISO8601Format()
            let plan = try await example.cleanupd.run("plan", "orphaned_objects", "--at", inTwoDays, "--json")
            #expect(plan.code == 4, "\(plan.errorText)")
            #expect(try ReportLine.parse(plan.output).summary(of: "orphaned_objects").outcome == "refused")
            #expect(try await Self.keys(bucket) == Self.all)
        }
    }

    @Test func checkSaysThatDeletionsAreConditionalAndLeavesNothingBehind() async throws {
        try await Self.with { example, bucket in
            let check = try await example.cleanupd.run("check")
            #expect(check.code == 0, "\(check.errorText) \(check.text)")
            #expect(check.text.contains("connection bundles: deletions are conditional"), "\(check.text)")
            #expect(check.text.contains("one object of our own was written and removed"))
            #expect(!check.text.contains(bucket.secretKey) && !check.text.contains(bucket.accessKey))
            #expect(try await Self.keys(bucket) == Self.all)
            let wrong = try await example.setting(["OBJECT_STORAGE_SECRET_KEY": "not-the-secret"]).cleanupd.run("check")
            #expect(wrong.code == 1)
            #expect(wrong.text.contains("connection bundles: "))
            #expect(!wrong.text.contains("not-the-secret"))
        }
    }
}
