import Foundation
import Glibc
import Support
import Testing

/// A reload by a signal while the database of the state store is away.
@Suite(.timeLimit(.minutes(5)))
struct AbsentStateReloadTests {
    @Test func whatASignalAskedForIsDoneWhenTheStateIsThereAgain() async throws {
        try await Self.withService { serve, folder, server in
            #expect(try await Self.isDryRun(serve))
            try await onThread { try server.stop() }
            try Self.write("dry_run: false", folder, server)
            serve.signal(SIGHUP)
            // Twice: it is tried again by itself.
            for _ in 1...2 { try await serve.waitFor("configuration_reload_failed") }
            // Nobody has asked for this one yet.
            try Self.write("dry_run: true\nbogus: 1", folder, server)
            #expect(try await serve.request("/metrics").body.contains("cleanup_config_last_reload_successful 0"))
            try await onThread { try server.start() }
            // The circuit breaker lets nobody try for 30 s.
            try await serve.waitFor("configuration_reloaded")
            #expect(try await serve.request("/metrics").body.contains("cleanup_config_last_reload_successful 1"))
            #expect(try await !Self.isDryRun(serve))
            #expect(await serve.terminate().code == 0)
        }
    }

    @Test func whatASignalAskedForDoesNotReplaceWhatWasAskedForLater() async throws {
        try await Self.withService { serve, folder, server in
            try await onThread { try server.stop() }
            try Self.write("dry_run: false", folder, server)
            serve.signal(SIGHUP)
            try await serve.waitFor("configuration_reload_failed")
            try Self.write("dry_run: true", folder, server)
            try await onThread { try server.start() }
            let answered = try await eventually(seconds: 60) {
                try await serve.request("/-/reload", method: "POST").status == 200 ? true : nil
            }
            #expect(answered == true)
            // The signal is tried again each 5 s.
            let isReplaced = try await eventually(seconds: 12) { try await Self.isDryRun(serve) ? nil : true }
            #expect(isReplaced == nil)
            #expect(await serve.terminate().code == 0)
        }
    }

    @Test func whatASignalAskedForIsWithdrawnByTheNextSignal() async throws {
        try await Self.withService { serve, folder, server in
            try await onThread { try server.stop() }
            for setting in ["dry_run: false", "dry_run: true\nenabled: false"] {
                try Self.write(setting, folder, server)
                serve.signal(SIGHUP)
                try await serve.waitFor("configuration_reload_failed")
            }
            try await onThread { try server.start() }
            try await serve.waitFor("configuration_reloaded")
            #expect(try await Self.isDryRun(serve))
            serve.signal(SIGTERM)
            let (code, lines) = await serve.end()
            #expect(code == 0)
            #expect(lines.count { $0.contains("configuration_reloaded") } == 1, "\(lines)")
        }
    }

    /// Lends a service in dry run, its folder, and the server of its state.
    private static func withService(
        _ body: (ServeProcess, TemporaryFolder, PostgresTestServer) async throws -> Void
    ) async throws {
        let server = try await onThread { try PostgresTestServer() }
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.file("data"), withIntermediateDirectories: false)
        try write("dry_run: true", folder, server)
        let cleanupd = CleanupdProcess(environment: ["CLEANUPD_CONFIG": folder.file("cleanup.yaml")])
        try await withServe(cleanupd) { serve in try await body(serve, folder, server) }
        withExtendedLifetime((folder, server)) {}
    }

    private static func write(_ setting: String, _ folder: TemporaryFolder, _ server: PostgresTestServer) throws {
        let text = """
            state: "\(server.url())"
            http: { listen: "127.0.0.1:0" }
            \(setting)
            connections: { data: { url: "file://\(folder.file("data"))" } }
            cycles: { rarely: { every: 24h, tasks: [old] } }
            tasks:
              old:
                files: { in: data, match: ["*.tmp"] }
                remove: { older_than: 7d }
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("cleanup.yaml")))
    }

    private static func isDryRun(_ serve: ServeProcess) async throws -> Bool {
        let metrics = try await serve.request("/metrics").body
        return metrics.contains("cleanup_task_dry_run{task=\"old\"} 1")
    }
}
