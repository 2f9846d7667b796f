import Foundation
import Support

/// One of the configurations in `examples/`, with sample data of its own in a temporary directory and, where it needs
/// one, in a database of a real server.
struct Example: Sendable {
    /// Where `make-data.sh` put the sample data.
    let sample: URL
    /// Beside the sample data: for state and other files of a test.
    let folder: URL
    let cleanupd: CleanupdProcess
    /// `DATABASE_URL`; `nil` for an example without a server.
    let databaseURL: String?
    /// Of `OBJECT_STORAGE_…`; `nil` for an example without an object storage.
    let bucket: S3TestBucket?

    /// Makes the data, lends the example, and removes both.
    /// - Parameters:
    ///   - roots: variables of the configuration, and what they name from the sample data's root.
    ///   - hasFiles: false = its sample data are rows alone.
    static func with(
        _ name: String,
        roots: [String: String],
        environment: [String: String] = [:],
        hasFiles: Bool = true,
        _ body: (Example) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { folder in
            let configuration = folderOf(name).appendingPathComponent("cleanup.yaml")
            let text = try String(contentsOf: configuration, encoding: .utf8)
            let sample = folder.appendingPathComponent("sample")
            var all = roots.mapValues { sample.appendingPathComponent($0).standardizedFileURL.path }
            all["CLEANUPD_CONFIG"] = configuration.path
            all["CLEANUP_STATE"] = folder.appendingPathComponent("state.db").path
            all["CLEANUP_LISTEN"] = "127.0.0.1:0"
            // Never the machine's own engine.
            all["DOCKER_URL"] = "unix://" + folder.appendingPathComponent("docker.sock").path
            func lend(_ url: String?, _ bucket: S3TestBucket?) async throws {
                var servers = bucket.map(variables) ?? [:]
                servers["DATABASE_URL"] = url
                all.merge(servers) { $1 }
                all.merge(environment) { $1 }
                try await makeData(name, hasFiles ? [sample.path] : [], servers)
                let cleanupd = CleanupdProcess(environment: all)
                try await body(
                    Example(sample: sample, folder: folder, cleanupd: cleanupd, databaseURL: url, bucket: bucket)
                )
            }
            func lend(_ url: String?) async throws {
                guard text.contains("${OBJECT_STORAGE_ENDPOINT}") else { return try await lend(url, nil) }
                try await S3TestServer.seaweed.withBucket { try await lend(url, $0) }
            }
            if text.contains("${DATABASE_URL}") {
                try await PostgresTestServer.shared.withDatabase { try await lend($0) }
            } else {
                try await lend(nil)
            }
        }
    }

    private static func variables(of bucket: S3TestBucket) -> [String: String] {
        [
            "OBJECT_STORAGE_ENDPOINT": bucket.endpoint, "OBJECT_STORAGE_BUCKET_PREVIEWS": bucket.name,
            "OBJECT_STORAGE_ACCESS_KEY": bucket.accessKey, "OBJECT_STORAGE_SECRET_KEY": bucket.secretKey,
        ]
    }

    /// The same with other variables.
    func setting(_ environment: [String: String]) -> Example {
        var other = cleanupd
        other.environment.merge(environment) { $1 }
        return Example(sample: sample, folder: folder, cleanupd: other, databaseURL: databaseURL, bucket: bucket)
    }

    func manifest() throws -> Manifest { try Manifest(of: sample) }

    /// What a run with `--metrics-file` wrote.
    func metrics(_ file: URL) async throws -> Exposition {
        try await Exposition(checking: try String(contentsOf: file, encoding: .utf8), .text)
    }

    /// Seconds since the epoch.
    static func now() -> Double { Date().timeIntervalSince1970 }

    private static func folderOf(_ name: String) -> URL { Project.file("examples/\(name)") }

    private static func makeData(_ name: String, _ arguments: [String], _ servers: [String: String]) async throws {
        let environment = ProcessInfo.processInfo.environment.merging(servers) { $1 }
        let script = folderOf(name).appendingPathComponent("make-data.sh").path
        try await Command.run(script, arguments, environment: environment).check()
    }
}
