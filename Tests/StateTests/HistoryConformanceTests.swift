import Retention
import State
import Support
import Testing

/// What every state store tells of the runs that ended in a period.
struct HistoryConformanceTests {
    private static func instant(_ second: Int64) -> Instant { Instant(seconds: 1_700_000_000 + second) }

    @discardableResult
    private static func run(
        _ task: String = "logs",
        from start: Int64,
        to end: Instant,
        in store: any StateStore
    ) throws -> RunID {
        let run = Samples.run(task, second: start)
        try store.begin(run)
        var ended = Samples.end(second: 0)
        ended.endedAt = end
        try store.finish(run.id, ended)
        return run.id
    }

    private static func ids(_ period: Period, _ history: any RunHistory) throws -> [RunID] {
        var ids: [RunID] = []
        try history.eachRun(endedIn: period) { ids.append($0.record.id) }
        return ids
    }

    @Test(arguments: Backend.all)
    func aRunBelongsWhereItEnded(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let period = Period(from: Self.instant(100), to: Self.instant(200))
        // The longest began first of all, and ended last.
        let long = try Self.run(from: 1, to: period.end.adding(nanoseconds: -1), in: store)
        try Self.run(from: 50, to: period.start.adding(nanoseconds: -1), in: store)
        let first = try Self.run(from: 90, to: period.start, in: store)
        try Self.run(from: 150, to: period.end, in: store)
        let inside = try Self.run("backups", from: 150, to: Self.instant(170), in: store)
        try store.begin(Samples.run("logs", second: 160))
        #expect(try Self.ids(period, store) == [first, inside, long])
        #expect(try store.firstEnd() == period.start.adding(nanoseconds: -1))
    }

    @Test(arguments: Backend.all)
    func pagesHoldEachRunOnceWhereManyEndedAtOneInstant(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        // More than a page, at three instants.
        let runs = try (0..<602).map { number in
            try Self.run(from: Int64(number), to: Self.instant(5_000 + Int64(number % 3)), in: store)
        }
        let all = Period(from: Self.instant(5_000), to: Self.instant(5_003))
        let found = try Self.ids(all, store)
        #expect(found.count == runs.count)
        #expect(Set(found) == Set(runs))
        #expect(
            found == (0..<3).flatMap { instant in runs.indices.filter { $0 % 3 == instant }.map { runs[$0] }.sorted() }
        )
        #expect(try Self.ids(Period(from: Self.instant(5_001), to: Self.instant(5_002)), store).count == 201)
        #expect(try store.endedRuns(in: all, after: nil, limit: 0).isEmpty)
    }

    @Test(arguments: Backend.all)
    func anEmptyHistoryHasNoFirstEnd(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        try store.begin(Samples.run("logs", second: 1))
        #expect(try store.firstEnd() == nil)
        #expect(try Self.ids(.always, store).isEmpty)
    }

    @Test(arguments: Backend.all)
    func whatWasPrunedIsNotTheFirstEndAnyMore(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        for second in [10, 20, 30] as [Int64] { try Self.run(from: second - 1, to: Self.instant(second), in: store) }
        _ = try store.prune(runsEndedBefore: Self.instant(20), itemsEndedBefore: Self.instant(20))
        #expect(try store.firstEnd() == Self.instant(20))
    }

    @Test func sumsOfUnbelievableFiguresSaturate() {
        var counts = RunCounts()
        (counts.deleted, counts.updated, counts.freedBytes, counts.plannedBytes) = (.max, 1, .max, .min)
        var sum = counts
        sum.add(counts)
        #expect(sum.deleted == .max && sum.updated == 2 && sum.freedBytes == .max && sum.plannedBytes == .min)
        #expect(sum.removedItems == .max)
    }
}
