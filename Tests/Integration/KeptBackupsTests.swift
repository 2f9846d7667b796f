import Foundation
import Support
import Testing

/// `archive_to` together with `keep: { last: 2 }`: the newest stay where they are, and of all others there are copies first.
@Suite(.timeLimit(.minutes(5)))
struct KeptBackupsTests {
    private static let ages = [
        "backup-1.db": 50, "backup-2.db": 40, "backup-3.db": 30, "backup-4.db": 20, "backup-5.db": 10,
    ]
    private static let due = ["backup-1.db", "backup-2.db", "backup-3.db"]
    private static let kept = ["backup-4.db", "backup-5.db"]

    private static func with(_ body: (CopiedFilesWorld) async throws -> Void) async throws {
        try await CopiedFilesWorld.with(ages, policy: "keep: { last: 2 }", body)
    }

    /// Runs the task for real, which must succeed.
    private static func run(_ world: CopiedFilesWorld) async throws -> [ReportLine] {
        let run = try await world.cleanupd.run("run", "backups", "--force", "--json")
        #expect(run.code == 0, "\(run.errorText)")
        return try ReportLine.parse(run.output)
    }

    /// Only these have copies, and each copy holds what its backup held.
    private static func expectCopies(of names: [String], in world: CopiedFilesWorld) async throws {
        let keys = try await world.keys()
        #expect(keys == Set(names.map { CopiedFilesWorld.key($0) }))
        for name in names {
            let isWhole = try await world.copy(name) == CopiedFilesWorld.contents(name)
            #expect(isWhole, "the copy of \(name)")
        }
    }

    @Test func theNewestStayAndTheOthersGoOnceTheyHaveCopies() async throws {
        try await Self.with { world in
            let first = try await Self.run(world)
            #expect(first.items(of: "backups", "remove") == Set(Self.due))
            #expect(first.items(of: "backups", "keep") == Set(Self.kept))
            let summary = try first.summary(of: "backups")
            #expect(summary.outcome == "success" && summary.deleted == 3 && summary.keep == 2)
            #expect(try world.backups == Self.kept)
            try await Self.expectCopies(of: Self.due, in: world)

            let second = try await Self.run(world)
            #expect(second.items(of: "backups", "keep") == Set(Self.kept))
            #expect(try second.summary(of: "backups").deleted == 0)
            #expect(try world.backups == Self.kept)
            try await Self.expectCopies(of: Self.due, in: world)

            try world.makeBackup("backup-6.db", days: 1)
            let third = try await Self.run(world)
            #expect(third.items(of: "backups", "remove") == ["backup-4.db"])
            #expect(try world.backups == ["backup-5.db", "backup-6.db"])
            try await Self.expectCopies(of: Self.due + ["backup-4.db"], in: world)
        }
    }

    @Test func aBucketThatRefusesKeepsAllBackupsAndThatIsSaid() async throws {
        try await Self.with { world in
            let run = try await world.reader.run("run", "backups", "--force", "--json")
            #expect(run.code == 3, "\(run.errorText)")
            let summary = try ReportLine.parse(run.output).summary(of: "backups")
            #expect(summary.outcome == "partial" && summary.deleted == 0 && summary.failed == 3)
            for name in Self.due {
                #expect(run.errorText.contains("\(name) stays: its copy: vault: "), "\(run.errorText)")
            }
            #expect(run.errorText.contains("give the user the right to do so"), "\(run.errorText)")
            #expect(!(run.errorText + run.text).contains(S3TestServer.reader.secretKey))
            #expect(try world.backups == Self.due + Self.kept)
            let keys = try await world.keys()
            #expect(keys.isEmpty)

            // Once the bucket takes them, nothing of that stands in the way.
            let next = try await Self.run(world)
            #expect(try next.summary(of: "backups").deleted == 3)
            #expect(try world.backups == Self.kept)
            try await Self.expectCopies(of: Self.due, in: world)
        }
    }
}
