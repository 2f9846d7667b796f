import Foundation
import Support
import Testing

/// The commands that ask a running service.
@Suite(.timeLimit(.minutes(5)))
struct ServiceCommandTests {
    private static func run(
        _ world: CallWorld,
        _ serve: ServeProcess,
        _ role: CallWorld.Role,
        _ arguments: String...
    ) async throws -> Command.Result {
        var cleanupd = world.cleanupd
        cleanupd.environment["CLEANUPD_TOKEN"] = "token-of-\(role)"
        return try await cleanupd.run(arguments + ["--url", "http://127.0.0.1:\(serve.port)"])
    }

    @Test func statusAndHistoryShowWhatTheServiceDid() async throws {
        let world = try CallWorld.make()
        try await withServe(world.cleanupd) { serve in
            let body = #"{"tasks":["logs"],"dry_run":false}"#
            let run = try await world.call(serve, "POST", "run?wait=true", as: .operate, body)
            let status = try await Self.run(world, serve, .view, "status")
            #expect(status.code == 0, "\(status.errorText)")
            #expect(status.text.contains("ready"))
            #expect(status.text.contains("last 24 h: 6 items, 24.0 KiB"))
            #expect(status.text.contains("daily: 0 ") && status.text.contains(" * * *, next "))

            let json = try await Self.run(world, serve, .view, "status", "--json")
            let object = try JSONSerialization.jsonObject(with: Data(json.text.utf8)) as? [String: Any]
            #expect(object?.integer("last24_hours", "items") == 6)

            let history = try await Self.run(world, serve, .view, "history", "logs")
            #expect(history.text.contains("deleted 6, failed 0 of 10"), "\(history.text)")
            #expect(history.text.contains("api by t_operate"))
            let id = try #require(run.text("tasks", "logs", "id"))
            let items = try await Self.run(world, serve, .view, "history", "--run", id, "--search", "3.log")
            #expect(items.text.contains("deleted  4.0 KiB"), "\(items.text)")
            #expect(items.text.split(separator: "\n").count == 1)
            let slip = try await Self.run(world, serve, .view, "history", "lgos")
            #expect(slip.code == 2)
            #expect(slip.errorText.contains("There is no task lgos; did you mean \"logs\"? Tasks are: logs"))
            #expect(await serve.terminate().code == 0)
        }
    }

    @Test func stopEndsTheServiceAndWaitsForThat() async throws {
        let world = try CallWorld.make()
        try await withServe(world.cleanupd) { serve in
            let refused = try await Self.run(world, serve, .operate, "stop")
            #expect(refused.code == 1)
            #expect(refused.errorText.contains("admin"), "\(refused.errorText)")
            let stopped = try await Self.run(world, serve, .admin, "stop")
            #expect(stopped.code == 0, "\(stopped.errorText)")
            #expect(await serve.end().code == 0)
            let silent = try await Self.run(world, serve, .admin, "status")
            #expect(silent.code == 1)
            #expect(silent.errorText.contains("does not answer"))
        }
    }

    @Test func aTokenIsInNoError() async throws {
        let world = try CallWorld.make()
        try await withServe(world.cleanupd) { serve in
            var cleanupd = world.cleanupd
            cleanupd.environment["CLEANUPD_TOKEN"] = "hunter2-hunter2"
            let status = try await cleanupd.run("status", "--url", "http://127.0.0.1:\(serve.port)")
            #expect(status.code == 1)
            #expect(!(status.text + status.errorText).contains("hunter2"))
            #expect(await serve.terminate().code == 0)
        }
    }
}
