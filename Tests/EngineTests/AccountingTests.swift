import Engine
import Retention
import State
import Stores
import Synchronization
import Testing

/// The figures of tasks that alerts compare: which runs move them, and what a reload or another program does to them.
@Suite struct AccountingTests {
    private func cycle(
        _ name: String,
        _ schedule: Schedule,
        window: Window? = nil,
        isQuotaCheck: Bool = false
    ) -> CycleDefinition {
        CycleDefinition(
            name: name,
            schedule: schedule,
            tasks: ["things"],
            window: window,
            isQuotaCheck: isQuotaCheck
        )
    }

    private func program(_ bench: EngineBench, _ task: TaskDefinition, _ cycles: [CycleDefinition]) throws -> Program {
        var program = try bench.program([task])
        program.cycles = cycles
        try bench.metrics.configure(program)
        return program
    }

    // MARK: Schedules

    private func interval(_ cycles: [CycleDefinition]) throws -> Double? {
        let bench = try EngineBench([])
        let program = try program(bench, bench.task(), cycles)
        try bench.accounting.showIntervals(program, at: EngineBench.now)
        return bench.sample(#"cleanup_task_schedule_interval_seconds{task="things"}"#)
    }

    @Test func intervalSpansTheHoursOutsideTheWindow() throws {
        let each = try Schedule(cron: "* * * * *", zone: "UTC")
        let nights = Window(fromMinute: 22 * 60, toMinute: 6 * 60, zone: "UTC")
        #expect(try interval([cycle("nights", each, window: nights)]) == Double(16 * 3600 + 60))
        #expect(try interval([cycle("nights", each, window: nights), cycle("always", each)]) == 60)
    }

    @Test func cycleThatNeverMeetsItsWindowDoesNotSpeakForAnother() throws {
        let noon = Window(fromMinute: 12 * 60, toMinute: 13 * 60, zone: "UTC")
        let never = cycle("never", try Schedule(cron: "0 3 * * *", zone: "UTC"), window: noon)
        let hourly = cycle("hourly", try Schedule(everyMilliseconds: 3_600_000))
        #expect(try interval([never, hourly]) == 3600)
        #expect(try interval([never]) == 0)
        #expect(try interval([]) == nil)
    }

    @Test func taskIsDueAnewWhenItsWindowChanges() throws {
        let bench = try EngineBench([])
        let hourly = try Schedule(everyMilliseconds: 3_600_000)
        let windows = [nil, Window(fromMinute: 0, toMinute: 60, zone: "UTC"), nil]
        let series = #"cleanup_task_first_scheduled_timestamp_seconds{task="things"}"#
        for (index, window) in windows.enumerated() {
            let program = try program(bench, bench.task(), [cycle("main", hourly, window: window)])
            for seconds in [Int64(1000), 1500] {
                let instant = Instant(seconds: Int64(index) * 10_000 + seconds)
                bench.accounting.restore(program, at: instant, isScheduling: true)
                #expect(bench.sample(series) == Double(index * 10_000 + 1000))
            }
        }
    }

    @Test func commandOfAnotherProgramShowsWhatTheServiceWroteAndWritesNothing() throws {
        let bench = try EngineBench([])
        let ofService = try program(bench, bench.task(), [cycle("main", try Schedule(everyMilliseconds: 60_000))])
        bench.accounting.restore(ofService, at: Instant(seconds: 1000), isScheduling: true)
        let known = try bench.state.stamps()
        let ofCommand = try program(
            bench,
            bench.task(isDryRun: true),
            [cycle("main", try Schedule(everyMilliseconds: 3_600_000))]
        )
        bench.accounting.restore(ofCommand, at: Instant(seconds: 5000), isScheduling: false)
        #expect(try bench.state.stamps() == known)
        let series = #"cleanup_task_first_scheduled_timestamp_seconds{task="things"}"#
        #expect(bench.sample(series) == 1000)
    }

    @Test func commandShowsATaskThatTheServiceDoesNotKnowAsNew() throws {
        let bench = try EngineBench([])
        let program = try program(bench, bench.task(), [])
        bench.accounting.restore(program, at: Instant(seconds: 5000), isScheduling: false)
        #expect(bench.sample(#"cleanup_task_first_scheduled_timestamp_seconds{task="things"}"#) == 5000)
        #expect(try bench.state.stamps() == [])
    }

    // MARK: Guards

    private static func ofRuns(_ name: String) -> String {
        "cleanup_guard_last_trip_timestamp_seconds{task=\"things\",guard=\"\(name)\"}"
    }

    private static func ofLooks(_ name: String) -> String {
        "cleanup_quota_last_trip_timestamp_seconds{task=\"things\",guard=\"\(name)\"}"
    }

    private static func trips(_ name: String) -> String {
        "cleanup_guard_trips_total{task=\"things\",guard=\"\(name)\"}"
    }

    private func run(
        _ bench: EngineBench,
        _ program: Program,
        hasOwnPolicy: Bool = true,
        isQuotaCheck: Bool = false
    ) async -> RunReport {
        await bench.cycles.run(
            ["things"],
            of: program,
            cycle: nil,
            trigger: .schedule,
            dryRun: false,
            maxDurationSeconds: nil,
            hasOwnPolicy: hasOwnPolicy && !isQuotaCheck,
            isQuotaCheck: isQuotaCheck,
            cancellation: Cancellation()
        ).runs[0]
    }

    @Test func refusedRunUnderAnotherPolicyIsCountedAndStampsNothing() async throws {
        let bench = try EngineBench((0..<5).map { EngineBench.old("f\($0)") })
        let program = try bench.program([bench.task(limits: Limits(maxItems: 4))])
        #expect(await run(bench, program, hasOwnPolicy: false).outcome == .refused)
        #expect(bench.sample(Self.trips("max_items")) == 1)
        #expect(bench.sample(Self.ofRuns("max_items")) == 0)
        #expect(try bench.state.stamps().allSatisfy { !$0.name.contains("trip") })
        _ = await run(bench, program)
        #expect(bench.sample(Self.ofRuns("max_items")) == EngineBench.now.secondsSinceEpoch)
    }

    @Test func refusedLookAtTheQuotaIsKnownUntilALookIsNot() async throws {
        let bench = try EngineBench([])
        var task = try bench.task()
        task.policy.quota = .init(maxBytes: 400, freeToBytes: 100)
        let check = cycle("quota:things", try Schedule(everyMilliseconds: 60_000), isQuotaCheck: true)
        let program = try program(bench, task, [check])
        let now = EngineBench.now.secondsSinceEpoch
        let denied = StoreError(.denied, "others can replace the root")
        bench.store.world.withLock { $0.openError = denied }
        for count in 1...2 {
            #expect(await run(bench, program, isQuotaCheck: true).outcome == .refused)
            #expect(bench.sample(Self.trips("root_denied")) == Double(count))
            #expect(bench.sample(Self.ofLooks("root_denied")) == now)
            #expect(bench.sample(Self.ofRuns("root_denied")) == 0)
        }
        #expect(bench.sample(Self.ofLooks("references")) == 0)
        // Remembered over a restart.
        let restarted = try EngineBench([])
        try restarted.metrics.configure(program)
        Accounting(state: bench.state, metrics: restarted.metrics, logger: bench.runner.logger)
            .restore(program, at: EngineBench.now, isScheduling: true)
        #expect(restarted.sample(Self.ofLooks("root_denied")) == now)
        // Neither a run that succeeds nor a look that finds nothing out hushes it; a look that is not refused does.
        bench.store.world.withLock { $0.openError = nil }
        #expect(await run(bench, program).outcome == .success)
        #expect(bench.sample(Self.ofLooks("root_denied")) == now)
        bench.store.world.withLock { $0.openError = StoreError(.unreadable, "no disk") }
        #expect(await run(bench, program, isQuotaCheck: true).outcome == .failed)
        #expect(bench.sample(Self.ofLooks("root_denied")) == now)
        bench.store.world.withLock { $0.openError = nil }
        #expect(await run(bench, program, isQuotaCheck: true).outcome == .success)
        #expect(bench.sample(Self.ofLooks("root_denied")) == 0)
        // And it moves no stamp of runs.
        bench.store.world.withLock { $0.openError = denied }
        #expect(await run(bench, program).outcome == .refused)
        bench.store.world.withLock { $0.openError = nil }
        _ = await run(bench, program, isQuotaCheck: true)
        #expect(bench.sample(Self.ofRuns("root_denied")) == now)
        #expect(bench.sample(Self.ofLooks("root_denied")) == 0)
    }

    @Test func looksThatAreNoMoreLeaveNoRefusalBehind() async throws {
        let bench = try EngineBench([])
        var task = try bench.task()
        task.policy = Policy(quota: .init(maxBytes: 400, freeToBytes: 100))
        let check = cycle("quota:things", try Schedule(everyMilliseconds: 60_000), isQuotaCheck: true)
        _ = try program(bench, task, [check])
        #expect(bench.sample(Self.ofLooks("max_items")) == 0)
        _ = try program(bench, task, [])
        #expect(bench.sample(Self.ofLooks("max_items")) == nil)
    }

    // MARK: What is overdue

    @Test func lookBetweenRunsShowsAtLeastOneAndNoCount() throws {
        let bench = try EngineBench([])
        var rows = try bench.task("rows")
        let store = MemoryBatchStore(due: 0)
        rows.store = .batches(store)
        let program = try bench.program([rows])
        let watch = OverdueWatch(
            program: { program },
            accounting: bench.accounting,
            logger: bench.runner.logger,
            now: { EngineBench.now }
        )
        let series = #"cleanup_overdue_items{task="rows"}"#
        for (due, expected) in [(0, 0.0), (3, 1), (7, 1), (0, 0)] {
            store.world.withLock { $0.due = due }
            watch.look(Cancellation())
            #expect(bench.sample(series) == expected)
        }
    }

    @Test func lookBetweenRunsKeepsWhatARunCounted() async throws {
        let bench = try EngineBench([])
        var rows = try bench.task("rows", isDryRun: true)
        rows.store = .batches(MemoryBatchStore(due: 42))
        _ = try await bench.run(rows)
        let program = try bench.program([rows])
        OverdueWatch(
            program: { program },
            accounting: bench.accounting,
            logger: bench.runner.logger,
            now: { EngineBench.now }
        ).look(Cancellation())
        #expect(bench.sample(#"cleanup_overdue_items{task="rows"}"#) == 42)
    }

    // MARK: Reloads

    @Test func taskThatComesToCleanFilesLosesTheSeriesOfRowsAndKeepsItsOwn() async throws {
        let bench = try EngineBench([])
        var task = try bench.task()
        task.store = .batches(MemoryBatchStore(due: 5))
        _ = try await bench.run(task)
        let ofRows = [
            #"cleanup_db_batch_rows_count{task="things",engine="sqlite"}"#,
            #"cleanup_db_throttle_seconds_total{task="things",cause="lag"}"#,
            #"cleanup_db_lock_timeouts_total{task="things"}"#, #"cleanup_db_replication_lag_seconds{task="things"}"#,
        ]
        for series in ofRows { #expect(bench.sample(series) != nil, "\(series)") }
        _ = try bench.program([bench.task()])
        for series in ofRows { #expect(bench.sample(series) == nil, "\(series)") }
        #expect(bench.sample(#"cleanup_task_runs_total{task="things"}"#) == 1)
    }
}
