import Foundation
import Retention
import Support
import Testing

@testable import Stores

/// Connections that break, buckets that go away, and runs that end.
extension ArchiveFaultTests {
    @Test func anAnswerThatWasLostIsNoReasonToSendTwiceOrToKeep() async throws {
        let fate: ArchiveWorld.Fate = { request in
            let makes = request.method == "PUT" || request.method == "POST" && !request.path.contains("uploads")
            return makes && request.count == 1 ? .carryOut(saying: Data()) : .pass
        }
        for size in [100, 2 * ArchiveWorld.smallPart] {
            try await ArchiveWorld.with(fate: fate) { world in
                let noise = ArchiveWorld.noise(size)
                try world.write("a.zip", noise)
                let results = try await world.run(leastPart: ArchiveWorld.smallPart)
                #expect(results["a.zip"]?.outcome == .deleted, "\(results)")
                #expect(try await world.object(Self.key) == noise)
            }
        }
    }

    /// The server has put the parts together, says something else, and would take them back if it was asked to.
    @Test func anUploadWhoseEndWasAskedForIsNeverAborted() async throws {
        let (ends, aborts) = (Count(), Count())
        let fate: ArchiveWorld.Fate = { request in
            if request.method == "DELETE" { aborts.add() }
            guard request.method == "POST", request.path.contains("uploadId=") else { return .pass }
            ends.add()
            return .carryOut(saying: S3Proxy.answer("400 Bad Request", code: "InvalidPart"))
        }
        try await ArchiveWorld.with(fate: fate) { world in
            let noise = ArchiveWorld.noise(2 * ArchiveWorld.smallPart)
            try world.write("a.zip", noise)
            let results = try await world.run(leastPart: ArchiveWorld.smallPart)
            #expect(results["a.zip"]?.outcome == .failed, "\(results)")
            #expect(results["a.zip"]?.detail?.contains("whether they were put together is not known") == true)
            #expect(world.contents("a.zip") == noise)
            #expect(ends.value == 1 && aborts.value == 0)
            // The next run finds what the server has made, and believes its bytes.
            #expect(try await world.run(leastPart: ArchiveWorld.smallPart)["a.zip"]?.outcome == .deleted)
            #expect(ends.value == 1)
            #expect(try await world.object(Self.key) == noise)
        }
    }

    @Test func partsOfAnUploadThatLostItsKeyToSomebodyElseAreSaid() async throws {
        let ends = Count()
        let fate: ArchiveWorld.Fate = { request in
            if request.method == "POST", request.path.contains("uploadId=") {
                ends.add()
                return .say(S3Proxy.answer("412 Precondition Failed", code: "PreconditionFailed"))
            }
            guard request.method == "HEAD", request.path.hasSuffix("/a.zip"), ends.value > 0 else { return .pass }
            return .say(Self.head(length: 99, etag: "0"))
        }
        try await ArchiveWorld.with(fate: fate) { world in
            let noise = ArchiveWorld.noise(2 * ArchiveWorld.smallPart)
            try world.write("a.zip", noise)
            let result = try await world.run(leastPart: ArchiveWorld.smallPart)["a.zip"]
            #expect(result?.failure == .conflict, "\(String(describing: result))")
            #expect(result?.detail?.contains("where something else is") == true)
            #expect(result?.detail?.contains("parts of an upload may be left") == true)
            #expect(world.contents("a.zip") == noise)
            #expect(try await world.uploads().count == 1)
        }
    }

    @Test func anUploadThatIsCutLeavesTheFileAndNoParts() async throws {
        let fate: ArchiveWorld.Fate = { request in
            request.path.contains("partNumber=2") ? .say(Data()) : .pass
        }
        try await ArchiveWorld.with(fate: fate) { world in
            let noise = ArchiveWorld.noise(2 * ArchiveWorld.smallPart)
            try world.write("a.zip", noise)
            let results = try await world.run(leastPart: ArchiveWorld.smallPart)
            #expect(results["a.zip"]?.outcome == .failed && results["a.zip"]?.failure == .io, "\(results)")
            #expect(world.contents("a.zip") == noise)
            #expect(try await world.keys().isEmpty)
            #expect(try await world.uploads().isEmpty)
        }
    }

    @Test func partsThatCannotBeTakenBackAreSaid() async throws {
        let fate: ArchiveWorld.Fate = { request in
            if request.method == "DELETE" { return .say(S3Proxy.answer("403 Forbidden", code: "AccessDenied")) }
            return request.path.contains("partNumber=2") ? .say(Data()) : .pass
        }
        try await ArchiveWorld.with(fate: fate) { world in
            try world.write("a.zip", ArchiveWorld.noise(2 * ArchiveWorld.smallPart))
            let results = try await world.run(leastPart: ArchiveWorld.smallPart)
            #expect(results["a.zip"]?.detail?.contains("parts of an upload may be left") == true, "\(results)")
            #expect(try await world.uploads().count == 1)
        }
    }

    @Test func aBucketThatDoesNotAnswerFailsTheRunBeforeItsFirstDeletion() async throws {
        let fate: ArchiveWorld.Fate = { _ in .say(Self.nothing) }
        try await ArchiveWorld.with(fate: fate) { world in
            try world.write("a.zip", Self.letters)
            let error = await #expect(throws: StoreError.self) { try await world.run() }
            // Never missing: an optional connection would make that a run that has nothing to complain of.
            #expect(error?.code == .unreadable)
            #expect(error?.message.hasSuffix("Files are copied there first; nothing was removed.") == true)
            #expect(world.contents("a.zip") == Self.letters)
        }
    }

    @Test func aBucketThatGoesAwayIsNotAskedForEachFile() async throws {
        // From the first file on.
        let asked = Count()
        let fate: ArchiveWorld.Fate = { request in
            guard request.path.hasSuffix(".zip") || asked.value > 0 else { return .pass }
            asked.add()
            return .say(Self.nothing)
        }
        try await ArchiveWorld.with(fate: fate) { world in
            for index in 0..<50 { try world.write("\(index).zip", Self.letters) }
            let results = try await world.run()
            #expect(results.count == 50 && results.values.allSatisfy { $0.outcome == .failed }, "\(results)")
            #expect(asked.value < 10)
            // Only the first names the key that it was asked for.
            let words = "not copied, because the bucket could not be used a moment ago for another file"
            #expect(results.values.count { $0.detail?.hasSuffix(words) == true } == 49, "\(results)")
        }
    }

    // MARK: Runs that end

    @Test func aRunThatEndsInTheMiddleLeavesTheFileAndNoParts() async throws {
        let parts = Count()
        let fate: ArchiveWorld.Fate = { request in
            if request.path.contains("partNumber=") { parts.add() }
            return .pass
        }
        try await ArchiveWorld.with(fate: fate) { world in
            let noise = ArchiveWorld.noise(3 * ArchiveWorld.smallPart)
            try world.write("a.zip", noise)
            let results = try await world.run(leastPart: ArchiveWorld.smallPart, isCancelled: { parts.value > 0 })
            #expect(results["a.zip"]?.outcome == .notTried, "\(results)")
            #expect(world.contents("a.zip") == noise)
            #expect(try await world.keys().isEmpty)
            #expect(try await world.uploads().isEmpty)
        }
    }

    @Test func aServerThatFallsSilentDoesNotHoldTheEndOfTheRun() async throws {
        let asked = Count()
        let fate: ArchiveWorld.Fate = { request in
            guard request.method == "PUT" else { return .pass }
            asked.add()
            return .silence
        }
        try await ArchiveWorld.with(fate: fate) { world in
            try world.write("a.zip", Self.letters)
            let start = ContinuousClock.now
            let results = try await world.run(isCancelled: { asked.value > 0 })
            #expect(results["a.zip"]?.outcome == .notTried, "\(results)")
            #expect(ContinuousClock.now - start < .seconds(15))
            #expect(world.contents("a.zip") == Self.letters)
        }
    }

    /// The server answers each question at once, so that none of them is broken off.
    @Test func aCopyThatIsReadBackDoesNotHoldTheEndOfTheRun() async throws {
        let reads = Count()
        let fate: ArchiveWorld.Fate = { request in
            if request.method == "GET", request.path.hasSuffix("/a.zip") { reads.add() }
            return .pass
        }
        try await ArchiveWorld.with(fate: fate) { world in
            // Of three pieces.
            let noise = ArchiveWorld.noise(2 * ArchiveWorld.smallPart)
            try world.write("a.zip", noise)
            #expect(try await world.run(leastPart: ArchiveWorld.smallPart)["a.zip"]?.outcome == .deleted)
            let before = reads.value
            try world.write("a.zip", noise)
            let results = try await world.run(
                leastPart: ArchiveWorld.smallPart,
                isCancelled: { reads.value > before }
            )
            #expect(results["a.zip"]?.outcome == .notTried, "\(results)")
            #expect(reads.value == before + 1)
            #expect(world.contents("a.zip") == noise)
        }
    }
}
