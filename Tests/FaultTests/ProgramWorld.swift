import Foundation
import Support

/// Logs with a configuration for the real program, whose state lies beside them.
struct ProgramWorld {
    let folder: URL
    let logs: AgedLogs

    /// - Parameter folder: empty, and there.
    init(in folder: URL, files: Int) throws {
        self.folder = folder
        logs = try AgedLogs(in: folder.appending(path: "data"), count: files, now: Date())
        try configuration.write(to: folder.appending(path: "cleanup.yaml"), atomically: false, encoding: .utf8)
    }

    /// Lends a world in memory, whose folder is removed afterwards.
    static func with<Result>(
        files: Int,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (ProgramWorld) async throws -> Result
    ) async throws -> Result {
        let folder = URL(fileURLWithPath: "/dev/shm/cleanupd-fault-\(UUID().uuidString)")
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(ProgramWorld(in: folder, files: files)))
        } catch {
            result = .failure(error)
        }
        try await Command.run("/bin/rm", ["-rf", "--one-file-system", "--", folder.path]).check()
        return try result.get()
    }

    /// Where the logs lie.
    var data: URL { logs.folder }

    private var configuration: String {
        """
        state: sqlite:state.db
        connections: { data: { url: "file://\(data.path)" } }
        tasks:
          logs:
            files: { in: data, match: ["*.log"] }
            compress: { older_than: 7d }
            remove: { older_than: 30d }
        """
    }

    /// The program in this world.
    func cleanupd(_ more: [String: String] = [:], launcher: [String] = []) -> CleanupdProcess {
        let own = ["CLEANUPD_CONFIG": folder.appending(path: "cleanup.yaml").path]
        return CleanupdProcess(environment: own.merging(more) { $1 }, launcher: launcher)
    }
}
