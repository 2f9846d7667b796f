@testable import Engine
import Support
import Testing

@Suite struct BatchPacerTests {
    /// A database that takes so long per row and per batch.
    private func run(_ pacer: inout BatchPacer, batches: Int, perRow: Double, perBatch: Double = 0.002) {
        for _ in 0..<batches {
            let limit = pacer.size
            pacer.learn(rows: limit, seconds: perBatch + Double(limit) * perRow, limit: limit)
        }
    }

    @Test func quietDatabaseIsAtFullSpeedAfterAFewBatches() {
        var pacer = BatchPacer(goalSeconds: nil, ceiling: nil)
        run(&pacer, batches: 6, perRow: 1e-6)
        #expect(pacer.size == BatchPacer.largest)
    }

    @Test func batchesSettleNearTheGoal() {
        var pacer = BatchPacer(goalSeconds: 0.1, ceiling: nil)
        run(&pacer, batches: 60, perRow: 2e-5)
        #expect((2_500...7_000).contains(pacer.size), "\(pacer.size)")
    }

    @Test(.tags(.d7)) func othersMakeBatchesShortAtOnceUnlessAGoalIsConfigured() {
        var pacer = BatchPacer(goalSeconds: nil, ceiling: nil)
        run(&pacer, batches: 60, perRow: 4e-6, perBatch: 0)
        #expect(pacer.rest(after: 0.1) == 0)
        pacer.isShared = true
        #expect((450...550).contains(pacer.size), "\(pacer.size)")
        #expect(pacer.rest(after: 0.002) == 0.005)
        #expect(pacer.rest(after: 1) == 0.1)
        run(&pacer, batches: 60, perRow: 4e-6, perBatch: 0)
        #expect((250...650).contains(pacer.size), "\(pacer.size)")
        pacer.isShared = false
        run(&pacer, batches: 20, perRow: 4e-6, perBatch: 0)
        #expect((12_500...35_000).contains(pacer.size), "\(pacer.size)")
        var configured = BatchPacer(goalSeconds: 0.1, ceiling: nil)
        run(&configured, batches: 60, perRow: 2e-5)
        let size = configured.size
        configured.isShared = true
        #expect(configured.size == size)
        #expect(configured.rest(after: 0.1) == 0)
    }

    @Test func slowDatabaseGetsSmallBatchesAndTheyGrowAgainWhenItRecovers() {
        var pacer = BatchPacer(goalSeconds: 0.1, ceiling: nil)
        run(&pacer, batches: 40, perRow: 0.01)
        #expect(pacer.size == BatchPacer.smallest)
        run(&pacer, batches: 200, perRow: 1e-6)
        #expect(pacer.size > 10_000)
    }

    @Test func configuredBatchIsACeiling() {
        var pacer = BatchPacer(goalSeconds: nil, ceiling: 500)
        run(&pacer, batches: 10, perRow: 1e-6)
        #expect(pacer.size == 500)
        pacer = BatchPacer(goalSeconds: nil, ceiling: 7)
        run(&pacer, batches: 10, perRow: 1)
        #expect(pacer.size == 7)
    }

    @Test func batchThatFoundFewRowsDoesNotLetTheNextGrow() {
        var pacer = BatchPacer(goalSeconds: nil, ceiling: nil)
        let size = pacer.size
        pacer.learn(rows: 3, seconds: 0.001, limit: size)
        #expect(pacer.size == size)
    }

    @Test(arguments: 1...UInt64(200))
    func sizeStaysWithinItsBoundsWhateverHappens(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let ceiling = Bool.random(using: &random) ? Int.random(in: 1...100_000, using: &random) : nil
        var pacer = BatchPacer(goalSeconds: Double.random(in: 0.001...5, using: &random), ceiling: ceiling)
        for step in 0..<100 {
            let limit = pacer.size
            let rows = Int.random(in: 0...limit, using: &random)
            pacer.learn(rows: rows, seconds: Double.random(in: 0...20, using: &random), limit: limit)
            #expect(
                (1...(ceiling ?? BatchPacer.largest)).contains(pacer.size),
                "seed \(seed), step \(step): \(pacer.size)"
            )
        }
    }
}
