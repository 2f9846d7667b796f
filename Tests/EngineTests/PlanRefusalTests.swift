import Engine
import Retention
import State
import Testing

/// Which plans are sealed, and what is left of those that are not.
@Suite struct PlanRefusalTests {
    /// Whoever confirms a plan confirms a number: of one that was not counted to its end nobody knows it.
    @Test func aPlanOfMoreRowsThanAreCountedIsRefusedWithTheWayOut() throws {
        let (bench, store) = (try EngineBench([]), MemoryBatchStore(due: .max / 2))
        var task = try bench.task("rows")
        task.store = .batches(store)
        let plans = SealedPlans(runner: bench.runner)
        let saved = try plans.save([task], isAttended: false, observer: SilentObserver())
        #expect(saved.plan == nil)
        let report = try #require(saved.report.runs.first)
        #expect(report.outcome == .failed || report.outcome == .refused)
        let message = try #require(report.message)
        #expect(message.contains("rows of rows or more are due") && message.contains("Set budget.items"), "\(message)")
        #expect(store.state.removersOpened == 0)
        // Nothing waits to be applied, and nothing looks as if it went on.
        #expect(try bench.state.unfinishedRuns().isEmpty)
        let run = try #require(try bench.state.runs(task: "rows", before: nil, limit: 10).first)
        #expect(run.end?.outcome == .cancelled)
        #expect(run.counts.deleted == 0)
    }

    @Test func aPlanThatIsCountedToItsEndIsSealed() throws {
        let (bench, store) = (try EngineBench([]), MemoryBatchStore(due: 1_000_000))
        var task = try bench.task("rows")
        task.store = .batches(store)
        let saved = try SealedPlans(runner: bench.runner).save([task], isAttended: false, observer: SilentObserver())
        #expect(saved.plan != nil)
        #expect(saved.report.runs.first?.tally.remove == 1_000_000)
    }
}
