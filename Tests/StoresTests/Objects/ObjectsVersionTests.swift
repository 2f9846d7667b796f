import Clients
import Foundation
import Retention
import Support
import Testing

@testable import Stores

@Suite("Objects: versions and uploads", .tags(.s3))
struct ObjectsVersionTests {
    private static let old = Result { try Policy.older(than: "30d") }

    @Test(arguments: S3TestServer.Kind.allCases)
    func onlyOldVersionsGo(_ kind: S3TestServer.Kind) async throws {
        try await ObjectsWorld.with(kind, isVersioned: true) { world in
            for body in ["1", "22", "333"] { try await world.put(["a"], body: body) }
            try await world.put(["b"], body: "only")
            let specification = ObjectsSpecification(versions: .noncurrent)
            let plan = try await world.plan(specification, try Self.old.get())
            #expect(plan.names(.remove) == ["a", "a"])
            #expect(plan.tally.examined == 2)
            let results = try await world.act(plan, specification)
            #expect(results.count(.deleted) == 2)
            #expect(results.freedBytes == 3)
            let left = try await world.versions()
            #expect(left.map(\.key).sorted() == ["a", "b"])
            #expect(left.allSatisfy { $0.isLatest && !$0.isDeleteMarker })
        }
    }

    @Test(arguments: S3TestServer.Kind.allCases)
    func aCurrentObjectOfAVersionedBucketLeavesAMarkerAndFreesNothing(_ kind: S3TestServer.Kind) async throws {
        try await ObjectsWorld.with(kind, isVersioned: true) { world in
            try await world.put(["a"], body: "contents")
            let specification = ObjectsSpecification(allowsUnconditional: kind == .swift)
            let results = try await world.act(try await world.plan(specification, try Self.old.get()), specification)
            #expect(results.count(.deleted) == 1)
            #expect(results.allSatisfy { !$0.result.isForGood })
            #expect(results.freedBytes == 0)
            #expect(try await world.objects().isEmpty)
            let left = try await world.versions()
            #expect(left.count { $0.isDeleteMarker } == 1)
            #expect(left.count == 2)
            // The version beneath, and then the marker, which is alone by then.
            for (isMarker, freed) in [(false, Int64(8)), (true, 0)] {
                let specification = ObjectsSpecification(versions: .noncurrent)
                let results = try await world.act(
                    try await world.plan(specification, try Self.old.get()),
                    specification
                )
                #expect(results.map(\.result.outcome) == [.deleted])
                #expect(results[0].result.isForGood == !isMarker)
                #expect(results[0].version?.kind == (isMarker ? .marker : .noncurrent))
                #expect(results.freedBytes == freed)
            }
            #expect(try await world.versions().isEmpty)
        }
    }

    /// OpenStack Swift heeds conditions on deletions, but not where it keeps versions.
    @Test func whereConditionsAreIgnoredATaskIsRefusedUnlessItAllowsThat() async throws {
        try await ObjectsWorld.with(.swift, isVersioned: true) { world in
            try await world.put((0..<3).map { "a/\($0)" })
            var specification = ObjectsSpecification(prefix: "a/")
            let plan = try await world.plan(specification, try Self.old.get())
            let error = await #expect(throws: StoreError.self) { try await world.act(plan, specification) }
            #expect(error?.code == .denied)
            #expect(error?.message.contains("allow: { unconditional: true }") == true)
            let server = world.server
            await #expect(throws: StoreError.self) { try await onThread { _ = try OwnedObjects(server: server) } }
            #expect(try await world.keys().count == 3)
            specification.allowsUnconditional = true
            try await world.put(["a/1"], body: "new")
            let results = try await world.act(plan, specification)
            #expect(results.keys(.deleted) == ["a/0", "a/2"])
            #expect(results.keys(.changed) == ["a/1"])
            #expect(try await world.keys() == bytes(["a/1"]))
        }
    }

    @Test(arguments: S3TestServer.Kind.allCases)
    func aVersionThatIsCurrentAgainStays(_ kind: S3TestServer.Kind) async throws {
        try await ObjectsWorld.with(kind, isVersioned: true) { world in
            try await world.put(["a"], body: "precious")
            _ = try await world.client.delete(S3Deletion(key: "a"))
            let specification = ObjectsSpecification(versions: .noncurrent)
            let plan = try await world.plan(specification, try Self.old.get())
            #expect(plan.names(.remove) == ["a"])
            // Somebody takes the deletion back.
            let marker = try #require(try await world.versions().first { $0.isDeleteMarker })
            _ = try await world.client.delete(S3Deletion(key: "a", versionID: marker.versionID))
            #expect(try await world.act(plan, specification).map(\.result.outcome) == [.changed])
            #expect(try await world.keys() == bytes(["a"]))
        }
    }

    /// Its removal would bring back what was deleted.
    @Test(arguments: S3TestServer.Kind.allCases)
    func aMarkerThatHidesVersionsByNowStays(_ kind: S3TestServer.Kind) async throws {
        try await ObjectsWorld.with(kind, isVersioned: true) { world in
            try await world.put(["a"], body: "deleted")
            _ = try await world.client.delete(S3Deletion(key: "a"))
            try await world.put(["a"], body: "new")
            let specification = ObjectsSpecification(versions: .noncurrent)
            var plan = try await world.plan(specification, try Self.old.get())
            // The old contents are not to go with it.
            for block in plan.blocks.indices {
                for item in plan.blocks[block].items.indices {
                    let version = ObjectVersion(plan.blocks[block].version(of: plan.blocks[block].items[item]))
                    if version?.kind != .marker { plan.blocks[block].items[item].verdict = .keep }
                }
            }
            // Somebody takes the newest back by its version.
            let newest = try #require(try await world.versions().first { $0.isLatest })
            _ = try await world.client.delete(S3Deletion(key: "a", versionID: newest.versionID))
            #expect(try await world.act(plan, specification).map(\.result.outcome) == [.changed])
            #expect(try await world.keys().isEmpty)
        }
    }

    /// OpenStack Swift gives each version an id of its own, also these.
    @Test func whatCouldBeOverwrittenUnseenWhileVersionsAreSuspendedStays() async throws {
        try await ObjectsWorld.with(.seaweed) { world in
            try await world.put(["a"], body: "before versions")
            try world.bucket.setVersioning("Enabled")
            try await world.put(["a"], body: "first")
            try await world.put(["a"], body: "second")
            try world.bucket.setVersioning("Suspended")
            var specification = ObjectsSpecification(versions: .noncurrent)
            let plan = try await world.plan(specification, try Self.old.get())
            #expect(plan.tally.remove == 1)
            #expect(plan.tally.keep == 1)
            #expect(try await world.act(plan, specification).count(.deleted) == 1)
            specification.allowsUnconditional = true
            let all = try await world.plan(specification, try Self.old.get())
            #expect(try await world.act(all, specification).map(\.result.outcome) == [.deleted])
            #expect(try await world.versions().map(\.isLatest) == [true])
        }
    }

    @Test(arguments: S3TestServer.Kind.allCases)
    func unfinishedUploadsGoAndThoseThatGrowStay(_ kind: S3TestServer.Kind) async throws {
        try await ObjectsWorld.with(kind) { world in
            try await world.put(["u/object"])
            let (bucket, uploads) = (world.bucket, ObjectsSpecification(prefix: "u/", uploads: true))
            let growing = try await onThread {
                for number in 0..<3 { try bucket.beginUpload("u/\(number)", parts: [1000, 24]) }
                try bucket.beginUpload("v/other", parts: [1])
                return try bucket.beginUpload("u/grows", parts: [])
            }
            let plan = try await world.plan(uploads, try Self.old.get())
            #expect(plan.names(.remove) == ["u/0", "u/1", "u/2", "u/grows"])
            #expect(plan.tally.removeBytes == 3072)
            try await onThread { try bucket.uploadPart("u/grows", growing, number: 1, size: 7) }
            let results = try await world.act(plan, uploads)
            #expect(results.keys(.changed) == ["u/grows"])
            #expect(results.keys(.deleted) == ["u/0", "u/1", "u/2"])
            #expect(results.freedBytes == 3072)
            #expect(try await world.uploads().map(\.key).sorted() == ["u/grows", "v/other"])
            #expect(try await world.keys() == bytes(["u/object"]))
        }
    }
}

extension S3TestBucket {
    /// Adds a part to an upload. Blocking.
    func uploadPart(_ key: String, _ upload: String, number: Int, size: Int) throws {
        let answer = try server.wire.send(
            "PUT",
            "/\(name)/\(key)",
            query: [("partNumber", "\(number)"), ("uploadId", upload)],
            body: Data(repeating: 0x2a, count: size)
        )
        guard answer.status == 200 else { throw SupportError("\(answer.status): \(answer.text)") }
    }
}
