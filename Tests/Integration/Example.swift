import Foundation
import Support

/// One of the configurations in `examples/`, with sample data of its own in a temporary directory.
struct Example: Sendable {
    /// Where `make-data.sh` put the sample data.
    let sample: URL
    /// Beside the sample data: for state and other files of a test.
    let folder: URL
    let cleanupd: CleanupdProcess

    /// Makes the data, lends the example, and removes both.
    static func with(
        _ name: String,
        roots: [String: String],
        environment: [String: String] = [:],
        _ body: (Example) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { folder in
            let source = CleanupdProcess.projectFile("examples/\(name)")
            let sample = folder.appendingPathComponent("sample")
            try await Command.run(source.appendingPathComponent("make-data.sh").path, [sample.path]).check()
            var all = roots.mapValues { sample.appendingPathComponent($0).standardizedFileURL.path }
            all["CLEANUPD_CONFIG"] = source.appendingPathComponent("cleanup.yaml").path
            all["CLEANUP_STATE"] = folder.appendingPathComponent("state.db").path
            all["CLEANUP_LISTEN"] = "127.0.0.1:0"
            all.merge(environment) { $1 }
            try await body(Example(sample: sample, folder: folder, cleanupd: CleanupdProcess(environment: all)))
        }
    }

    /// The same with other variables.
    func setting(_ environment: [String: String]) -> Example {
        var other = cleanupd
        other.environment.merge(environment) { $1 }
        return Example(sample: sample, folder: folder, cleanupd: other)
    }

    func manifest() throws -> Manifest { try Manifest(of: sample) }

    /// Seconds since the epoch.
    static func now() -> Double { Date().timeIntervalSince1970 }
}
