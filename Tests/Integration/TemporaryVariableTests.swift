import Foundation
import Glibc
import Support
import Testing

/// `${TMPDIR}` in a configuration, where a contained command gives its libraries another folder under that name.
@Suite(.timeLimit(.minutes(5)))
struct TemporaryVariableTests {
    @Test func whoLooksAndWhoDeletesLookAtTheSameFolder() async throws {
        try await Self.withWorld { world in
            let plan = try await world.cleanupd.run("plan", "--json")
            #expect(plan.code == 0, "\(plan.errorText)")
            #expect(try ReportLine.parse(plan.output).summary(of: "old").remove == 2)
            let check = try await world.cleanupd.run("check", "--offline")
            #expect(check.text.contains("  \(world.temporary) (task old): remove\n"), "\(check.text)")

            let run = try await world.cleanupd.run("run", "--force", "--json")
            #expect(run.code == 0, "\(run.errorText)")
            #expect(try ReportLine.parse(run.output).summary(of: "old").deleted == 2)
            #expect(try world.names == ["young.tmp"])

            try world.fill()
            let saved = try await world.cleanupd.run("plan", "--save").check()
            let id = try #require(saved.text.firstMatch(of: /[0-9a-f]{12}-[0-9a-f]{12}/)).output
            let apply = try await world.cleanupd.run("apply", String(id))
            #expect(apply.code == 0, "\(apply.errorText)")
            #expect(try world.names == ["young.tmp"])

            // All of them had one state, and libraries a folder of their own beside it.
            #expect(FileManager.default.fileExists(atPath: world.temporary + "/state/state.db"))
            #expect(FileManager.default.fileExists(atPath: world.temporary + "/cleanupd-\(geteuid())"))
        }
    }

    @Test func aServiceThatReadsItAgainStaysWhereItWas() async throws {
        try await Self.withWorld(schedule: "every: 1s") { world in
            try await withServe(world.cleanupd) { serve in
                try await serve.waitFor("cleanup_job_complete")
                #expect(try world.names == ["young.tmp"])
                serve.signal(SIGHUP)
                try await serve.waitFor("configuration_reloaded")
                try world.fill()
                let isEmptied = try await eventually(seconds: 60) { try world.names == ["young.tmp"] ? true : nil }
                #expect(isEmptied == true)
                #expect(await serve.terminate().code == 0)
            }
        }
    }

    /// As a unit of systemd does where the usual folder is read-only.
    @Test func theFolderOfLibrariesCanBeNamedApart() async throws {
        try await Self.withWorld { world in
            var cleanupd = world.cleanupd
            cleanupd.environment["CLEANUPD_TMPDIR"] = world.temporary + "/state"
            let run = try await cleanupd.run("run", "--force", "--json")
            #expect(run.code == 0, "\(run.errorText)")
            #expect(try ReportLine.parse(run.output).summary(of: "old").deleted == 2)
            let name = "cleanupd-\(geteuid())"
            #expect(FileManager.default.fileExists(atPath: world.temporary + "/state/" + name))
            #expect(!FileManager.default.fileExists(atPath: world.temporary + "/" + name))
        }
    }

    // MARK: The world

    private struct World: Sendable {
        /// What `TMPDIR` names.
        let temporary: String
        let cleanupd: CleanupdProcess

        /// Of the files that the task looks at.
        var names: [String] {
            get throws {
                try FileManager.default.contentsOfDirectory(atPath: temporary).filter { $0.hasSuffix(".tmp") }.sorted()
            }
        }

        /// Two old files and a young one.
        fileprivate func fill() throws {
            for name in ["old-1.tmp", "old-2.tmp", "young.tmp"] {
                let path = temporary + "/" + name
                try Data("x".utf8).write(to: URL(fileURLWithPath: path))
                guard name != "young.tmp" else { continue }
                let old = Date(timeIntervalSinceNow: -10 * 86_400)
                try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: path)
            }
        }
    }

    private static func withWorld(
        schedule: String = "schedule: \"0 0 1 1 *\"",
        _ body: (World) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { folder in
            let temporary = folder.path + "/temporary"
            let configuration = folder.path + "/cleanup.yaml"
            try FileManager.default.createDirectory(atPath: temporary + "/state", withIntermediateDirectories: true)
            let text = """
                state: "sqlite:${TMPDIR:-/tmp}/state/state.db"
                http: { listen: "127.0.0.1:0" }
                connections:
                  tmp: { url: "file://${TMPDIR:-/tmp}" }
                cycles: { often: { \(schedule), tasks: [old] } }
                tasks:
                  old: { files: { in: tmp, match: ["*.tmp"], depth: 1 }, remove: { older_than: 1d } }
                """
            try Data(text.utf8).write(to: URL(fileURLWithPath: configuration))
            let cleanupd = CleanupdProcess(environment: ["CLEANUPD_CONFIG": configuration, "TMPDIR": temporary])
            let world = World(temporary: temporary, cleanupd: cleanupd)
            try world.fill()
            try await body(world)
        }
    }
}
