import Clients
import Retention
import Support
import Testing

@testable import Stores

@Suite("Objects: owned by rows and records")
struct OwnedObjectsTests {
    @Test(arguments: S3TestServer.Kind.allCases)
    func anOwnedObjectGoesAndToTryAgainIsHarmless(_ kind: S3TestServer.Kind) async throws {
        try await ObjectsWorld.with(kind) { world in
            try await world.put(["p/a", "p/b", "q/c"], body: "1234")
            let server = world.server
            try await onThread {
                let owned = try OwnedObjects(server: server, prefix: "p/")
                #expect(owned.remove("p/a", isCancelled: { false }) == ItemResult(.deleted, freedBytes: 4))
                #expect(owned.remove("p/a", isCancelled: { false }) == ItemResult(.gone))
                #expect(owned.remove("p/b", isCancelled: { true }) == ItemResult(.notTried))
                for outside in ["q/c", "p", "", "/p/b", "P/b"] {
                    let result = owned.remove(outside, isCancelled: { false })
                    #expect(result.outcome == .failed)
                    #expect(result.failure == .permission)
                }
            }
            #expect(try await world.keys() == bytes(["p/b", "q/c"]))
        }
    }

    @Test(arguments: S3TestServer.Kind.allCases)
    func whereVersionsAreKeptNothingIsFreed(_ kind: S3TestServer.Kind) async throws {
        try await ObjectsWorld.with(kind, isVersioned: true) { world in
            try await world.put(["a"])
            let server = world.server
            let result = try await onThread {
                try OwnedObjects(server: server, allowsUnconditional: kind == .swift).remove(
                    "a",
                    isCancelled: { false }
                )
            }
            #expect(result.outcome == .deleted && result.freedBytes == 0 && !result.isForGood)
            #expect(try await world.keys().isEmpty)
            #expect(try await world.versions().contains { !$0.isDeleteMarker })
        }
    }
}
