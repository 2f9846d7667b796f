import Foundation
import Glibc
import Support
import Testing

/// A connection whose URL lies in a file of its own.
@Suite(.timeLimit(.minutes(5)))
struct SecretReloadTests {
    private static let rest = """
        cycles:
          often: { every: 1s, tasks: [logs] }
        tasks:
          logs:
            rows: { in: moved, table: logs, time: created_at }
            remove: { older_than: 30d }
        """

    /// What still names a file is asked of the server that the configuration in force began with.
    @Test func aReloadThatIsRefusedLeavesReferencesWithTheirServer() async throws {
        try await RowsWorld.with(.postgres, due: 0) { old in
            try await RowsWorld.with(.postgres, due: 0) { new in
                try await old.sql("UPDATE logs SET path = 'named'")
                let file = old.folder.appendingPathComponent("data/named")
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                try Data().write(to: file)
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSinceNow: -60 * 86_400)],
                    ofItemAtPath: file.path
                )
                try await Self.refuse(old, new, file)
            }
        }
    }

    private static func refuse(_ old: RowsWorld, _ new: RowsWorld, _ file: URL) async throws {
        let secret = old.folder.appendingPathComponent("url")
        try Data(old.url.utf8).write(to: secret)
        let connection = "moved: { url: { file: \"\(secret.path)\" } }"
        let rest = """
            cycles:
              often: { every: 1s, tasks: [files] }
            tasks:
              files:
                files: { in: data }
                remove: { older_than: 30d }
                keep: { referenced_by: [{ in: moved, query: "SELECT path FROM logs" }] }
            """
        try await withServe(try old.replica("serve", connections: connection, rest)) { serve in
            try await serve.waitFor("cleanup_job_complete")
            try Data(new.url.utf8).write(to: secret)
            // Wants a restart.
            _ = try old.replica("serve", connections: connection, rest + "log: { level: debug }\n")
            serve.signal(SIGHUP)
            try await serve.waitFor("configuration_reload_failed")
            for _ in 1...2 { try await serve.waitFor("cleanup_job_complete") }
            #expect(FileManager.default.fileExists(atPath: file.path))
            _ = try old.replica("serve", connections: connection, rest)
            serve.signal(SIGHUP)
            try await serve.waitFor("configuration_reloaded")
            for _ in 1...2 { try await serve.waitFor("cleanup_job_complete") }
            #expect(!FileManager.default.fileExists(atPath: file.path))
            #expect(await serve.terminate().code == 0)
        }
    }

    @Test func replacedSecretIsReadOnReload() async throws {
        try await RowsWorld.with(.postgres, due: 20) { old in
            try await RowsWorld.with(.postgres, due: 20) { new in
                let secret = old.folder.appendingPathComponent("url")
                try Data(old.url.utf8).write(to: secret)
                let connection = "moved: { url: { file: \"\(secret.path)\" } }"
                try await withServe(try old.replica("serve", connections: connection, Self.rest)) { serve in
                    try await serve.waitFor("cleanup_job_complete")
                    #expect(try await old.count() == RowsWorld.young)
                    // A file that is not there leaves all as it was.
                    try FileManager.default.removeItem(at: secret)
                    serve.signal(SIGHUP)
                    try await serve.waitFor("configuration_reload_failed")
                    try await serve.waitFor("cleanup_job_complete")
                    #expect(try await new.count() == 20 + RowsWorld.young)
                    try Data(new.url.utf8).write(to: secret)
                    serve.signal(SIGHUP)
                    try await serve.waitFor("configuration_reloaded")
                    // The first may have begun before.
                    for _ in 1...2 { try await serve.waitFor("cleanup_job_complete") }
                    #expect(try await new.count() == RowsWorld.young)
                    #expect(await serve.terminate().code == 0)
                }
            }
        }
    }
}
