import Clients
import Testing

@testable import Stores

/// What is said of buckets whose servers cannot do what a task needs, to the letter. Asks nobody.
@Suite struct ObjectsErrorTextsTests {
    private let server = ObjectsServer(
        name: "bundles",
        settings: S3Settings(bucket: "b", endpoint: "http://127.0.0.1:1")
    )

    private func refusal(_ conditional: Bool?, _ unknownReason: String? = nil) throws -> String {
        let capabilities = S3Capabilities(
            conditionalDelete: conditional,
            versioning: .off,
            unknownReason: unknownReason
        )
        let error = #expect(throws: StoreError.self) {
            try ObjectsCondition.require(capabilities, of: server, isAllowed: false)
        }
        return try #require(error).message
    }

    @Test func aServerThatHeedsNoConditionsIsNamedWithTheWayOut() throws {
        let rest =
            ", so that what is written between a look and a deletion would be lost. Nothing was removed. If nobody "
            + "overwrites objects there, say allow: { unconditional: true } in this task."
        let place = server.server
        #expect(
            try refusal(false)
                == "Connection bundles: the server \(place) deletes objects although they are not those that it was asked "
                + "to delete\(rest)"
        )
        #expect(
            try refusal(nil, "it may not write")
                == "Connection bundles: it is not known whether the server \(place) heeds conditions on deletions (it may "
                + "not write)\(rest)"
        )
        #expect(
            try refusal(nil)
                == "Connection bundles: it is not known whether the server \(place) heeds conditions on deletions\(rest)"
        )
    }

    @Test func aServerWithoutTagsIsNamedWithTheWayOut() {
        #expect(
            server.withoutTags.message
                == "Connection bundles: the server \(server.server) does not have tags of objects, but the task asks for "
                + "them. Nothing was removed. Leave tags out of this task."
        )
    }
}
