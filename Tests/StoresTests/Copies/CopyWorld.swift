import Clients
import Foundation
import Glibc
import Retention
import Support
import Synchronization
import Testing

@testable import Stores

/// A folder of files, a bucket of a real server, perhaps behind somebody who answers some requests himself, and runs that
/// remove all files of which there are proved copies.
struct CopyWorld: Sendable {
    typealias Fate = @Sendable (S3Proxy.Request) -> S3Proxy.Fate

    /// What is written by a test was written then: in 2001.
    static let old = Date(timeIntervalSince1970: 1_000_000_000)
    /// The least that servers take for a part that is not the last.
    static let smallPart = 5 * 1024 * 1024

    let folder: TemporaryFolder
    let bucket: S3TestBucket
    /// Asks the server itself.
    let client: S3Client
    /// Is asked by runs.
    let server: ObjectsServer
    private let proxy: S3Proxy?

    /// Lends one.
    /// - Parameters:
    ///   - fate: of the requests of runs; `nil`: the server answers them all.
    ///   - limits: of the requests of runs.
    static func with<Value>(
        _ kind: S3TestServer.Kind = .seaweed,
        fate: Fate? = nil,
        limits: S3Limits = S3Limits(),
        isolation: isolated (any Actor)? = #isolation,
        _ body: (CopyWorld) async throws -> Value
    ) async throws -> Value {
        try await S3TestServer.shared(kind).withBucket { bucket in
            let proxy = try fate.map { try S3Proxy(target: bucket.server.port, $0) }
            let world = CopyWorld(
                folder: try TemporaryFolder(),
                bucket: bucket,
                client: S3Client(name: "test", settings: .test(bucket)),
                server: ObjectsServer(name: "vault", settings: .test(bucket, port: proxy?.port), limits: limits),
                proxy: proxy
            )
            try FileManager.default.createDirectory(atPath: world.root, withIntermediateDirectories: false)
            defer { withExtendedLifetime(world) {} }
            return try await ending(world.server, world.client) { try await body(world) }
        }
    }

    // MARK: Files

    var root: String { folder.file("root") }

    func path(_ name: String) -> String { root + "/" + name }

    /// Writes a file, and makes it old.
    func write(_ name: String, _ contents: [UInt8]) throws {
        let url = URL(fileURLWithPath: path(name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(contents).write(to: url)
        try FileManager.default.setAttributes([.modificationDate: Self.old], ofItemAtPath: path(name))
        try Self.settle(path(name))
    }

    /// Waits until nobody has it open for writing any more: a process that a parallel test starts inherits our descriptors
    /// until it executes its program.
    static func settle(_ path: String) throws {
        let setLease: Int32 = 1024
        let file = open(path, O_RDONLY | O_CLOEXEC)
        try #require(file >= 0)
        defer { close(file) }
        while fcntl(file, setLease, Int32(F_RDLCK)) < 0, errno == EAGAIN { sched_yield() }
        _ = fcntl(file, setLease, Int32(F_UNLCK))
    }

    /// `nil`: it is not there.
    func contents(_ name: String) -> [UInt8]? { FileManager.default.contents(atPath: path(name)).map { Array($0) } }

    /// Bytes that gzip makes no smaller: what it would find again lies beyond its window.
    static func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        let block = (0..<65_536).map { _ in UInt8.random(in: 0...255, using: &generator) }
        var noise: [UInt8] = []
        noise.reserveCapacity(count + block.count)
        while noise.count < count { noise += block }
        return Array(noise.prefix(count))
    }

    // MARK: The bucket

    /// Its keys, sorted.
    func keys() async throws -> [String] { try await onThread { [bucket] in try bucket.keys().sorted() } }

    /// What an object of plain letters holds; `nil`: it is not there.
    func object(_ key: String) async throws -> [UInt8]? {
        try await onThread { [bucket] in
            let answer = try bucket.server.wire.send("GET", "/\(bucket.name)/\(key)")
            return answer.status == 200 ? Array(answer.body) : nil
        }
    }

    /// The same, unpacked by gzip(1).
    func unpacked(_ key: String) async throws -> [UInt8] {
        let packed = try #require(try await object(key))
        return Array(try await Command.run("/usr/bin/env", ["gzip", "-dc"], input: Data(packed)).check().output)
    }

    func uploads() async throws -> [S3Upload] { try await client.listUploads(prefix: "", after: nil).elements }

    // MARK: Runs

    func store(
        _ leastPart: Int = CopyDestination.usualPart,
        _ library: GzipLibrary = .zlib,
        _ specification: FilesSpecification = FilesSpecification()
    ) -> FilesStore {
        FilesStore(
            rootPath: root,
            specification: specification,
            copies: CopyDestination(server: server, prefix: "copies/", library: library, leastPart: leastPart)
        )
    }

    /// Plans the removal of all files, and carries it out.
    /// - Parameters:
    ///   - verdict: what becomes of all files instead.
    ///   - isCancelled: the run ends then.
    ///   - meanwhile: is done between the two.
    /// - Returns: results by the files' paths.
    func run(
        leastPart: Int = CopyDestination.usualPart,
        library: GzipLibrary = .zlib,
        _ specification: FilesSpecification = FilesSpecification(),
        verdict: Verdict = .remove,
        isCancelled: @escaping @Sendable () -> Bool = { false },
        meanwhile: @escaping @Sendable () throws -> Void = {}
    ) async throws -> [String: ItemResult] {
        let store = store(leastPart, library, specification)
        return try await onThread {
            let blocks = try Self.plan(store, verdict)
            try meanwhile()
            let remover = try store.openRemover(run: "r", fence: nil, isCancelled: isCancelled)
            if verdict == .remove { try remover.prepareToRemove(isCancelled: isCancelled) }
            var results: [String: ItemResult] = [:]
            for block in blocks {
                for (item, result) in zip(block.items, remover.act(on: block, isCancelled: isCancelled)) {
                    results[DisplayName.exact(block.path(of: item))] = result
                }
            }
            return results
        }
    }

    static func plan(_ store: FilesStore, _ verdict: Verdict = .remove) throws -> [ItemBlock] {
        let blocks = Mutex<[ItemBlock]>([])
        _ = try store.openSource().scan(workers: 1, isCancelled: { false }) { block in
            let reason = block.internReason("old")
            for index in block.items.indices {
                block.items[index].verdict = verdict
                block.items[index].reason = reason
            }
            blocks.withLock { [block] in $0.append(block) }
        }
        return blocks.withLock { $0 }
    }
}
