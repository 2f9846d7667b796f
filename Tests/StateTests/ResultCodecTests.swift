import Retention
import State
import Support
import Testing

struct ResultCodecTests {
    private static let seed: UInt64 = 20_261_122

    @Test func returnsRandomResultsAsTheyWere() throws {
        var generator = SeededGenerator(seed: Self.seed)
        for round in 0..<1000 {
            let results = Samples.hostileResults(&generator)
            #expect(try ResultCodec.decode(ResultCodec.encode(results)) == results, "seed \(Self.seed), round \(round)")
        }
    }

    /// Raw values are in ledgers: whoever renumbers them changes history.
    @Test func storesOutcomesUnderTheirNumbers() throws {
        let outcomes: [ItemOutcome] = [
            .pending, .deleted, .compressed, .updated, .gone, .changed, .failed, .notTried, .inUse,
        ]
        #expect(ResultCodec.encode(outcomes.map { ItemResult($0) }) == [1, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8])
        #expect(outcomes.count == ItemOutcome.allCases.count)
    }

    @Test func takesThreeBytesForADeletedFile() {
        let results = (0..<1000).map { _ in ItemResult(.deleted, freedBytes: 4096) }
        #expect(ResultCodec.encode(results).count <= 3003)
    }

    @Test func refusesEveryBeginning() throws {
        let results = [ItemResult(.failed, failure: .io, detail: "disk"), ItemResult(.deleted, freedBytes: 300)]
        let bytes = ResultCodec.encode(results)
        for length in bytes.indices {
            let error = #expect(throws: StateError.self) { try ResultCodec.decode(Array(bytes[..<length])) }
            #expect(error?.code == .corrupt)
        }
    }

    @Test func refusesUnknownOutcomes() {
        let error = #expect(throws: StateError.self) { try ResultCodec.decode([1, 1, 15]) }
        #expect(error?.message.hasPrefix("Stored results of items are damaged: an outcome is unknown.") == true)
    }

    @Test func survivesDamagedBytes() {
        var generator = SeededGenerator(seed: Self.seed)
        var refused = 0
        let whole = (0..<50).map { _ in ResultCodec.encode(Samples.hostileResults(&generator, limit: 4)) }
        for round in 0..<50_000 {
            let bytes = Damage.apply(to: whole[round % whole.count], &generator)
            do {
                #expect(try ResultCodec.decode(bytes).count <= bytes.count)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 5000, "seed \(Self.seed): damage is hardly ever noticed")
    }
}
