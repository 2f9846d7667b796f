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

    @Test func aListingThatCannotBeBelievedSaysWhatToDo() {
        #expect(
            StoreError.tooManyObjects("bundles", limit: 1_000).description
                == "Connection bundles has more than 1000 objects that the task looks at: too many for a rule of keep that "
                + "counts them, because a server may list an object twice. Nothing was removed. Narrow prefix or match, or "
                + "leave the counts out."
        )
        for (offset, way) in [(400.4, "ahead of"), (-400.4, "behind")] {
            #expect(
                StoreError.clocksDiffer(offset, of: server).description
                    == "Connection bundles: the clock of this machine is 400 s \(way) that of the server \(server.server), by "
                    + "which objects have their ages, so that young ones could be taken for old ones. Nothing was removed. "
                    + "Set the clock that is wrong; more than 300 s are too many."
            )
        }
    }

    // MARK: Objects that stay

    private static func hold(_ kind: ObjectVersion.Kind, id: String = "") throws -> String? {
        let version = ObjectVersion(kind: kind, modified: 0, size: 0, id: id)
        let filter = try ObjectsFilter(ObjectsSpecification(), versioning: .suspended)
        return filter.holdReason(ListedObject(key: "a", version: version, time: 0))
    }

    @Test func anObjectThatNobodyCouldTellFromAnotherSaysSo() throws {
        #expect(
            try Self.hold(.current) == "the server tells no ETag, so that nobody can tell whether it is overwritten"
        )
        for kind in [ObjectVersion.Kind.noncurrent, .marker] {
            #expect(
                try Self.hold(kind)
                    == "it has no version id of its own, and could be overwritten unseen; allow: { unconditional: true }"
            )
        }
        #expect(try Self.hold(.noncurrent, id: "v1") == nil)
    }

    @Test func whatIsNotKnownOfAnObjectIsSaid() {
        #expect(ObjectsWords.tagsUnread == "its tags could not be read")
        #expect(ObjectsWords.tagsUnasked == "its tags were not read, because the run was cancelled")
        #expect(ObjectsWords.partsUnasked == "its parts were not listed, because the run was cancelled")
        #expect(ObjectsWords.partsUnread("no answer.") == "its parts could not be listed: no answer.")
        #expect(ObjectsWords.noETagNow == "the server tells no ETag of it; it stays")
        #expect(ObjectsWords.disorder == "the server does not list what took its place before it")
        let error = S3Error(code: .denied, message: "no rights.")
        #expect(ObjectsOutput.described("a", error).message == "Its tags could not be read: no rights.")
        #expect(
            ObjectsOutput.described("a", nil).message == "Its name is too long to be planned. Remove it by hand."
        )
    }

    @Test func anObjectThatIsNotWhatWasPlannedSaysWhy() {
        #expect(ObjectsWords.writtenAgain == "it was written again since the plan; it stays")
        #expect(ObjectsWords.currentAgain == "it is current again; it stays")
        #expect(ObjectsWords.grew == "more of it was uploaded since the plan; it stays")
        #expect(ObjectsWords.tagsChanged == "its tags have changed since the plan; it stays")
        #expect(
            ObjectsWords.hides
                == "it is what hides the versions beneath it now, one of which would come back; it stays"
        )
    }
}
