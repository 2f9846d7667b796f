import Clients
import Retention
import Testing

@testable import Stores

@Suite("Archive: keys, parts, and buckets that cannot be used")
struct ArchiveDestinationTests {
    @Test func whatCanHaveNoKeyStays() throws {
        let destination = ArchiveDestination(
            server: ObjectsServer(name: "archive", settings: S3Settings(bucket: "bucket")),
            prefix: "copies/"
        )
        let long = Array(repeating: UInt8(ascii: "x"), count: 1_020)
        for path in [[UInt8(ascii: "a"), 0xFF], long] {
            let refusal = #expect(throws: ArchiveRefusal.self) { try destination.key(of: path[...], isPacked: true) }
            #expect(refusal?.result.failure == .conflict)
        }
        #expect(try destination.key(of: Array("é/a.log".utf8)[...], isPacked: true) == "copies/é/a.log.gz")
    }

    @Test func aBucketThatCouldNotBeUsedIsTriedAgainAfterAWhile() {
        let start = ContinuousClock.now
        var hindrance = ArchiveHindrance()
        #expect(hindrance.refusal(at: start)?.result == nil)
        let first = ArchiveRefusal(S3Error(code: .notConnected, message: "archive: nobody took the PUT of \"a.zip\""))
        #expect(first.isForAll)
        hindrance.note(first, at: start)
        let told = hindrance.refusal(at: start + .seconds(29))
        #expect(told?.result.failure == first.result.failure)
        #expect(told?.result.detail?.contains("a.zip") == false)
        // Or what one file was told would hold the next ones back for ever.
        #expect(told?.isForAll == false)
        #expect(hindrance.refusal(at: start + .seconds(30))?.result == nil)
    }

    @Test func partsGrowWithTheFileAndEndSomewhere() throws {
        let destination = ArchiveDestination(
            server: ObjectsServer(name: "archive", settings: S3Settings(bucket: "bucket")),
            prefix: ""
        )
        let mib: Int64 = 1024 * 1024
        #expect(try destination.partSize(of: 0) == ArchiveDestination.usualPart)
        #expect(try destination.partSize(of: 70_000 * mib) == ArchiveDestination.usualPart)
        #expect(try destination.partSize(of: 80_000 * mib) == 2 * ArchiveDestination.usualPart)
        #expect(try destination.partSize(of: 600_000 * mib) == 8 * ArchiveDestination.usualPart)
        for tooLong in [700_000 * mib, Int64.max / 100 * 100, .max] {
            #expect(throws: ArchiveRefusal.self) { try destination.partSize(of: tooLong) }
        }
    }
}
