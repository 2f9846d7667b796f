import Clients
import Foundation
import Retention
import Support
import Testing

@testable import Stores

/// A bucket of a real server with a store of its objects, and what the engine does with one, without the engine.
struct ObjectsWorld: Sendable {
    /// What is written by a test is this old at `now`: a server takes no time from those who write.
    static let age: Int64 = 40 * 86_400

    let kind: S3TestServer.Kind
    let bucket: S3TestBucket
    let settings: S3Settings
    let server: ObjectsServer
    let client: S3Client

    /// Lends a new bucket.
    static func with<Value>(
        _ kind: S3TestServer.Kind,
        isVersioned: Bool = false,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (ObjectsWorld) async throws -> Value
    ) async throws -> Value {
        try await S3TestServer.shared(kind).withBucket(isVersioned: isVersioned) { bucket in
            let settings = S3Settings.test(bucket)
            let world = ObjectsWorld(
                kind: kind,
                bucket: bucket,
                settings: settings,
                server: ObjectsServer(name: "bundles", settings: settings),
                client: S3Client(name: "test", settings: settings)
            )
            return try await ending(world.server, world.client) { try await body(world) }
        }
    }

    static func clock() -> Instant {
        Instant(nanoseconds: S3Client.wallClock()).adding(nanoseconds: age * 1_000_000_000)
    }

    func store(_ specification: ObjectsSpecification) -> ObjectsStore {
        ObjectsStore(server: server, specification: specification, now: Self.clock)
    }

    func plan(_ specification: ObjectsSpecification, _ policy: Policy) async throws -> StorePlan {
        try await plan(store(specification), policy)
    }

    /// As of `age` from now.
    func plan(_ store: any Store, _ policy: Policy) async throws -> StorePlan {
        try await onThread { try StorePlan(of: ReadOnlyStore(store), policy, now: Self.clock()) }
    }

    /// Carries a plan out.
    func act(_ plan: StorePlan, _ specification: ObjectsSpecification) async throws -> [ObjectsResult] {
        try await act(plan, store(specification))
    }

    func act(_ plan: StorePlan, _ store: any MutableStore) async throws -> [ObjectsResult] {
        try await onThread {
            let remover = try store.openRemover(run: "r", fence: nil)
            return plan.blocks.flatMap { block in
                zip(block.items, remover.act(on: block, isCancelled: { false })).compactMap { item, result in
                    guard item.verdict == .remove else { return nil }
                    return ObjectsResult(
                        key: String(decoding: block.name(of: item), as: UTF8.self),
                        version: ObjectVersion(block.version(of: item)),
                        result: result
                    )
                }
            }
        }
    }

    // MARK: Data

    func put(_ keys: [String], body: String = "x") async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, key) in keys.enumerated() {
                if index >= 16 { try await group.next() }
                group.addTask { try await client.put(key: key, body: Array(body.utf8)) }
            }
            try await group.waitForAll()
        }
    }

    /// The current objects.
    func objects(prefix: String = "") async throws -> [S3Object] {
        try await Self.all { (position) throws(S3Error) in try await client.listObjects(prefix: prefix, after: position)
        }
    }

    /// As bytes, because different bytes can be equal strings.
    func keys(prefix: String = "") async throws -> Set<[UInt8]> {
        Set(try await objects(prefix: prefix).map { Array($0.key.utf8) })
    }

    func versions() async throws -> [S3Object] {
        try await Self.all { (position) throws(S3Error) in try await client.listVersions(prefix: "", after: position) }
    }

    func uploads() async throws -> [S3Upload] {
        try await Self.all { (position) throws(S3Error) in try await client.listUploads(prefix: "", after: position) }
    }

    private static func all<Element>(
        _ page: (S3Position?) async throws(S3Error) -> S3Page<Element>
    ) async throws -> [Element] {
        var elements: [Element] = []
        var position: S3Position?
        repeat {
            let next = try await page(position)
            elements += next.elements
            position = next.next
        } while position != nil
        return elements
    }
}

/// What became of one planned item.
struct ObjectsResult: Sendable {
    var key: String
    var version: ObjectVersion?
    var result: ItemResult
}

extension [ObjectsResult] {
    /// Keys, sorted, as often as they are there.
    func keys(_ outcome: ItemOutcome) -> [String] { filter { $0.result.outcome == outcome }.map(\.key).sorted() }

    func count(_ outcome: ItemOutcome) -> Int { count { $0.result.outcome == outcome } }

    var freedBytes: Int64 { reduce(0) { $0 + $1.result.freedBytes } }
}

func bytes(_ keys: some Sequence<String>) -> Set<[UInt8]> { Set(keys.map { Array($0.utf8) }) }
