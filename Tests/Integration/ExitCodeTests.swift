import Foundation
import Support
import Testing

/// The exit codes of the command line, and the sentences beside them.
@Suite(.timeLimit(.minutes(20)))
struct ExitCodeTests {
    private static let roots = ["DATA_DIR": "."]

    @Test func unsetVariableIsBadConfigurationAndNamed() async throws {
        try await Example.with("hivesync", roots: [:]) { example in
            let check = try await example.cleanupd.run("check", "--offline")
            #expect(check.code == 2)
            #expect((check.errorText + check.text).contains("DATA_DIR"), "\(check.errorText)")
        }
    }

    @Test func exampleIsValid() async throws {
        try await Example.with("hivesync", roots: Self.roots) { example in
            let check = try await example.cleanupd.run("check")
            #expect(check.code == 0, "\(check.errorText)\(check.text)")
        }
    }

    @Test func allErrorsOfAConfigurationAreReportedWithTheirPlaces() async throws {
        try await Example.with("hivesync", roots: Self.roots) { original in
            let file = original.folder.appendingPathComponent("cleanup.yaml")
            let text = """
                connections: { data: { url: "file://${DATA_DIR}" } }
                cycles: { light: { schedule: "61 * * * *", tasks: [tmp_dirs] } }
                tasks:
                  tmp_dirs:
                    files: { in: data, path: tmp, type: directory, depht: 1 }
                    remove: { older_than: "soon" }
                """
            try text.write(to: file, atomically: true, encoding: .utf8)
            let check = try await original.setting(["CLEANUPD_CONFIG": file.path]).cleanupd.run("check", "--offline")
            #expect(check.code == 2)
            let said = check.errorText + check.text
            let expected = [
                "2:": "cycles.light.schedule", "5:": "tasks.tmp_dirs.files.depht",
                "6:": "tasks.tmp_dirs.remove.older_than",
            ]
            for (line, path) in expected {
                let isSaid = said.split(separator: "\n").contains { $0.contains(line) && $0.contains(path) }
                #expect(isSaid, "\(line) … \(path) is not in: \(said)")
            }
        }
    }

    /// F15, with the whole program and a wall clock that somebody set fifty years ahead.
    @Test(.tags(.f15)) func clockThatLeaptIsRefusedBeforeTheFirstDeletion() async throws {
        try await Example.with("hivesync", roots: Self.roots) { example in
            #expect(try await example.cleanupd.run("run", "tmp_dirs", "--force").code == 0)
            let before = try example.manifest()
            try await withShiftedClock(seconds: 50 * 365 * 86_400) { clock in
                let ahead = example.setting(clock.environment).cleanupd
                let run = try await ahead.run("run", "tmp_dirs", "--force")
                #expect(run.code == 4, "\(run.errorText)")
                #expect((run.errorText + run.text).contains("leapt forward by 182"), "\(run.errorText)\(run.text)")
                #expect(try example.manifest() == before)
            }
        }
    }

    @Test func unknownTaskIsBadUsageAndNamed() async throws {
        try await Example.with("hivesync", roots: Self.roots) { example in
            let run = try await example.cleanupd.run("run", "no_such_task", "--force")
            #expect(run.code == 2)
            #expect(run.errorText.contains("no_such_task"), "\(run.errorText)")
        }
    }

    @Test func missingRootFailsAndIsNamed() async throws {
        try await Example.with("hivesync", roots: ["DATA_DIR": "not-there"]) { example in
            let before = try example.manifest()
            let run = try await example.cleanupd.run("run", "--force", "--json")
            #expect(run.code == 1)
            #expect((run.errorText + run.text).contains("not-there"), "\(run.errorText)\(run.text)")
            #expect(try example.manifest() == before)
        }
    }

    @Test func guardRefusesTheWholePlanBeforeTheFirstDeletion() async throws {
        try await Example.with("hivesync", roots: Self.roots) { original in
            let file = original.folder.appendingPathComponent("cleanup.yaml")
            let text = """
                state: "sqlite:${CLEANUP_STATE}"
                connections: { data: { url: "file://${DATA_DIR}" } }
                tasks:
                  tmp_dirs:
                    files: { in: data, path: tmp, type: directory, depth: 1 }
                    remove: { older_than: 60m }
                    limits: { max_items: 2 }
                """
            try text.write(to: file, atomically: true, encoding: .utf8)
            let before = try original.manifest()
            let example = original.setting(["CLEANUPD_CONFIG": file.path])
            let metrics = original.folder.appendingPathComponent("cleanup.prom")
            let arguments = ["run", "tmp_dirs", "--force", "--json", "--metrics-file", metrics.path]
            let run = try await example.cleanupd.run(arguments)
            #expect(run.code == 4)
            let summary = try ReportLine.parse(run.output).summary(of: "tmp_dirs")
            #expect(summary.outcome == "refused" && summary.deleted == 0)
            #expect(try example.manifest() == before)
            let exposition = try await Exposition(checking: try String(contentsOf: metrics, encoding: .utf8), .text)
            #expect(exposition[#"cleanup_guard_trips_total{guard="max_items",task="tmp_dirs"}"#] == 1)
        }
    }

    @Test func failureOfOneItemIsPartialAndTheOthersGo() async throws {
        try await Example.with("hivesync", roots: Self.roots) { example in
            let stubborn = example.sample.appendingPathComponent("tmp/preview-job-17/bundle.zip").path
            // Root may do anything but remove an immutable file.
            try await Command.run("/usr/bin/chattr", ["+i", stubborn]).check()
            let run = try await example.cleanupd.run("run", "tmp_dirs", "--force", "--json")
            let isThere = FileManager.default.fileExists(atPath: stubborn)
            try await Command.run("/usr/bin/chattr", ["-i", stubborn]).check()
            let summary = try ReportLine.parse(run.output).summary(of: "tmp_dirs")
            #expect(run.code == 3, "\(run.errorText)")
            #expect(summary.outcome == "partial" && summary.deleted == 2 && summary.failed == 1)
            #expect(isThere)
        }
    }

    @Test func taskThatIsLockedElsewhereIsNotRun() async throws {
        try await Example.with("hivesync", roots: Self.roots) { example in
            let before = try example.manifest()
            let locks = example.folder.appendingPathComponent("state.db.locks")
            try await Command.run("/usr/bin/install", ["-d", "-m", "700", locks.path]).check()
            let lock = locks.appendingPathComponent("task-tmp_dirs.lock").path
            try await Command.run("/usr/bin/install", ["-m", "600", "/dev/null", lock]).check()
            let run = try await Command.run(
                "/usr/bin/flock",
                [lock, try CleanupdProcess.binary(), "run", "tmp_dirs", "--force"],
                environment: example.cleanupd.wholeEnvironment
            )
            #expect(run.code == 5, "\(run.errorText)")
            #expect(run.errorText.contains("tmp_dirs"), "\(run.errorText)")
            #expect(try example.manifest() == before)
        }
    }
}
