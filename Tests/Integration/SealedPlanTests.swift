import Foundation
import Support
import Testing

/// `plan --save` and `apply` with the real binary: exactly what was planned, or nothing.
@Suite(.timeLimit(.minutes(20)))
struct SealedPlanTests {
    private static let roots = ["DATA_DIR": "."]
    private static let abandoned: Set = ["tmp/clone-1700000000-abc123", "tmp/preview-job-17", "tmp/preview-job-18"]

    private struct Saved: Decodable {
        let plan: String
        let digest: String
    }

    private static func save(_ example: Example, _ tasks: String...) async throws -> Saved {
        let saved = try await example.cleanupd.run(["plan", "--save", "--json"] + tasks)
        #expect(saved.code == 0, "\(saved.errorText)")
        let last = try #require(saved.output.split(separator: UInt8(ascii: "\n")).last)
        return try JSONDecoder().decode(Saved.self, from: Data(last))
    }

    @Test func savedPlanChangesNothingAndIsAppliedExactlyOnce() async throws {
        try await Example.with("hivesync", roots: Self.roots) { example in
            let before = try example.manifest()
            let plan = try await Self.save(example, "tmp_dirs")
            #expect(plan.digest.count == 64)
            #expect(try example.manifest() == before)

            let applied = try await example.cleanupd.run("apply", plan.plan, "--json")
            #expect(applied.code == 0, "\(applied.errorText)")
            let removed = Set(try example.manifest().difference(from: before).removed)
            #expect(Self.abandoned.isSubset(of: removed))
            #expect(removed.allSatisfy { path in Self.abandoned.contains { path == $0 || path.hasPrefix($0 + "/") } })

            let again = try await example.cleanupd.run("apply", plan.plan)
            #expect(again.code == 4)
            #expect(again.errorText.contains("applied already"), "\(again.errorText)")
        }
    }

    @Test func itemThatChangedSinceThePlanStaysAndIsReported() async throws {
        try await Example.with("hivesync", roots: Self.roots) { example in
            let plan = try await Self.save(example, "tmp_dirs")
            let touched = example.sample.appendingPathComponent("tmp/preview-job-17/fresh")
            try Data("just written".utf8).write(to: touched)
            let applied = try await example.cleanupd.run("apply", plan.plan, "--json")
            let lines = try ReportLine.parse(applied.output)
            #expect(lines.first { $0.item == "tmp/preview-job-17" }?.outcome == "changed")
            #expect(FileManager.default.fileExists(atPath: touched.path))
            #expect(try lines.summary(of: "tmp_dirs").deleted == 2)
        }
    }

    @Test func itemThatBecameOldAfterThePlanIsNotTouched() async throws {
        try await Example.with("hivesync", roots: Self.roots) { example in
            let plan = try await Self.save(example, "logs")
            let late = example.sample.appendingPathComponent("logs/late.log")
            try Data("late".utf8).write(to: late)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 0)],
                ofItemAtPath: late.path
            )
            let applied = try await example.cleanupd.run("apply", plan.plan)
            #expect(applied.code == 0, "\(applied.errorText)")
            #expect(FileManager.default.fileExists(atPath: late.path))
        }
    }

    @Test func planOfAnotherPolicyIsRefused() async throws {
        try await Example.with("hivesync", roots: Self.roots) { example in
            let before = try example.manifest()
            let plan = try await Self.save(example, "tmp_dirs")
            let applied = try await example.setting(["TMP_DIR_TTL_MINUTES": "10"]).cleanupd.run("apply", plan.plan)
            #expect(applied.code == 4)
            #expect(applied.errorText.contains("another policy"), "\(applied.errorText)")
            #expect(try example.manifest() == before)
        }
    }

    @Test func alteredPlanIsRefused() async throws {
        try await Example.with("hivesync", roots: Self.roots) { example in
            let before = try example.manifest()
            let plan = try await Self.save(example, "tmp_dirs")
            // Another victim of the same length, put into the stored plan.
            let script = """
                import sqlite3, sys
                db = sqlite3.connect(sys.argv[1])
                n = 0
                for table, in db.execute("select name from sqlite_schema where type='table'").fetchall():
                    for column in [r[1] for r in db.execute(f'pragma table_info("{table}")') if r[2].upper() == 'BLOB']:
                        for rowid, blob in db.execute(f'select rowid, "{column}" from "{table}"').fetchall():
                            if blob and b'preview-job-17' in blob:
                                blob = blob.replace(b'preview-job-17', b'preview-job-19')
                                db.execute(f'update "{table}" set "{column}" = ? where rowid = ?', (blob, rowid)); n += 1
                db.commit()
                sys.exit(0 if n else 3)
                """
            let state = example.folder.appendingPathComponent("state.db").path
            try await Command.run("/usr/bin/env", ["python3", "-c", script, state]).check()
            let applied = try await example.cleanupd.run("apply", plan.plan)
            #expect(applied.code == 4, "\(applied.errorText)")
            #expect(applied.errorText.contains("altered"), "\(applied.errorText)")
            #expect(try example.manifest() == before)
        }
    }

    @Test func planOlderThanADayIsRefused() async throws {
        try await Example.with("hivesync", roots: Self.roots) { example in
            let plan = try await Self.save(example, "tmp_dirs")
            let before = try example.manifest()
            var ahead = example.cleanupd
            try await withShiftedClock(seconds: 25 * 3_600) { clock in
                ahead.environment.merge(clock.environment) { $1 }
                try await ShiftedClock.forgetReading(in: example.folder.appendingPathComponent("state.db"))
                let applied = try await ahead.run("apply", plan.plan)
                #expect(applied.code == 4, "\(applied.errorText)")
                #expect(applied.errorText.contains("is older than 24 h"), "\(applied.errorText)")
                #expect(try example.manifest() == before)
            }
        }
    }

    @Test func dryRunSwitchWinsOverASavedPlan() async throws {
        try await Example.with("hivesync", roots: Self.roots) { example in
            let plan = try await Self.save(example, "tmp_dirs")
            let before = try example.manifest()
            let applied = try await example.setting(["CLEANUP_DRY_RUN": "true"]).cleanupd.run("apply", plan.plan)
            #expect(applied.code == 4, "\(applied.errorText)")
            #expect(try example.manifest() == before)
        }
    }
}
