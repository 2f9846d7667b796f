import Engine
import Retention
import State
import Synchronization
import Testing

/// The instant of a plan, which the deleting side is opened as of, too.
@Suite struct PlanInstantTests {
    @Test func aRunOpensBothSidesAsOfTheSameInstant() async throws {
        let now = Mutex(EngineBench.now)
        // Nobody may ask twice and take it for the same.
        let bench = try EngineBench(
            [EngineBench.old("a")],
            now: {
                now.withLock { now in
                    now = now.adding(nanoseconds: 1)
                    return now
                }
            }
        )
        #expect(try await bench.run(bench.task()).outcome == .success)
        let instants = bench.store.world.withLock { $0.instants }
        #expect(instants.count == 2 && instants[0] == instants[1])
        let run = try #require(try bench.state.runs(task: "things", before: nil, limit: 1).first)
        #expect(instants[0] == run.record.cutoff)
    }

    @Test func aSealedPlanIsCarriedOutAsOfTheInstantAtWhichItWasMade() throws {
        let now = Mutex(EngineBench.now)
        let younger = MemoryStore.Thing(name: "b", time: EngineBench.now.adding(nanoseconds: -156 * 3_600_000_000_000))
        let bench = try EngineBench([EngineBench.old("a"), younger], now: { now.withLock { $0 } })
        let program = try bench.program([bench.task()])
        let plans = SealedPlans(runner: bench.runner)
        let saved = try plans.save(program.tasks, isAttended: false, observer: SilentObserver())
        let plan = try #require(saved.plan)
        // By then `b` would be due as well.
        now.withLock { $0 = EngineBench.now.adding(nanoseconds: 23 * 3_600_000_000_000) }
        let report = try plans.apply(
            plan.id,
            of: program,
            isAttended: false,
            cancellation: Cancellation(),
            observer: SilentObserver()
        )
        #expect(report.runs.map(\.outcome) == [.success])
        #expect(bench.store.names == ["b"])
        #expect(bench.store.world.withLock { $0.instants } == [EngineBench.now, EngineBench.now])
    }
}
