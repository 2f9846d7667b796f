import Clients
import Support
import Testing

@testable import Stores

@Suite("Objects: versions, as a listing tells of them")
struct VersionHistoryTests {
    private static func entry(_ text: String) -> S3Object {
        // "key id time [latest] [marker]"
        let words = text.split(separator: " ").map(String.init)
        return S3Object(
            key: words[0],
            versionID: words[1],
            etag: "e",
            size: 1,
            modified: Int64(words[2]) ?? -1,
            isLatest: words.contains("latest"),
            isDeleteMarker: words.contains("marker")
        )
    }

    /// "id kind time", with a `!` where it is held.
    private static func history(_ entries: [String], includesCurrent: Bool = true) -> [String] {
        var history = VersionHistory(includesCurrent: includesCurrent)
        let listed = entries.flatMap { history.next(entry($0)) } + history.finish()
        return listed.map { "\($0.version.id) \($0.version.kind) \($0.time)\($0.hold == nil ? "" : " !")" }
    }

    @Test func aVersionIsOldSinceTheNextOneWasWritten() {
        let entries = ["a v3 90 latest", "a v2 50", "a v1 10", "b v1 20 latest"]
        #expect(Self.history(entries) == ["v3 current 90", "v2 noncurrent 90", "v1 noncurrent 50", "v1 current 20"])
        #expect(Self.history(entries, includesCurrent: false) == ["v2 noncurrent 90", "v1 noncurrent 50"])
    }

    @Test func aMarkerIsACandidateOnlyWhereNothingLiesBeneathIt() {
        #expect(Self.history(["a m1 70 latest marker"]) == ["m1 marker 70"])
        #expect(Self.history(["a m1 70 latest marker", "b v1 1 latest"]) == ["m1 marker 70", "v1 current 1"])
        #expect(Self.history(["a m1 70 latest marker", "a v1 10"]) == ["v1 noncurrent 70"])
        #expect(
            Self.history(["a v2 90 latest", "a m1 70 marker", "a v1 10"], includesCurrent: false)
                == ["m1 marker 90", "v1 noncurrent 70"]
        )
    }

    @Test func whatIsListedInAnotherOrderIsHeld() {
        #expect(Self.history(["a v1 10", "a v2 90 latest"]) == ["v1 noncurrent 10 !", "v2 noncurrent 90 !"])
        #expect(
            Self.history(["a v3 90 latest", "a v1 10", "a v2 50"])
                == ["v3 current 90", "v1 noncurrent 90", "v2 noncurrent 50 !"]
        )
    }

    @Test func whatIsListedTwiceCountsOnce() {
        #expect(
            Self.history(["a v2 90 latest", "a v2 90 latest", "a v1 10", "a v1 10"])
                == ["v2 current 90", "v1 noncurrent 90"]
        )
        #expect(Self.history(["a m1 70 latest marker", "a m1 70 latest marker"]) == ["m1 marker 70"])
    }

    @Test func keysAreComparedByTheirBytes() {
        // Two spellings of é.
        #expect(
            Self.history(["caf\u{e9} v1 10 latest", "cafe\u{301} v2 90 latest"]) == ["v1 current 10", "v2 current 90"]
        )
    }

    @Test func versionsComeBackFromTheirBytes() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<500 {
            let version = ObjectVersion(
                kind: random.pick([.current, .noncurrent, .marker, .upload]),
                modified: .random(in: .min ... .max, using: &random),
                size: .random(in: .min ... .max, using: &random),
                etag: String(repeating: "é", count: .random(in: 0...40, using: &random)),
                id: String(repeating: "v", count: .random(in: 0...70, using: &random))
            )
            #expect(ObjectVersion(version.bytes[...]) == version, "seed 5")
            for length in [0, 1, 18] { #expect(ObjectVersion(version.bytes.prefix(length)) == nil) }
        }
        #expect(ObjectVersion([9] + [UInt8](repeating: 0, count: 30)) == nil)
    }
}
