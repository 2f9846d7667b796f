import Retention
import State
import Support
import Testing

/// What every state store does with the batches of runs that remove by predicate.
struct BatchConformanceTests {
    private static func batch(_ sequence: Int, rows: Int? = nil) -> BatchRecord {
        let start = Instant(seconds: 1_800_000_000 + Int64(sequence), nanoseconds: 7)
        return BatchRecord(
            sequence: sequence,
            limit: 1_000,
            startedAt: start,
            rows: rows,
            seconds: rows == nil ? 0 : 0.25
        )
    }

    @Test(arguments: Backend.all)
    func remembersIntentsAndTheirOutcomes(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let run = Samples.run("rows", second: 1)
        try store.begin(run)
        try store.record([Self.batch(0)], of: run.id)
        try store.record([Self.batch(0, rows: 1_000), Self.batch(1)], of: run.id)
        try store.record([BatchRecord](), of: run.id)

        let again = try backend.open(folder)
        #expect(try again.batches(of: run.id, from: 0, limit: 10) == [Self.batch(0, rows: 1_000), Self.batch(1)])
        #expect(try again.batches(of: run.id, from: 1, limit: 10) == [Self.batch(1)])
        #expect(try again.batches(of: run.id, from: 0, limit: 1) == [Self.batch(0, rows: 1_000)])
        #expect(try again.batches(of: run.id, from: 2, limit: 10).isEmpty)
    }

    @Test(arguments: Backend.all)
    func knowsNoBatchesOfAnUnknownRun(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let run = Samples.run("rows", second: 1)
        #expect(throws: StateError.self) { try store.record([Self.batch(0)], of: run.id) }
        #expect(throws: StateError.self) { try store.batches(of: run.id, from: 0, limit: 1) }
    }

    @Test(arguments: Backend.all)
    func batchesGoWithTheItemsOfTheirRun(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let run = Samples.run("rows", second: 1)
        try store.begin(run)
        try store.append([ItemBlock(place: Array("predicate".utf8))], to: run.id)
        _ = try store.seal(run.id, tally: Tally())
        try store.record([Self.batch(0, rows: 5)], of: run.id)
        let end = Instant(seconds: 1_800_000_100)
        try store.finish(run.id, RunEnd(outcome: .success, endedAt: end))
        _ = try store.prune(runsEndedBefore: .distantPast, itemsEndedBefore: end.adding(nanoseconds: 1))
        #expect(try store.run(run.id) != nil)
        #expect(try store.batches(of: run.id, from: 0, limit: 10).isEmpty)
        // Nobody knows any more how many there were: that is not none.
        #expect(try store.batchCounts(of: [run.id]).isEmpty)
    }

    @Test(arguments: Backend.all)
    func countsTheBatchesThatWereCommittedWithRows(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let runs = (1...4).map { Samples.run("rows", second: $0) }
        for run in runs.dropLast() { try store.begin(run) }
        // The look that ended the first run found nothing; a batch of the second is under way, or was when it died.
        try store.record([Self.batch(0, rows: 7), Self.batch(1, rows: 1), Self.batch(2, rows: 0)], of: runs[0].id)
        try store.record([Self.batch(0, rows: 3), Self.batch(1)], of: runs[1].id)
        let counts = try store.batchCounts(of: runs.map(\.id))
        #expect(counts == [runs[0].id: 2, runs[1].id: 1, runs[2].id: 0])
        #expect(try store.batchCounts(of: [runs[1].id, runs[1].id]) == [runs[1].id: 1])
        #expect(try store.batchCounts(of: []).isEmpty)
    }
}
