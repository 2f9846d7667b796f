import Foundation
import Glibc
import Support
import Testing

/// The kernel keeps the real program to its places, whatever its code does.
@Suite(.tags(.f18), .timeLimit(.minutes(5)))
struct ContainmentTests {
    @Test func aRemoverThatWasTakenOverChangesNothingOutside() async throws {
        try await ContainedWorld.with { world in
            let before = try Manifest(of: world.outside)
            let (result, answers) = try await Self.attack(world, containment: "on")
            #expect(result.code == 0, "\(result.errorText)")
            try world.expectContained(answers, before: before)
        }
    }

    @Test func uncontainedTheSameRemoverDoesAllThat() async throws {
        try await ContainedWorld.with { world in
            let before = try Manifest(of: world.outside)
            let (result, answers) = try await Self.attack(world, containment: "off")
            #expect(result.code == 0, "\(result.errorText)")
            try world.expectUncontained(answers, before: before)
        }
    }

    /// A pipe says its text once: what contains the process, and what works, go by one reading.
    @Test func aConfigurationFromAPipeIsContainedToo() async throws {
        try await ContainedWorld.with { world in
            var cleanupd = world.cleanupd
            cleanupd.launcher = ["/bin/sh", "-c", #"cat "$CLEANUPD_CONFIG" | "$@""#, "sh"]
            let result = try await cleanupd.run("run", "--force", "--config", "/dev/stdin")
            #expect(result.code == 0, "\(result.errorText)")
            #expect(try Manifest(of: world.root).entries.keys.sorted() == ["tmp", "tmp/young"])
        }
    }

    @Test func theServiceSaysThatItIsContained() async throws {
        try await ContainedWorld.with { world in
            try await withServe(world.cleanupd) { serve in
                let health = try await serve.request("/healthz").body
                #expect(health.hasPrefix("alive\ncontainment: landlock "), "\(health)")
                #expect(health.contains("system calls filtered, capabilities dropped"))
                let metrics = try await Exposition(checking: try await serve.request("/metrics").body, .text)
                for part in ["landlock", "seccomp", "capabilities"] {
                    #expect(metrics[#"cleanup_containment{part="\#(part)"}"#] == 1)
                }
                #expect(await serve.terminate().code == 0)
            }
        }
    }

    @Test func withoutContainmentTheServiceSaysThat() async throws {
        try await ContainedWorld.with { world in
            try await withServe(world.with("off").cleanupd) { serve in
                #expect(try await serve.request("/healthz").body == "alive\ncontainment: none\n")
                let metrics = try await Exposition(checking: try await serve.request("/metrics").body, .text)
                #expect(metrics[#"cleanup_containment{part="landlock"}"#] == 0)
                #expect(await serve.terminate().code == 0)
            }
            let run = try await world.with("perhaps").cleanupd.run("run")
            #expect(run.code == 2)
            #expect(run.errorText.contains("CLEANUPD_CONTAINMENT is \"perhaps\""), "\(run.errorText)")
        }
    }

    @Test func aReloadThatNeedsMoreIsRefusedWhole() async throws {
        try await ContainedWorld.with { world in
            try await withServe(world.cleanupd) { serve in
                let other = world.folder.appendingPathComponent("other")
                try FileManager.default.createDirectory(at: other, withIntermediateDirectories: false)
                try world.write(roots: ["data": world.root.path, "other": other.path])
                serve.signal(SIGHUP)
                let line = try await serve.waitFor("configuration_reload_failed")
                #expect(line.contains(other.path) && line.contains("Restart the service"), "\(line)")
                let body = try await serve.request("/metrics").body
                let metrics = try await Exposition(checking: body, .text)
                #expect(metrics["cleanup_config_last_reload_successful"] == 0)
                // What lies beneath a place needs nothing more.
                try world.write(roots: ["inner": world.root.appendingPathComponent("tmp").path])
                serve.signal(SIGHUP)
                try await serve.waitFor("configuration_reloaded")
                #expect(await serve.terminate().code == 0)
            }
        }
    }

    @Test func aRootThatCameLaterIsRefusedWithTheReasonUntilARestart() async throws {
        try await ContainedWorld.with(schedule: "every: 1s") { world in
            let late = world.folder.appendingPathComponent("late")
            try world.write(roots: ["late": late.path], schedule: "every: 1s")
            try await withServe(world.cleanupd) { serve in
                #expect(try await serve.waitFor("task_unavailable").contains("does not exist"))
                // Whole at once, so that no run sees half of it.
                try FileManager.default.moveItem(at: world.root, to: late)
                let line = try await serve.waitFor("log_cleanup_error")
                #expect(line.contains("was not there when this process began"), "\(line)")
                #expect(try Manifest(of: late)["tmp/old-1"] != nil)
                #expect(await serve.terminate().code == 0)
            }
            try await withServe(world.cleanupd) { serve in
                try await serve.waitFor("cleanup_job_complete")
                #expect(try Manifest(of: late).entries.keys.sorted() == ["tmp", "tmp/young"])
                // Another one in its place: the rule was the first one's.
                try FileManager.default.moveItem(at: late, to: world.root)
                try FileManager.default.createDirectory(at: late, withIntermediateDirectories: false)
                try world.fill(late)
                let line = try await serve.waitFor("log_cleanup_error")
                #expect(line.contains("was another directory, or mount, when this process began"), "\(line)")
                #expect(await serve.terminate().code == 0)
            }
        }
    }

    @Test func checkTellsWhereAServiceMayChangeFiles() async throws {
        try await ContainedWorld.with { world in
            let check = try await world.cleanupd.run("check", "--offline")
            #expect(check.code == 0, "\(check.errorText)")
            #expect(check.text.contains("  \(world.root.path) (task data): remove\n"), "\(check.text)")
            #expect(check.text.contains("  \(world.folder.path)/state (the state): make, write and remove files"))
            let off = try await world.with("off").cleanupd.run("check", "--offline")
            #expect(off.text.contains("Containment by the kernel: off"), "\(off.text)")
        }
    }

    @Test func everyKindOfTaskHasThePlacesThatItNeedsAndNoOthers() async throws {
        try await ContainedWorld.with { world in
            let place = world.folder.path
            try Data(Self.allKinds.replacingOccurrences(of: "PLACE", with: place).utf8)
                .write(to: world.folder.appendingPathComponent("cleanup.yaml"))
            let check = try await world.cleanupd.run("check", "--offline")
            #expect(check.code == 0, "\(check.errorText)")
            let lines = check.text.split(separator: "\n").filter { $0.hasPrefix("  \(place)") }
            let keeps = "make, write and remove files"
            let expected = [
                "books (connection books): \(keeps)", "data (task packed): remove, make and write",
                "outside (task tokens): \(keeps)",
                "previews (task previews): remove; not there: start the service when it is",
                "state (the state): \(keeps), make folders",
            ]
            // What is only read, and what nobody uses, is not among them.
            #expect(lines.map(String.init) == expected.map { "  \(place)/\($0)" }, "\(check.text)")
        }
    }

    private static let allKinds = """
        state: "sqlite:PLACE/state/state.db"
        http: { listen: "127.0.0.1:0" }
        connections:
          data: { url: "file://PLACE/data" }
          previews: { url: "file://PLACE/previews" }
          idle: { url: "file://PLACE/idle" }
          books: { url: "sqlite:PLACE/books/books.db" }
          tokens: { url: "json:PLACE/outside/tokens.json" }
          names: { url: "json:PLACE/names/names.json" }
        tasks:
          packed:
            files: { in: data }
            compress: { older_than: 7d }
            remove: { older_than: 30d }
          previews:
            rows: { in: books, table: previews, time: made_at }
            remove: { older_than: 30d }
            owns: [ { files: { in: previews, path: path, resource: preview_files } } ]
          tokens:
            records: { in: tokens, time: made_at }
            remove: { older_than: 30d }
            keep: { referenced_by: [ { in: names, field: token } ] }
        """

    /// Runs the program, whose remover is taken over in a debug build.
    /// - Returns: what it said to each way that was tried, by its name.
    private static func attack(
        _ world: ContainedWorld,
        containment: String
    ) async throws -> (result: Command.Result, answers: [String: String]) {
        let result = try await world.takenOver(containment).run("run", "--force")
        return (result, ContainedWorld.answers(in: result.errorText.split(separator: "\n").map { String($0) }))
    }
}
