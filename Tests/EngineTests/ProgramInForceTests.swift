import Coordination
import Engine
import Retention
import State
import Stores
import Testing

/// What is changed while a cycle or call goes on holds for its tasks that have not begun.
struct ProgramInForceTests {
    private func run(_ bench: EngineBench, _ program: Program, hasOwnPolicy: Bool = true) async -> RunReport {
        let report = await bench.cycles.run(
            ["things"],
            of: program,
            cycle: "main",
            trigger: .schedule,
            dryRun: false,
            maxDurationSeconds: nil,
            hasOwnPolicy: hasOwnPolicy,
            cancellation: Cancellation()
        )
        return report.runs[0]
    }

    private func later(_ days: Int) throws -> Policy { try Policy(remove: .init(olderThan: Age(parsing: "\(days)d"))) }

    @Test func withoutALaterProgramTheRunsOwnDecides() async throws {
        let bench = try EngineBench([EngineBench.old("a")])
        #expect(await run(bench, try bench.program([bench.task()])).counts.deleted == 1)
        #expect(bench.store.names == [])
    }

    @Test(arguments: [true, false])
    func laterSwitchesWin(hasOwnPolicy: Bool) async throws {
        let bench = try EngineBench([EngineBench.old("a")])
        let program = try bench.program([bench.task()])
        var off = try bench.task()
        off.isSwitchedOff = true
        let others = [
            try bench.program([bench.task()], isDryRun: true), try bench.program([bench.task()], isEnabled: false),
            try bench.program([bench.task(isDryRun: true)]), try bench.program([off]), try bench.program([]),
        ]
        _ = try bench.program([bench.task()])
        for other in others {
            bench.runner.inForce.replace(with: other)
            let report = await run(bench, program, hasOwnPolicy: hasOwnPolicy)
            #expect(report.dryRun)
            #expect(bench.store.names == ["a"])
        }
        bench.runner.inForce.replace(with: program)
        #expect(await run(bench, program, hasOwnPolicy: hasOwnPolicy).counts.deleted == 1)
    }

    @Test func aLaterPolicyDecidesUnlessTheRunReplacesIt() async throws {
        let bench = try EngineBench([EngineBench.old("a", days: 10)])
        let program = try bench.program([bench.task()])
        bench.runner.inForce.replace(with: try bench.program([bench.task(policy: later(30))]))
        #expect(await run(bench, program).counts.deleted == 0)
        #expect(bench.store.names == ["a"])
        #expect(await run(bench, program, hasOwnPolicy: false).counts.deleted == 1)
    }

    @Test func aSealedPlanStopsAtATaskThatWasSwitchedToDryRuns() throws {
        let bench = try EngineBench([EngineBench.old("a")])
        let task = try bench.task()
        let program = try bench.program([task])
        let plans = SealedPlans(runner: bench.runner)
        let plan = try #require(try plans.save([task], isAttended: true, observer: SilentObserver()).plan)
        bench.runner.inForce.replace(with: try bench.program([task], isDryRun: true))
        let report = try plans.apply(
            plan.id,
            of: program,
            isAttended: true,
            cancellation: Cancellation(),
            observer: SilentObserver()
        )
        #expect(report.runs.map(\.counts.deleted) == [0])
        #expect(report.isFailure)
        #expect(bench.store.names == ["a"])
    }

    /// What was not looked at to its end must not be sealed: rules that count would see too few survivors.
    @Test func aPlanThatWasCutShortIsNotSealed() throws {
        let bench = try EngineBench([EngineBench.old("a")])
        let cancellation = Cancellation()
        cancellation.cancel(.requested)
        let plans = SealedPlans(runner: bench.runner)
        let (plan, report) = try plans.save(
            [try bench.task()],
            isAttended: true,
            cancellation: cancellation,
            observer: SilentObserver()
        )
        #expect(plan == nil)
        #expect(report.runs.map(\.outcome) == [.cancelled])
    }
}
