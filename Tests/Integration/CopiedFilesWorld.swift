import Foundation
import Support

/// A folder of backups, a bucket of a real server, and a task that copies backups there before it removes them.
struct CopiedFilesWorld {
    let folder: TemporaryFolder
    let bucket: S3TestBucket
    /// As who may write to the bucket.
    let cleanupd: CleanupdProcess
    /// What the task says of which backups go.
    private let policy: String

    /// Lends one.
    /// - Parameters:
    ///   - ages: days, by the names of backups.
    ///   - policy: keys of the task: what goes, or what stays.
    ///   - endpoint: where the bucket is sought; `nil`: where it is.
    static func with(
        _ ages: [String: Int],
        policy: String,
        endpoint: String? = nil,
        _ body: (CopiedFilesWorld) async throws -> Void
    ) async throws {
        try await S3TestServer.seaweed.withBucket { bucket in
            let world = try CopiedFilesWorld(bucket, ages, policy: policy, endpoint: endpoint)
            try await body(world)
            withExtendedLifetime(world.folder) {}
        }
    }

    private init(_ bucket: S3TestBucket, _ ages: [String: Int], policy: String, endpoint: String?) throws {
        folder = try TemporaryFolder()
        self.bucket = bucket
        self.policy = policy
        cleanupd = CleanupdProcess(environment: [
            "CLEANUPD_CONFIG": folder.file("cleanup.yaml"), "ENDPOINT": endpoint ?? bucket.endpoint,
            "KEY": bucket.accessKey, "SECRET": bucket.secretKey,
        ])
        try FileManager.default.createDirectory(atPath: folder.file("backups"), withIntermediateDirectories: false)
        for (name, days) in ages { try makeBackup(name, days: days) }
        try write(copies: "archive_to: { in: vault, prefix: copies/ }")
    }

    /// As who may only look at the bucket.
    var reader: CleanupdProcess {
        var reader = cleanupd
        reader.environment["KEY"] = S3TestServer.reader.accessKey
        reader.environment["SECRET"] = S3TestServer.reader.secretKey
        return reader
    }

    func write(copies: String, isOptional: Bool = false) throws {
        let text = """
            state: "sqlite:\(folder.file("state.db"))"
            http: { listen: "127.0.0.1:0" }
            connections:
              data: { url: "file://\(folder.file("backups"))" }
              vault:
                url: "s3://\(bucket.name)"
                endpoint: "${ENDPOINT}"
                addressing: path
                access_key: "${KEY}"
                secret_key: "${SECRET}"
                optional: \(isOptional)
            tasks:
              backups:
                resource: backups
                files: { in: data, match: ["*.db"] }
                \(policy)
                \(copies)
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("cleanup.yaml")))
    }

    // MARK: Backups

    /// What a backup holds: each something of its own.
    static func contents(_ name: String) -> String { (0..<20_000).map { "row \($0) of \(name)\n" }.joined() }

    /// Makes a backup that is so old.
    func makeBackup(_ name: String, days: Int) throws {
        let path = folder.file("backups/\(name)")
        try Data(Self.contents(name).utf8).write(to: URL(fileURLWithPath: path))
        let age = [FileAttributeKey.modificationDate: Date(timeIntervalSinceNow: Double(-days) * 86_400)]
        try FileManager.default.setAttributes(age, ofItemAtPath: path)
    }

    /// Names of the backups that are there.
    var backups: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.file("backups")).sorted() }
    }

    // MARK: Copies

    /// Of the copy of a backup.
    static func key(_ name: String) -> String { "copies/\(name).gz" }

    func keys() async throws -> Set<String> { try await onThread { [bucket] in try bucket.keys() } }

    /// What the copy of a backup holds, unpacked by gzip(1).
    func copy(_ name: String) async throws -> String {
        let path = "/\(bucket.name)/\(Self.key(name))"
        let packed = try await onThread { [bucket] in try bucket.server.wire.send("GET", path).body }
        return try await Command.run("/usr/bin/env", ["gzip", "-dc"], input: packed).check().text
    }
}
