import Foundation
import Synchronization

/// A real S3 server on loopback, which ends with the test process, however that ends.
package final class S3TestServer: Sendable {
    /// Which server.
    package enum Kind: String, Sendable, CaseIterable {
        /// SeaweedFS: versions, tags, conditions on deletions.
        case seaweed
        /// OpenStack Swift with its s3api: the strictest; no tags.
        case swift
    }

    /// SeaweedFS, started when it is first asked for, for all tests of the process.
    package static var seaweed: S3TestServer { get async throws { try await shared(.seaweed) } }
    /// OpenStack Swift, likewise.
    package static var swift: S3TestServer { get async throws { try await shared(.swift) } }

    /// One of the two.
    package static func shared(_ kind: Kind) async throws -> S3TestServer {
        // Whoever comes while it starts waits for that, and no thread of the pool must.
        try await onThread {
            switch kind {
            case .seaweed: try startedSeaweed.get()
            case .swift: try startedSwift.get()
            }
        }
    }

    /// One that no other test has: it may be stopped.
    package static func started(_ kind: Kind) async throws -> S3TestServer {
        try await onThread { try S3TestServer(kind) }
    }

    private static let startedSeaweed = Result { try S3TestServer(.seaweed) }
    private static let startedSwift = Result { try S3TestServer(.swift) }

    package let kind: Kind
    /// On 127.0.0.1.
    package let port: Int
    /// For TLS, with a certificate for localhost and 127.0.0.1; SeaweedFS only.
    package let tlsPort: Int?
    package let folder: RedisFolder
    package let wire: S3Wire
    private let programs: [S3Program]
    private let buckets = Atomic<Int>(0)

    private init(_ kind: Kind) throws {
        self.kind = kind
        folder = try RedisFolder(in: kind == .swift ? SwiftFiles.place() : "/tmp")
        switch kind {
        case .seaweed:
            let files = try SeaweedFiles(folder)
            (port, tlsPort) = (files.port, files.tlsPort)
            wire = S3Wire(port: port, accessKey: SeaweedFiles.accessKey, secretKey: SeaweedFiles.secretKey)
            programs = try files.start()
        case .swift:
            let files = try SwiftFiles(folder)
            (port, tlsPort) = (files.port, nil)
            wire = S3Wire(port: port, accessKey: SwiftFiles.user, secretKey: SwiftFiles.password)
            programs = try files.start()
        }
        // An open port is no sign that it can store anything yet.
        let isReady = try waitUntil(seconds: 60) {
            for program in programs { try program.check() }
            return isStoring
        }
        guard isReady else { throw SupportError("\(kind) cannot store: \(try logs)") }
    }

    /// The ends of what its programs have printed.
    package var logs: String { get throws { try programs.map { try $0.log }.joined(separator: "\n") } }

    /// It does nothing until `resume`; connections stay.
    package func pause() { for program in programs { program.signal(SIGSTOP) } }

    /// It goes on.
    package func resume() { for program in programs { program.signal(SIGCONT) } }

    /// Of somebody who may read and list, and nothing else; SeaweedFS only.
    package static var reader: (accessKey: String, secretKey: String) { SeaweedFiles.reader }

    package var accessKey: String { wire.accessKey }
    package var secretKey: String { wire.secretKey }
    /// Without a bucket.
    package var endpoint: String { "http://127.0.0.1:\(port)" }
    /// The certificate that signed the one of `tlsPort`.
    package var caFile: String { folder.file("server.crt") }

    /// Lends a new bucket; it is left behind, because its server is.
    package func withBucket<Value>(
        isVersioned: Bool = false,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (S3TestBucket) async throws -> Value
    ) async throws -> Value {
        let name = "bucket-\(buckets.add(1, ordering: .relaxed).newValue)"
        let bucket = S3TestBucket(server: self, name: name)
        try await onThread {
            try bucket.make()
            if isVersioned { try bucket.setVersioning("Enabled") }
        }
        return try await body(bucket)
    }

    private var isStoring: Bool {
        do {
            // It may be there since the last time.
            _ = try wire.send("PUT", "/ready")
            return try wire.send("PUT", "/ready/ready", body: Data("ready".utf8)).status == 200
        } catch {
            // Nobody listens yet.
            return false
        }
    }
}
