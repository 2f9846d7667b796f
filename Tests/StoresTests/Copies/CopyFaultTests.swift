import Clients
import Foundation
import Retention
import Support
import Testing

@testable import Stores

/// A real server behind somebody who answers some requests himself: whatever happens, a file goes only if its copy is there.
@Suite("Copies: what goes wrong leaves the file", .tags(.s5), .timeLimit(.minutes(10)))
struct CopyFaultTests {
    /// SHA-256 of 100 times x.
    static let digest = "09ecb6ebc8bcefc733f6f2ec44f791abeed6a99edf0cc31519637898aebd52d8"
    static let letters = [UInt8](repeating: UInt8(ascii: "x"), count: 100)
    static let key = "copies/a.zip"

    /// The file of letters, of which nothing is packed on the way.
    static func expectKept(
        _ results: [String: ItemResult],
        _ failure: FailureReason?,
        in world: CopyWorld,
        source: SourceLocation = #_sourceLocation
    ) {
        let result = results["a.zip"]
        #expect(result?.outcome == .failed && result?.failure == failure, "\(results)", sourceLocation: source)
        #expect(result?.detail?.hasPrefix("a.zip stays: ") == true, "\(results)", sourceLocation: source)
        #expect(world.contents("a.zip") == letters, sourceLocation: source)
    }

    // MARK: Servers that are not what they say

    @Test func aServerThatLiesAboutTheLengthLosesNoFile() async throws {
        let looks = Count()
        let fate: CopyWorld.Fate = { request in
            guard request.method == "HEAD", request.path.hasSuffix("/a.zip") else { return .pass }
            looks.add()
            // Twice before it is sent, and once afterwards.
            return looks.value <= 2 ? .pass : .say(Self.head(length: 99, etag: "0"))
        }
        try await CopyWorld.with(fate: fate) { world in
            try world.write("a.zip", Self.letters)
            let results = try await world.run()
            Self.expectKept(results, .integrity, in: world)
            #expect(results["a.zip"]?.detail?.contains("100 bytes were sent to \(Self.key) in vault") == true)
        }
    }

    /// What is made by somebody else after the first look would be lost where the server does not heed conditions.
    @Test func whatWasMadeMeanwhileIsNotOverwritten() async throws {
        let (looks, writes) = (Count(), Count())
        let fate: CopyWorld.Fate = { request in
            if request.method == "PUT" { writes.add() }
            guard request.method == "HEAD", request.path.hasSuffix("/a.zip") else { return .pass }
            looks.add()
            return looks.value == 2 ? .say(Self.head(length: 99, etag: "0")) : .pass
        }
        try await CopyWorld.with(fate: fate) { world in
            try world.write("a.zip", Self.letters)
            Self.expectKept(try await world.run(), .conflict, in: world)
            #expect(writes.value == 0)
        }
    }

    /// It has the same words, and may be about to go by its own age.
    @Test func theCopyOfAnEarlierFileIsNotTakenForThatOfThisOne() async throws {
        let writes = Count()
        let fate: CopyWorld.Fate = { request in
            if request.method == "PUT" { writes.add() }
            guard request.method == "HEAD", request.path.hasSuffix("/a.zip") else { return .pass }
            return .say(Self.head(length: 100, etag: "0"))
        }
        try await CopyWorld.with(fate: fate) { world in
            try world.write("a.zip", Self.letters)
            let results = try await world.run()
            Self.expectKept(results, .conflict, in: world)
            #expect(results["a.zip"]?.detail?.contains("is the copy of an earlier file with the same contents") == true)
            #expect(writes.value == 0)
        }
    }

    /// The sum over parts is right, and the parts are not there any more.
    @Test func aSumOverPartsOfAnEarlierRunIsNoProof() async throws {
        let mib = 1024 * 1024
        let fate: CopyWorld.Fate = { request in
            guard request.method == "GET", request.path.hasSuffix("/a.zip") else { return .pass }
            // 10 MiB in pieces of 4.
            let piece = String(repeating: "y", count: (request.count < 3 ? 4 : 2) * mib)
            return .say(S3Proxy.answer("206 Partial Content", body: piece))
        }
        try await CopyWorld.with(fate: fate) { world in
            let noise = CopyWorld.noise(2 * CopyWorld.smallPart)
            try world.write("a.zip", noise)
            #expect(try await world.run(leastPart: CopyWorld.smallPart)["a.zip"]?.outcome == .deleted)
            try world.write("a.zip", noise)
            let results = try await world.run(leastPart: CopyWorld.smallPart)
            #expect(results["a.zip"]?.failure == .integrity, "\(results)")
            #expect(world.contents("a.zip") == noise)
        }
    }

    /// Right in length, wrong in its sum; and what is read back is not what was sent.
    @Test func aServerThatHasStoredSomethingElseLosesNoFile() async throws {
        try await CopyWorld.with { world in
            try world.write("a.zip", Self.letters)
            let metadata = ["cleanupd-sha256": Self.digest, "cleanupd-size": "100"]
            let other = [UInt8](repeating: UInt8(ascii: "y"), count: 100)
            try await world.client.put(key: Self.key, body: other, metadata: metadata)
            Self.expectKept(try await world.run(), .integrity, in: world)
        }
    }

    @Test func aCopyThatIsNoGzipLosesNoFile() async throws {
        try await CopyWorld.with { world in
            try world.write("a", Self.letters)
            let metadata = ["cleanupd-sha256": Self.digest, "cleanupd-size": "100"]
            try await world.client.put(key: "copies/a.gz", body: Self.letters, metadata: metadata)
            let results = try await world.run()
            #expect(results["a"]?.failure == .integrity, "\(results)")
            #expect(world.contents("a") == Self.letters)
        }
    }

    @Test func aServerThatHasForgottenTheObjectLosesNoFile() async throws {
        let fate: CopyWorld.Fate = { request in
            request.method == "PUT" ? .say(S3Proxy.answer("200 OK", headers: ["ETag: \"0\""])) : .pass
        }
        try await CopyWorld.with(fate: fate) { world in
            try world.write("a.zip", Self.letters)
            Self.expectKept(try await world.run(), .conflict, in: world)
            #expect(try await world.keys().isEmpty)
        }
    }

    @Test func whoMayNotWriteLosesNoFile() async throws {
        let fate: CopyWorld.Fate = { request in
            request.method == "PUT" ? .say(S3Proxy.answer("403 Forbidden", code: "AccessDenied")) : .pass
        }
        try await CopyWorld.with(fate: fate) { world in
            try world.write("a.zip", Self.letters)
            Self.expectKept(try await world.run(), .permission, in: world)
        }
    }

    // MARK: Answers

    /// Neither the object nor the bucket is there, by an S3 server's word.
    static let nothing = S3Proxy.answer("404 Not Found", headers: ["x-amz-request-id: 1"])

    /// A HEAD with the words of the file of letters, and with whatever else.
    static func head(length: Int, etag: String) -> Data {
        let lines = [
            "HTTP/1.1 200 OK", "x-amz-request-id: 1", "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT",
            "ETag: \"\(etag)\"", "Content-Length: \(length)", "x-amz-meta-cleanupd-sha256: \(digest)",
            "x-amz-meta-cleanupd-size: 100", "Connection: close",
        ]
        return Data((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }
}
