import Clients
import Foundation
import Support
import Testing

@Suite("S3: objects that are made only where there are none", .timeLimit(.minutes(5)))
struct S3MakingTests {
    private static let small: [UInt8] = Array("small".utf8)
    private static let large = [UInt8](repeating: 0x2a, count: 5 * 1024 * 1024)
    private static let metadata = ["cleanupd-size": "5", "mtime": "1.000000000"]

    @Test(arguments: S3TestServer.Kind.allCases)
    func anObjectIsMadeOnceAndHasItsWords(_ kind: S3TestServer.Kind) async throws {
        try await withS3Bucket(kind) { _, client in
            let sum = S3PartSum(of: Self.small)
            let made = try await client.make(key: "k", body: Self.small, sum: sum, metadata: Self.metadata)
            var sums = S3PartSums()
            sums.add(sum, of: Self.small)
            guard case .made(let written) = made else { throw SupportError("\(made)") }
            #expect(written.etag == sums.etag)
            let stored = try #require(try await client.stored(key: "k"))
            #expect(stored.object.etag == sums.etag && stored.object.size == sums.length)
            #expect(stored.metadata == Self.metadata)
            let other = [UInt8](repeating: 1, count: 3)
            let again = try await client.make(key: "k", body: other, sum: S3PartSum(of: other), metadata: [:])
            #expect(again == .undecided)
            #expect(try await client.stored(key: "k") == stored)
        }
    }

    @Test(arguments: S3TestServer.Kind.allCases)
    func whatArrivesOtherwiseThanItWasSentIsRefused(_ kind: S3TestServer.Kind) async throws {
        try await withS3Bucket(kind) { _, client in
            let wrong = S3PartSum(of: [1])
            let error = try await s3Error {
                try await client.make(key: "k", body: Self.small, sum: wrong, metadata: [:])
            }
            #expect(error?.code == .refused, "\(String(describing: error))")
            #expect(try await client.stored(key: "k") == nil)
        }
    }

    @Test(arguments: S3TestServer.Kind.allCases)
    func partsBecomeOneObjectWithTheETagOfTheirSums(_ kind: S3TestServer.Kind) async throws {
        try await withS3Bucket(kind) { _, client in
            var sums = S3PartSums()
            let upload = try await client.beginUpload(key: "a b/ü", metadata: Self.metadata)
            var etags: [String] = []
            for (index, part) in [Self.large, Self.small].enumerated() {
                let sum = S3PartSum(of: part)
                sums.add(sum, of: part)
                etags.append(try await client.put(part: index + 1, of: upload, body: part, sum: sum))
            }
            #expect(try await client.stored(key: "a b/ü") == nil)
            guard case .made = try await client.complete(upload, etags: etags) else { throw SupportError("not made") }
            let stored = try #require(try await client.stored(key: "a b/ü"))
            #expect(stored.object.etag == sums.etagOfParts && stored.object.size == sums.length)
            #expect(stored.metadata == Self.metadata)
            #expect(try await client.everyUpload().isEmpty)
            try await Self.expectPieces(of: stored.object, client)
        }
    }

    private static func expectPieces(of object: S3Object, _ client: S3Client) async throws {
        let end = try await client.read(object, from: object.size - 7, count: 100)
        #expect(end == [0x2a, 0x2a] + small)
        #expect(try await client.read(object, from: 0, count: 3) == [0x2a, 0x2a, 0x2a])
        let other = S3Object(key: object.key, etag: "00000000000000000000000000000000", size: 9, modified: 0)
        #expect(try await client.read(other, from: 0, count: 3) == nil)
        let none = S3Object(key: "none", etag: object.etag, size: 9, modified: 0)
        #expect(try await client.read(none, from: 0, count: 3) == nil)
    }

    @Test(arguments: S3TestServer.Kind.allCases)
    func anUploadMakesNothingWhereSomethingIs(_ kind: S3TestServer.Kind) async throws {
        try await withS3Bucket(kind) { _, client in
            let upload = try await client.beginUpload(key: "k", metadata: [:])
            let sum = S3PartSum(of: Self.small)
            let etag = try await client.put(part: 1, of: upload, body: Self.small, sum: sum)
            try await client.put(key: "k", body: [1, 2, 3])
            #expect(try await client.complete(upload, etags: [etag]) == .undecided)
            #expect(try await client.head(key: "k", versionID: nil)?.size == 3)
        }
    }

    @Test(arguments: S3TestServer.Kind.allCases)
    func anUploadThatWasAbortedMakesNothing(_ kind: S3TestServer.Kind) async throws {
        try await withS3Bucket(kind) { _, client in
            let upload = try await client.beginUpload(key: "k", metadata: [:])
            let sum = S3PartSum(of: Self.small)
            let etag = try await client.put(part: 1, of: upload, body: Self.small, sum: sum)
            _ = try await client.abort(upload)
            #expect(try await client.complete(upload, etags: [etag]) == .undecided)
            #expect(try await client.stored(key: "k") == nil)
        }
    }

    @Test func aServerThatFailsAfterItsStatusHasMadeNothing() async throws {
        let body = Array("<Error><Code>InternalError</Code><Message>late</Message></Error>".utf8)
        let proxy = try S3Proxy { _ in .say(S3Proxy.answer("200 OK", body: String(decoding: body, as: UTF8.self))) }
        try await withS3Client(.loopback(proxy.port), limits: .quick) { client in
            let upload = S3Upload(key: "k", uploadID: "1", initiated: 0)
            let error = try await s3Error { try await client.complete(upload, etags: ["e"]) }
            #expect(error?.code == .server)
        }
    }

    /// Of an upload whose end was asked for.
    private static func end(_ fate: @escaping @Sendable (S3Proxy.Request) -> S3Proxy.Fate) async throws -> S3Making {
        let proxy = try S3Proxy(fate)
        return try await withS3Client(.loopback(proxy.port), limits: .quick) { client in
            try await client.complete(S3Upload(key: "k", uploadID: "1", initiated: 0), etags: ["e"])
        }
    }

    @Test(
        arguments: ["PreconditionFailed", "ConditionalRequestConflict", "NoSuchUpload"],
        ["200 OK", "400 Bad Request"]
    )
    func aRefusalThatMayMeanSuccessIsUndecidedWhateverItsStatus(_ code: String, _ status: String) async throws {
        #expect(try await Self.end { _ in .say(S3Proxy.answer(status, code: code)) } == .undecided)
    }

    @Test func aRefusalOfASecondAttemptMayBeTheSuccessOfTheFirst() async throws {
        let making = try await Self.end { request in
            let isFirst = request.count == 1
            return .say(isFirst ? Data() : S3Proxy.answer("400 Bad Request", code: "InvalidPart"))
        }
        #expect(making == .undecided)
        let error = await #expect(throws: S3Error.self) {
            try await Self.end { _ in .say(S3Proxy.answer("400 Bad Request", code: "InvalidPart")) }
        }
        #expect(error?.code == .refused)
    }

    @Test func callsHaveOperationsOfTheirOwn() async throws {
        let proxy = try S3Proxy { _ in .say(S3Proxy.answer("400 Bad Request", code: "InvalidRequest")) }
        let told = Told()
        let client = S3Client(name: "pictures", settings: .loopback(proxy.port), onCall: { told.add($0.operation) })
        let upload = S3Upload(key: "k", uploadID: "1", initiated: 0)
        let object = S3Object(key: "k", etag: "e", size: 9, modified: 0)
        let sum = S3PartSum(of: [])
        _ = try await s3Error { try await client.make(key: "k", body: [], sum: sum, metadata: [:]) }
        _ = try await s3Error { try await client.beginUpload(key: "k", metadata: [:]) }
        _ = try await s3Error { try await client.put(part: 1, of: upload, body: [], sum: sum) }
        _ = try await s3Error { try await client.complete(upload, etags: []) }
        _ = try await s3Error { try await client.read(object, from: 0, count: 1) }
        _ = try await s3Error { try await client.delete([S3Deletion(key: "k")]) }
        await client.shutdown()
        let operations = ["put", "begin_upload", "put_part", "complete_upload", "get", "delete_objects"]
        #expect(told.operations == operations)
        #expect(Set(operations).isSubset(of: S3Client.operations))
    }
}
