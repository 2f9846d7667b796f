import Retention
import State
import Support
import Testing

/// What every state store does with its own old history.
struct PruneConformanceTests {
    private static func instant(_ second: Int64) -> Instant { Instant(seconds: 1_700_000_000 + second) }

    /// A run with two items that ended at this second.
    private static func endedRun(_ store: any StateStore, second: Int64) throws -> RunID {
        let run = Samples.run("logs", second: second - 1)
        try store.begin(run)
        try store.append([Samples.block("dir", count: 2)], to: run.id)
        _ = try store.seal(run.id, tally: Samples.tally)
        try store.record([(0, [ItemResult(.deleted), ItemResult(.deleted)])], of: run.id)
        try store.finish(run.id, Samples.end(second: second))
        return run.id
    }

    @Test(arguments: Backend.all)
    func forgetsItemsBeforeRuns(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let runs = try [10, 20, 30].map { try Self.endedRun(store, second: $0) }

        let removed = try store.prune(runsEndedBefore: Self.instant(20), itemsEndedBefore: Self.instant(30))
        #expect(removed == (runs: 1, items: 4))
        #expect(try store.runs(task: nil, before: nil, limit: 10).map(\.record.id) == [runs[2], runs[1]])
        #expect(try store.run(runs[1])?.itemsPruned == true)
        #expect(try store.run(runs[1])?.seal?.items == 2)
        #expect(try store.blocks(of: runs[1], from: 0, limit: 10).isEmpty)
        #expect(try store.run(runs[2])?.itemsPruned == false)
        #expect(try store.blocks(of: runs[2], from: 0, limit: 10).count == 1)
        try store.verify(runs[2])
        expectError(.notFound) { try store.verify(runs[1]) }
        #expect(try store.prune(runsEndedBefore: Self.instant(20), itemsEndedBefore: Self.instant(30)) == (0, 0))
    }

    @Test(arguments: Backend.all)
    func forgetsItemsWithTheirRun(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let run = try Self.endedRun(store, second: 10)
        #expect(try store.prune(runsEndedBefore: Self.instant(11), itemsEndedBefore: Self.instant(1)) == (1, 2))
        #expect(try store.run(run) == nil)
    }

    @Test(arguments: Backend.all)
    func keepsWhatHasNotEnded(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let run = Samples.run("logs", second: 1)
        try store.begin(run)
        try store.append([Samples.block("dir", count: 2)], to: run.id)
        let seal = try store.seal(run.id, tally: Samples.tally)
        #expect(try store.prune(runsEndedBefore: .distantFuture, itemsEndedBefore: .distantFuture) == (0, 0))
        #expect(try store.verify(run.id) == seal)
    }

    @Test(arguments: Backend.all)
    func keepsPlansThatMayStillBeApplied(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let waiting = try SavedPlans.save("waiting", tasks: ["logs"], createdAt: 10, in: store)
        let shown = try SavedPlans.save("shown", tasks: ["backups"], createdAt: 10, in: store)
        try store.finish(shown.parts[0].run, Samples.end(second: 11))
        // One second before they expire.
        let latest = Self.instant(109)
        #expect(try store.prune(runsEndedBefore: latest, itemsEndedBefore: latest) == (0, 0))
        for plan in [waiting, shown] {
            #expect(try store.savedPlan(plan.id) == plan)
            try store.verify(plan)
        }
    }

    @Test(arguments: Backend.all)
    func forgetsPlansThatNobodyApplied(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let plan = try SavedPlans.save("expired", tasks: ["logs", "backups"], createdAt: 10, in: store)
        // First the items, then the rest.
        #expect(try store.prune(runsEndedBefore: Self.instant(50), itemsEndedBefore: Self.instant(111)) == (0, 6))
        #expect(try store.savedPlan(plan.id) == plan)
        #expect(try store.prune(runsEndedBefore: Self.instant(111), itemsEndedBefore: Self.instant(111)) == (2, 0))
        #expect(try store.savedPlan(plan.id) == nil)
        #expect(try store.unfinishedRuns().isEmpty)
    }

    @Test(arguments: Backend.all)
    func keepsAPlanWhileItIsApplied(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let plan = try SavedPlans.save("applied", tasks: ["logs"], createdAt: 10, in: store)
        #expect(try store.markApplied(plan.id, by: "alice", at: Self.instant(90)))
        // It would be expired, but its run acts.
        #expect(try store.prune(runsEndedBefore: Self.instant(200), itemsEndedBefore: Self.instant(200)) == (0, 0))
        try store.verify(plan)
        try store.finish(plan.parts[0].run, Samples.end(second: 210))
        #expect(try store.prune(runsEndedBefore: Self.instant(300), itemsEndedBefore: Self.instant(300)) == (1, 3))
        #expect(try store.savedPlan(plan.id) == nil)
    }

    @Test(arguments: Backend.all)
    func forgetsPlansOfManyBlocks(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let run = Samples.run("logs", second: 1)
        try store.begin(run)
        try store.append((0..<600).map { Samples.block("\($0)", count: 1) }, to: run.id)
        try store.finish(run.id, Samples.end(second: 2))
        #expect(try store.prune(runsEndedBefore: .distantPast, itemsEndedBefore: Self.instant(3)) == (0, 600))
        #expect(try store.prune(runsEndedBefore: Self.instant(3), itemsEndedBefore: Self.instant(3)) == (1, 0))
    }
}
