import Clients
import Support
import Testing

@Suite("S3: the same on every server", .timeLimit(.minutes(5)))
struct S3ConformanceTests {
    @Test(.tags(.s4), arguments: [(S3TestServer.Kind.seaweed, 2500, 1000), (.swift, 250, 100)])
    func pagesGiveEveryKeyOnce(_ kind: S3TestServer.Kind, _ count: Int, _ limit: Int) async throws {
        try await withS3Bucket(kind) { _, client in
            let keys = (0..<count).map { "p/\($0)" }
            try await client.putAll(keys + ["q/other"])
            let (objects, pages) = try await client.everything(prefix: "p/", limit: limit)
            #expect(pages == 3)
            #expect(objects.count == count)
            #expect(bytes(objects.map(\.key)) == bytes(keys))
            #expect(objects.allSatisfy { $0.size == 1 && $0.etag == "9dd4e461268c8034f5c8564e155c67a6" && $0.isLatest })
            let outcomes = try await client.delete(objects.prefix(limit).map { S3Deletion(key: $0.key) })
            #expect(outcomes == Array(repeating: .deleted(isMarker: false), count: limit))
            #expect(try await client.everything().objects.count == count + 1 - limit)
        }
    }

    /// All of ASCII that XML has, each alone and among others, and what servers mistake for something else.
    private static let oddKeys: [String] =
        (0x20..<0x7f).map { "a\(Character(Unicode.Scalar(UInt8($0))))b" }
        + ["a%20b", "a%2Fb", "%", "é", "e\u{301}", "日本/語", "🧹", "👩‍👩‍👧", "\u{10ffff}", "tab\tnew\nline", "cr\rlf\n", " x "]
        + ["c/d/e", "?x=1&y=2", "#hash", "&amp;<tag>", "]]>", "'\"", "\u{a0}\u{2028}", ".hidden", "~tilde", "+", "*"]

    @Test(.tags(.s4), arguments: S3TestServer.Kind.allCases)
    func oddKeysComeBackAsTheyAreAndAreDeletedAsTheyAre(_ kind: S3TestServer.Kind) async throws {
        try await withS3Bucket(kind) { _, client in
            // SeaweedFS writes a/b where a\b was asked for.
            let keys = Self.oddKeys.filter { kind != .seaweed || $0 != "a\\b" }
            try await client.putAll(keys)
            let (objects, _) = try await client.everything(limit: 50)
            #expect(bytes(objects.map(\.key)) == bytes(keys))
            for key in keys where key.utf8.count != 3 {
                #expect(try await client.head(key: key, versionID: nil)?.size == 1, "\(key)")
            }
            let half = keys.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
            let outcomes = try await client.delete(half.map { S3Deletion(key: $0) })
            #expect(outcomes.allSatisfy { $0 == .deleted(isMarker: false) }, "\(outcomes)")
            let rest = keys.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map(\.element)
            #expect(bytes(try await client.everything().objects.map(\.key)) == bytes(rest))
            for key in rest { #expect(try await client.delete(S3Deletion(key: key)) == .deleted(isMarker: false)) }
            #expect(try await client.everything().objects.isEmpty)
        }
    }

    @Test(arguments: S3TestServer.Kind.allCases)
    func keysThatXMLCannotCarryAreDeletedOneByOne(_ kind: S3TestServer.Kind) async throws {
        try await withS3Bucket(kind) { _, client in
            let keys = ["a", "b\u{1}c", "d", "\u{ffff}"]
            try await client.putAll(keys)
            for key in keys { #expect(try await client.head(key: key, versionID: nil) != nil) }
            let outcomes = try await client.delete(keys.map { S3Deletion(key: $0) })
            #expect(outcomes == Array(repeating: .deleted(isMarker: false), count: 4))
            for key in keys { #expect(try await client.head(key: key, versionID: nil) == nil) }
        }
    }

    @Test(arguments: S3TestServer.Kind.allCases)
    func aChangedObjectStays(_ kind: S3TestServer.Kind) async throws {
        try await withS3Bucket(kind) { _, client in
            let old = try await client.put(key: "k", body: [1])
            let new = try await client.put(key: "k", body: [2])
            #expect(try await client.delete(S3Deletion(key: "k", etag: old.etag)) == .changed)
            #expect(try await client.head(key: "k", versionID: nil)?.etag == new.etag)
            #expect(try await client.delete(S3Deletion(key: "k", etag: new.etag)) == .deleted(isMarker: false))
            #expect(try await client.head(key: "k", versionID: nil) == nil)
        }
    }

    @Test(arguments: S3TestServer.Kind.allCases)
    func versionsAndMarkersAreListedNewestFirst(_ kind: S3TestServer.Kind) async throws {
        try await withS3Bucket(kind, isVersioned: true) { _, client in
            #expect(try await client.versioning() == .enabled)
            var written: [String?] = []
            for number in UInt8(0)..<3 { written.append(try await client.put(key: "a", body: [number]).versionID) }
            try await client.put(key: "b", body: [1])
            #expect(try await client.delete(S3Deletion(key: "a")) == .deleted(isMarker: true))
            for limit in [1000, 2] {
                let versions = try await client.everyVersion(limit: limit)
                #expect(versions.map(\.key) == ["a", "a", "a", "a", "b"])
                #expect(versions.map(\.isDeleteMarker) == [true, false, false, false, false])
                #expect(versions.map(\.isLatest) == [true, false, false, false, true])
                #expect(versions[1...3].map(\.versionID) == written.reversed())
            }
            #expect(try await client.head(key: "a", versionID: nil) == nil)
            #expect(try await client.head(key: "a", versionID: written[0])?.size == 1)
            let all = try await client.everyVersion().map { S3Deletion(key: $0.key, versionID: $0.versionID) }
            let outcomes = try await client.delete(Array(all.prefix(3)))
            #expect(outcomes.allSatisfy { if case .deleted = $0 { true } else { false } }, "\(outcomes)")
            for deletion in all.dropFirst(3) {
                #expect(try await client.delete(deletion) == .deleted(isMarker: false))
            }
            #expect(try await client.everyVersion().isEmpty)
        }
    }

    @Test(arguments: S3TestServer.Kind.allCases)
    func uploadsAreListedMeasuredAndAborted(_ kind: S3TestServer.Kind) async throws {
        try await withS3Bucket(kind) { bucket, client in
            let ids = try await onThread {
                try (0..<4).map { try bucket.beginUpload("u/\($0)", parts: Array(repeating: 7, count: $0)) }
            }
            try await onThread { _ = try bucket.beginUpload("other") }
            let uploads = try await client.everyUpload(prefix: "u/").sorted { $0.key < $1.key }
            #expect(uploads.map(\.uploadID) == ids)
            let now = S3Client.wallClock()
            for (number, upload) in uploads.enumerated() {
                #expect(try await client.uploadedBytes(upload) == Int64(number) * 7)
                #expect(abs(upload.initiated - now) < 3_600_000_000_000)
                #expect(try await client.abort(upload) == .deleted(isMarker: false))
            }
            #expect(try await client.everyUpload().map(\.key) == ["other"])
            #expect(try await client.uploadedBytes(uploads[1]) == 0)
            // Some servers say that it is gone, some that it is done.
            let again = try await client.abort(uploads[1])
            #expect(again == .gone || again == .deleted(isMarker: false))
        }
    }

    @Test(arguments: S3TestServer.Kind.allCases)
    func whatIsNotThereIsNone(_ kind: S3TestServer.Kind) async throws {
        try await withS3Bucket(kind) { _, client in
            #expect(try await client.versioning() == .off)
            #expect(try await client.head(key: "none", versionID: nil) == nil)
            #expect(try await client.listObjects(prefix: "none", after: nil).elements.isEmpty)
            #expect(try await client.everyUpload().isEmpty)
            let outcome = try await client.delete(S3Deletion(key: "none"))
            #expect(outcome == .gone || outcome == .deleted(isMarker: false))
        }
    }
}
