import Clients
import Retention
import Testing

@testable import Stores

@Suite("Copies: keys, parts, and buckets that cannot be used")
struct CopyDestinationTests {
    @Test func whatCanHaveNoKeyStays() throws {
        let destination = CopyDestination(
            server: ObjectsServer(name: "vault", settings: S3Settings(bucket: "bucket")),
            prefix: "copies/"
        )
        let long = Array(repeating: UInt8(ascii: "x"), count: 1_020)
        for path in [[UInt8(ascii: "a"), 0xFF], long] {
            let refusal = #expect(throws: CopyRefusal.self) { try destination.key(of: path[...], isPacked: true) }
            #expect(refusal?.result.failure == .conflict)
        }
        #expect(try destination.key(of: Array("é/a.log".utf8)[...], isPacked: true) == "copies/é/a.log.gz")
    }

    @Test func aBucketThatCouldNotBeUsedIsTriedAgainAfterAWhile() {
        let start = ContinuousClock.now
        var hindrance = CopyHindrance()
        #expect(hindrance.refusal(at: start)?.result == nil)
        let first = CopyRefusal(S3Error(code: .notConnected, message: "vault: nobody took the PUT of \"a.zip\""))
        #expect(first.scope == .all)
        hindrance.note(first, since: start, at: start)
        let told = hindrance.refusal(at: start + .seconds(29))
        #expect(told?.result.failure == first.result.failure)
        #expect(told?.result.detail?.contains("a.zip") == false)
        // Or what one file was told would hold the next ones back for ever.
        #expect(told?.scope == .one)
        #expect(hindrance.refusal(at: start + .seconds(30))?.result == nil)
    }

    @Test func aBucketThatIsSilentTwiceOneAfterTheOtherIsAskedNoMore() {
        let start = ContinuousClock.now
        func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }
        let silent = CopyRefusal(S3Error(code: .timeout, message: "vault: there was no answer to the PUT of \"a.zip\""))
        #expect(silent.scope == .silence)
        var hindrance = CopyHindrance()
        // Of several at once only one counts.
        hindrance.note(silent, since: at(0), at: at(180))
        hindrance.note(silent, since: at(1), at: at(181))
        #expect(hindrance.refusal(at: at(181))?.result == nil)
        hindrance.noteProof()
        hindrance.note(silent, since: at(181), at: at(361))
        #expect(hindrance.refusal(at: at(361))?.result == nil)
        // What a file itself is told says nothing of the bucket.
        hindrance.note(CopyRefusal(.conflict, "its name is not UTF-8"), since: at(361), at: at(361))
        hindrance.note(silent, since: at(361), at: at(541))
        let told = hindrance.refusal(at: at(86_400))
        #expect(told?.result.failure == .timeout)
        #expect(told?.scope == .one)
    }

    /// A network that is away: each attempt ends within seconds, and none of them is a silence.
    @Test func aBucketThatNobodyConnectsToInTimeIsTriedAgainHoweverOften() {
        let start = ContinuousClock.now
        var hindrance = CopyHindrance()
        let gap = CopyRefusal(
            S3Error(code: .timeout, lacksConnection: true, message: "vault: no connection for the PUT of \"a.zip\"")
        )
        #expect(gap.scope == .all)
        for number in 0..<5 {
            let begun = start + .seconds(46 * number)
            #expect(hindrance.refusal(at: begun)?.result == nil)
            let ended = begun + .seconds(16)
            hindrance.note(gap, since: begun, at: ended)
            #expect(hindrance.refusal(at: ended + .seconds(29))?.result.failure == .timeout)
        }
    }

    @Test(
        arguments: [
            CopyRefusal(S3Error(code: .denied, status: 403, message: "vault: no")),
            CopyRefusal(S3Error(code: .refused, status: 409, message: "vault: no")),
            CopyRefusal(S3Error(code: .server, status: 500, message: "vault: no")),
            CopyRefusal(S3Error(code: .missingBucket, status: 404, message: "vault: no")),
            CopyRefusal(S3Error(code: .timeout, status: 400, awsCode: "RequestTimeout", message: "vault: too slow")),
            CopyRefusal(.conflict, "something else is there").answered,
        ]
    )
    func anAnswerBetweenTwoSilencesIsNoneOfThem(_ answer: CopyRefusal) {
        let start = ContinuousClock.now
        func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }
        let silent = CopyRefusal(S3Error(code: .timeout, message: "vault: nothing came"))
        var hindrance = CopyHindrance()
        hindrance.note(silent, since: at(0), at: at(180))
        hindrance.note(answer, since: at(180), at: at(181))
        // Half a minute later, as some of these have each other file wait.
        hindrance.note(silent, since: at(211), at: at(391))
        #expect(hindrance.refusal(at: at(391))?.result == nil)
        // That a file was looked at before is no answer to what came then.
        hindrance.note(silent.answered, since: at(391), at: at(571))
        #expect(hindrance.refusal(at: at(571))?.result.failure == .timeout)
    }

    @Test func partsGrowWithTheFileAndEndSomewhere() throws {
        let destination = CopyDestination(
            server: ObjectsServer(name: "vault", settings: S3Settings(bucket: "bucket")),
            prefix: ""
        )
        let mib: Int64 = 1024 * 1024
        #expect(try destination.partSize(of: 0) == CopyDestination.usualPart)
        #expect(try destination.partSize(of: 70_000 * mib) == CopyDestination.usualPart)
        #expect(try destination.partSize(of: 80_000 * mib) == 2 * CopyDestination.usualPart)
        #expect(try destination.partSize(of: 600_000 * mib) == 8 * CopyDestination.usualPart)
        for tooLong in [700_000 * mib, Int64.max / 100 * 100, .max] {
            #expect(throws: CopyRefusal.self) { try destination.partSize(of: tooLong) }
        }
    }
}
