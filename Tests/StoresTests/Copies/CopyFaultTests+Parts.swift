import Foundation
import Retention
import Support
import Testing

@testable import Stores

/// Uploads in parts, and what is left of them.
extension CopyFaultTests {
    /// The server has put the parts together, says something else, and would take them back if it was asked to.
    @Test func anUploadWhoseEndWasAskedForIsNeverAborted() async throws {
        let (ends, aborts) = (Count(), Count())
        let fate: CopyWorld.Fate = { request in
            if request.method == "DELETE" { aborts.add() }
            guard request.method == "POST", request.path.contains("uploadId=") else { return .pass }
            ends.add()
            return .carryOut(saying: S3Proxy.answer("400 Bad Request", code: "InvalidPart"))
        }
        try await CopyWorld.with(fate: fate) { world in
            let noise = CopyWorld.noise(2 * CopyWorld.smallPart)
            try world.write("a.zip", noise)
            let results = try await world.run(leastPart: CopyWorld.smallPart)
            #expect(results["a.zip"]?.outcome == .failed, "\(results)")
            #expect(results["a.zip"]?.detail?.contains("whether they were put together is not known") == true)
            #expect(world.contents("a.zip") == noise)
            #expect(ends.value == 1 && aborts.value == 0)
            // The next run finds what the server has made, and believes its bytes.
            #expect(try await world.run(leastPart: CopyWorld.smallPart)["a.zip"]?.outcome == .deleted)
            #expect(ends.value == 1)
            #expect(try await world.object(Self.key) == noise)
        }
    }

    @Test func partsOfAnUploadThatLostItsKeyToSomebodyElseAreSaid() async throws {
        let ends = Count()
        let fate: CopyWorld.Fate = { request in
            if request.method == "POST", request.path.contains("uploadId=") {
                ends.add()
                return .say(S3Proxy.answer("412 Precondition Failed", code: "PreconditionFailed"))
            }
            guard request.method == "HEAD", request.path.hasSuffix("/a.zip"), ends.value > 0 else { return .pass }
            return .say(Self.head(length: 99, etag: "0"))
        }
        try await CopyWorld.with(fate: fate) { world in
            let noise = CopyWorld.noise(2 * CopyWorld.smallPart)
            try world.write("a.zip", noise)
            let result = try await world.run(leastPart: CopyWorld.smallPart)["a.zip"]
            #expect(result?.failure == .conflict, "\(String(describing: result))")
            #expect(result?.detail?.contains("where something else is") == true)
            #expect(result?.detail?.contains("parts of an upload may be left") == true)
            #expect(world.contents("a.zip") == noise)
            #expect(try await world.uploads().count == 1)
        }
    }

    @Test func anUploadThatIsCutLeavesTheFileAndNoParts() async throws {
        let fate: CopyWorld.Fate = { request in
            request.path.contains("partNumber=2") ? .say(Data()) : .pass
        }
        try await CopyWorld.with(fate: fate) { world in
            let noise = CopyWorld.noise(2 * CopyWorld.smallPart)
            try world.write("a.zip", noise)
            let results = try await world.run(leastPart: CopyWorld.smallPart)
            #expect(results["a.zip"]?.outcome == .failed && results["a.zip"]?.failure == .io, "\(results)")
            #expect(world.contents("a.zip") == noise)
            #expect(try await world.keys().isEmpty)
            #expect(try await world.uploads().isEmpty)
        }
    }

    @Test func partsThatCannotBeTakenBackAreSaid() async throws {
        let fate: CopyWorld.Fate = { request in
            if request.method == "DELETE" { return .say(S3Proxy.answer("403 Forbidden", code: "AccessDenied")) }
            return request.path.contains("partNumber=2") ? .say(Data()) : .pass
        }
        try await CopyWorld.with(fate: fate) { world in
            try world.write("a.zip", CopyWorld.noise(2 * CopyWorld.smallPart))
            let results = try await world.run(leastPart: CopyWorld.smallPart)
            #expect(results["a.zip"]?.leftBehind?.hasPrefix("parts of an upload may be left") == true, "\(results)")
            #expect(try await world.uploads().count == 1)
        }
    }

    /// It is nobody's failure; but the parts are there, and cost money.
    @Test func partsThatARunLeavesAtItsEndAreSaid() async throws {
        let parts = Count()
        let fate: CopyWorld.Fate = { request in
            if request.method == "DELETE" { return .say(S3Proxy.answer("403 Forbidden", code: "AccessDenied")) }
            if request.path.contains("partNumber=") { parts.add() }
            return .pass
        }
        try await CopyWorld.with(fate: fate) { world in
            try world.write("a.zip", CopyWorld.noise(3 * CopyWorld.smallPart))
            let result = try await world.run(leastPart: CopyWorld.smallPart, isCancelled: { parts.value > 0 })["a.zip"]
            #expect(result?.outcome == .notTried, "\(String(describing: result))")
            #expect(result?.leftBehind?.hasPrefix("parts of an upload may be left") == true)
            #expect(try await world.uploads().count == 1)
        }
    }

    /// The object may be another one's who has copied the same.
    @Test func anEndThatWasNotConfirmedIsSaidAlsoWhereTheCopyIsProved() async throws {
        let fate: CopyWorld.Fate = { request in
            guard request.method == "POST", request.path.contains("uploadId=") else { return .pass }
            return .carryOut(saying: S3Proxy.answer("412 Precondition Failed", code: "PreconditionFailed"))
        }
        try await CopyWorld.with(fate: fate) { world in
            let noise = CopyWorld.noise(2 * CopyWorld.smallPart)
            try world.write("a.zip", noise)
            let result = try await world.run(leastPart: CopyWorld.smallPart)["a.zip"]
            let remark =
                "parts of an upload may be left, which a task on uploads removes (whether they were put together is not "
                + "known)"
            #expect(result?.outcome == .deleted, "\(String(describing: result))")
            #expect(result?.detail == "old; its copy is vault: \(Self.key); \(remark)")
            #expect(result?.leftBehind == remark)
            #expect(try await world.object(Self.key) == noise)
        }
    }
}
