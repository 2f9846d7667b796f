import Coordination
import Engine
import Foundation
import Logging
import Retention
import State
import Stores
import Support
import Synchronization
import Testing

/// Cycles and looks at quotas, side by side.
@Suite struct CycleTests {
    private func run(
        _ bench: EngineBench,
        _ program: Program,
        _ names: [String],
        isQuotaCheck: Bool = false,
        maxDurationSeconds: Double? = nil
    ) async -> CycleReport {
        await bench.cycles.run(
            names,
            of: program,
            cycle: isQuotaCheck ? "quota:things" : "main",
            trigger: .schedule,
            dryRun: false,
            maxDurationSeconds: maxDurationSeconds,
            hasOwnPolicy: !isQuotaCheck,
            isQuotaCheck: isQuotaCheck,
            cancellation: Cancellation()
        )
    }

    @Test func scheduledRunWaitsForALookAtTheQuotaOfTheSameProcess() async throws {
        let bench = try EngineBench([EngineBench.old("a")])
        let program = try bench.program([bench.task()])
        let lock = Mutex<Any?>(try bench.runner.locks.acquire(task: "things"))
        async let report = run(bench, program, ["things"])
        // Held by this very process, as by a look at the quota: the run begins to wait, and goes on once it is free.
        while bench.store.removersOpened == 0 {
            lock.withLock { $0 = nil }
            await Task.yield()
        }
        #expect(await report.runs[0].outcome == .success)
        #expect(bench.store.names == [])
    }

    @Test func lookAtTheQuotaGivesWayAndIsNoMiss() async throws {
        let bench = try EngineBench([EngineBench.old("a")])
        let program = try bench.program([bench.task()])
        let lock = try bench.runner.locks.acquire(task: "things")
        let report = await run(bench, program, ["things"], isQuotaCheck: true)
        withExtendedLifetime(lock) {}
        #expect(report.runs[0].isLocked)
        #expect(bench.sample(#"cleanup_schedule_misses_total{task="things"}"#) == 0)
    }

    @Test func onlyALookAtTheQuotaThatMeetsARunOfItsOwnProcessIsNothingToWarnOf() async throws {
        let bench = try EngineBench([EngineBench.old("a")])
        let program = try bench.program([bench.task()])
        let log = RecordedLog()
        let cycles = CycleRunner(
            tasks: bench.runner,
            accounting: bench.accounting,
            logger: log.logger,
            now: { EngineBench.now }
        )
        let cases: [(isQuotaCheck: Bool, Trigger, Logger.Level)] = [
            (true, .schedule, .debug), (false, .commandLine, .warning),
        ]
        for (isQuotaCheck, trigger, level) in cases {
            let lock = try bench.runner.locks.acquire(task: "things")
            _ = await cycles.run(
                ["things"],
                of: program,
                cycle: nil,
                trigger: trigger,
                dryRun: false,
                maxDurationSeconds: nil,
                hasOwnPolicy: !isQuotaCheck,
                isQuotaCheck: isQuotaCheck,
                cancellation: Cancellation()
            )
            withExtendedLifetime(lock) {}
            #expect(log.lines.last { $0.metadata["action"] == "task_skipped" }?.level == level)
        }
    }

    @Test func lookAtTheQuotaMovesNoFigureOfRuns() async throws {
        let bench = try EngineBench([EngineBench.old("a", size: 10)])
        var task = try bench.task()
        task.policy = Policy(quota: .init(maxBytes: 100, freeToBytes: 50))
        let program = try bench.program([task])
        _ = await run(bench, program, ["things"], isQuotaCheck: true)
        #expect(bench.sample("cleanup_last_run_timestamp") == 0)
        #expect(bench.sample(#"cleanup_task_runs_total{task="things"}"#) == 0)
        #expect(bench.sample("cleanup_cycle_duration_seconds_count") == 0)
        _ = await run(bench, program, ["things"])
        #expect(bench.sample(#"cleanup_task_runs_total{task="things"}"#) == 1)
    }

    @Test func taskWhoseTurnDoesNotComeIsAFailureThatIsCounted() async throws {
        let bench = try EngineBench([EngineBench.old("a")])
        let program = try bench.program([bench.task(), bench.task("second")])
        let report = await run(bench, program, ["things", "second"], maxDurationSeconds: 0)
        #expect(report.isFailure)
        #expect(report.runs.allSatisfy { $0.outcome == .cancelled })
        #expect(bench.sample(#"cleanup_task_run_failures_total{task="second",reason="timeout"}"#) == 1)
        #expect(bench.sample(#"cleanup_schedule_misses_total{task="second"}"#) == 1)
        #expect(bench.store.names == ["a"])
    }

    @Test func budgetThatLeavesItemsSaysSo() async throws {
        let bench = try EngineBench((0..<5).map { EngineBench.old("f\($0)") })
        var policy = try Policy(remove: .init(olderThan: Age(parsing: "7d")))
        policy.budget.items = 2
        let report = try await bench.run(bench.task(policy: policy))
        #expect(report.outcome == .success)
        #expect(bench.store.names.count == 3)
        #expect(report.message == "3 items are due beyond the run's budget; they wait for the next run.")
    }

    @Test func alteredSavedPlanDoesNotStopItsTask() async throws {
        let bench = try EngineBench([EngineBench.old("a")])
        let program = try bench.program([bench.task()])
        let saved = try SealedPlans(runner: bench.runner).save(
            program.tasks,
            isAttended: false,
            observer: SilentObserver()
        )
        _ = try #require(saved.plan)
        try bench.tamper(with: "UPDATE saved_plan SET expires_at = expires_at + 1")
        #expect(try await bench.run(bench.task()).outcome == .success)
        #expect(bench.store.names == [])
    }
}
