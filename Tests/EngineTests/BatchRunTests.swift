import Engine
import Glibc
import Retention
import State
import Stores
import Support
import Synchronization
import Testing

/// Runs of tasks whose store removes by predicate.
@Suite struct BatchRunTests {
    private func task(
        _ bench: EngineBench,
        _ store: MemoryBatchStore,
        budget: Int? = nil,
        batch: Int? = nil,
        isOptional: Bool = false
    ) throws -> TaskDefinition {
        var task = try bench.task("rows", isOptional: isOptional)
        task.store = .batches(store)
        task.rowBudget = budget
        task.pace.batch = batch
        return task
    }

    @Test(.tags(.m5)) func everythingDueGoesAndCountersEqualTheRows() async throws {
        let (bench, store) = (try EngineBench([]), MemoryBatchStore(due: 123_456, young: 10))
        let report = try await bench.run(task(bench, store))
        #expect(report.outcome == .success)
        #expect(store.state.due == 0)
        #expect(report.counts.deleted == 123_456)
        #expect(report.tally.remove == 123_456)
        #expect(store.state.finished == [123_456])
        #expect(bench.sample(#"cleanup_items_deleted_total{task="rows"}"#) == 123_456)
        #expect(bench.sample(#"cleanup_db_batch_rows_sum{task="rows",engine="sqlite"}"#) == 123_456)
        #expect(bench.sample(#"cleanup_db_batch_rows_count{task="rows",engine="postgres"}"#) == 0)
        #expect(bench.sample(#"cleanup_overdue_items{task="rows"}"#) == 0)
    }

    @Test func eachBatchIsInTheLedgerWithItsRows() async throws {
        let (bench, store) = (try EngineBench([]), MemoryBatchStore(due: 2_500))
        let report = try await bench.run(task(bench, store, batch: 1_000))
        let id = try #require(RunID(report.id))
        let batches = try bench.state.batches(of: id, from: 0, limit: 100)
        #expect(batches.map(\.rows) == [1_000, 1_000, 500, 0])
        #expect(batches.map(\.sequence) == [0, 1, 2, 3])
        #expect(try bench.state.verify(id).blocks == 1)
        #expect(try bench.state.run(id)?.counts.deleted == 2_500)
        // The last look, which found nothing, is none.
        #expect(report.batches == 3)
        #expect(try bench.state.batchCounts(of: [id]) == [id: 3])
    }

    @Test func dryRunCountsAndOpensNoRemover() async throws {
        let (bench, store) = (try EngineBench([]), MemoryBatchStore(due: 42))
        let report = try await bench.run(task(bench, store), dryRun: true)
        #expect(report.tally.remove == 42)
        #expect(store.state.removersOpened == 0)
        #expect(bench.sample(#"cleanup_overdue_items{task="rows"}"#) == 42)
        #expect(bench.sample(#"cleanup_oldest_overdue_age_seconds{task="rows"}"#) == 60)
    }

    @Test func guardOfTheStoreRefusesBeforeTheFirstRow() async throws {
        let (bench, store) = (try EngineBench([]), MemoryBatchStore(due: 42))
        store.world.withLock { $0.trip = Limits.Trip(guard: .maxItems, message: "too many") }
        let report = try await bench.run(task(bench, store))
        #expect(report.outcome == .refused)
        #expect(store.state.removersOpened == 0)
        #expect(bench.sample(#"cleanup_guard_trips_total{task="rows",guard="max_items"}"#) == 1)
    }

    @Test func cascadesAreRefusedUnderTheirOwnGuard() async throws {
        let (bench, store) = (try EngineBench([]), MemoryBatchStore(due: 42))
        store.world.withLock { $0.planError = StoreError(.denied, "children would go", guardName: .cascade) }
        #expect(try await bench.run(task(bench, store)).outcome == .refused)
        #expect(bench.sample(#"cleanup_guard_trips_total{task="rows",guard="cascade"}"#) == 1)
    }

    @Test func missingTableSkipsTheTaskAndSaysSo() async throws {
        let (bench, store) = (try EngineBench([]), MemoryBatchStore(due: 42))
        store.world.withLock { $0.planError = StoreError(.absent, "there is no table bots") }
        let report = try await bench.run(task(bench, store))
        #expect(report.outcome == .skipped)
        #expect(report.message == "there is no table bots")
        #expect(bench.sample(#"cleanup_task_last_success_timestamp_seconds{task="rows"}"#) == 0)
        #expect(bench.sample(#"cleanup_task_run_failures_total{task="rows",reason="config"}"#) == 1)
        #expect(try await bench.run(task(bench, store, isOptional: true)).outcome == .unavailable)
    }

    @Test func budgetLeavesTheRestForTheNextRunAndSaysSo() async throws {
        let (bench, store) = (try EngineBench([]), MemoryBatchStore(due: 2_500))
        let report = try await bench.run(task(bench, store, budget: 1_200))
        #expect(store.state.due == 1_300)
        #expect(report.counts.deleted == 1_200)
        #expect(report.message?.contains("budget") == true)
        #expect(bench.sample(#"cleanup_oldest_overdue_age_seconds{task="rows"}"#) == 60)
    }

    @Test func rowsThatStayLockedMakeTheRunPartial() async throws {
        let (bench, store) = (try EngineBench([]), MemoryBatchStore(due: 100))
        store.world.withLock { $0.stuck = 5 }
        let report = try await bench.run(task(bench, store))
        #expect(report.outcome == .partial)
        #expect(report.counts.deleted == 95)
        let id = try #require(RunID(report.id))
        #expect(try bench.state.batchCounts(of: [id]) == [id: report.batches])
        #expect(bench.sample(#"cleanup_db_batch_rows_count{task="rows",engine="sqlite"}"#) == Double(report.batches))
        #expect(bench.sample(#"cleanup_item_failures_total{task="rows",reason="conflict"}"#) == 5)
        #expect(bench.sample(#"cleanup_db_lock_timeouts_total{task="rows"}"#) == 3)
        #expect(bench.sample(#"cleanup_overdue_items{task="rows"}"#) == 5)
    }

    @Test func errorInTheMiddleKeepsWhatWasDoneInTheBooks() async throws {
        let (bench, store) = (try EngineBench([]), MemoryBatchStore(due: 5_000))
        store.world.withLock { $0.errorAt = 2 }
        let report = try await bench.run(task(bench, store, batch: 1_000))
        #expect(report.outcome == .failed)
        #expect(report.counts.deleted == 2_000)
        let id = try #require(RunID(report.id))
        #expect(report.batches == 2)
        #expect(try bench.state.batchCounts(of: [id]) == [id: 2])
        #expect(bench.sample(#"cleanup_items_deleted_total{task="rows"}"#) == 2_000)
        #expect(try bench.state.run(id)?.counts.deleted == 2_000)
    }

    @Test func pressureHoldsTheRunBackAndIsCounted() async throws {
        let (bench, store) = (try EngineBench([]), MemoryBatchStore(due: 10))
        let lag = BatchPressure(.lag, reason: "replica a is 9 s behind, at most 5 s")
        store.world.withLock { ($0.pressures, $0.lag) = ([lag, lag, nil], 9) }
        let report = try await bench.run(task(bench, store))
        #expect(report.outcome == .success)
        let waited = try #require(bench.sample(#"cleanup_db_throttle_seconds_total{task="rows",cause="lag"}"#))
        #expect(waited >= 1.9)
        #expect(bench.sample(#"cleanup_db_replication_lag_seconds{task="rows"}"#) == 9)
    }

    @Test func lagThatHoldsNothingBackIsToldToo() async throws {
        let (bench, store) = (try EngineBench([]), MemoryBatchStore(due: 10))
        store.world.withLock { $0.lag = 0.25 }
        #expect(try await bench.run(task(bench, store)).outcome == .success)
        #expect(bench.sample(#"cleanup_db_replication_lag_seconds{task="rows"}"#) == 0.25)
    }

    @Test(.tags(.d7)) func othersMakeTheBatchesOfARunShorterAndLeaveRests() async throws {
        let (bench, alone) = (try EngineBench([]), MemoryBatchStore(due: 400_000))
        alone.world.withLock { $0.seconds = 0.05 }
        #expect(try await bench.run(task(bench, alone)).outcome == .success)
        #expect(alone.state.limits.max() == 50_000)
        #expect(bench.sample(#"cleanup_db_throttle_seconds_total{task="rows",cause="load"}"#) == 0)
        let (other, shared) = (try EngineBench([]), MemoryBatchStore(due: 2_000))
        shared.world.withLock { ($0.seconds, $0.isShared) = (0.02, true) }
        #expect(try await other.run(task(other, shared)).outcome == .success)
        #expect(shared.state.limits.prefix(4) == [1_000, 500, 250, 125])
        let rested = try #require(other.sample(#"cleanup_db_throttle_seconds_total{task="rows",cause="load"}"#))
        #expect(rested >= 0.2)
    }

    @Test func sealedPredicateIsAppliedOnce() async throws {
        let (bench, store) = (try EngineBench([]), MemoryBatchStore(due: 77))
        let program = try bench.program([task(bench, store)])
        let plans = SealedPlans(runner: bench.runner)
        let saved = try plans.save(program.tasks, isAttended: false, observer: SilentObserver())
        let plan = try #require(saved.plan)
        #expect(saved.report.runs[0].tally.remove == 77)
        #expect(store.state.due == 77)
        let report = try plans.apply(
            plan.id,
            of: program,
            isAttended: false,
            cancellation: Cancellation(),
            observer: SilentObserver()
        )
        #expect(report.runs[0].counts.deleted == 77)
        #expect(throws: EngineError.self) {
            try plans.apply(
                plan.id,
                of: program,
                isAttended: false,
                cancellation: Cancellation(),
                observer: SilentObserver()
            )
        }
    }

    @Test(arguments: [false, true])
    func sealedPredicateThatMoreRowsMatchByNowIsRefused(tripped: Bool) async throws {
        let (bench, store) = (try EngineBench([]), MemoryBatchStore(due: 5))
        let program = try bench.program([task(bench, store)])
        let plans = SealedPlans(runner: bench.runner)
        let saved = try plans.save(program.tasks, isAttended: false, observer: SilentObserver())
        let plan = try #require(saved.plan)
        store.world.withLock { world in
            if tripped {
                world.trip = Limits.Trip(guard: .maxItems, message: "too many")
            } else {
                world.due = 300
            }
        }
        let report = try plans.apply(
            plan.id,
            of: program,
            isAttended: false,
            cancellation: Cancellation(),
            observer: SilentObserver()
        )
        #expect(report.runs[0].outcome == .refused)
        #expect(report.runs[0].message?.contains(tripped ? "too many" : "5 that it was sealed with") == true)
        #expect(store.state.removersOpened == 0)
    }

    @Test func lookBetweenRunsMovesTheFigureOfWhatIsOverdue() async throws {
        let (bench, store) = (try EngineBench([]), MemoryBatchStore(due: 0))
        let program = try bench.program([task(bench, store)])
        let watch = OverdueWatch(
            program: { program },
            accounting: bench.accounting,
            logger: bench.runner.logger,
            now: { EngineBench.now }
        )
        watch.look(Cancellation())
        #expect(bench.sample(#"cleanup_oldest_overdue_age_seconds{task="rows"}"#) == 0)
        store.world.withLock { $0.due = 3 }
        watch.look(Cancellation())
        #expect(bench.sample(#"cleanup_oldest_overdue_age_seconds{task="rows"}"#) == 60)
        let stamps = try bench.state.stamps()
        #expect(stamps.contains { $0.scope == "task:rows" && $0.name == "oldest_overdue_age" && $0.value == 60 })
    }

    @Test func optionalConnectionThatIsAwayIsNotWaitedFor() async throws {
        let (bench, store) = (try EngineBench([]), MemoryBatchStore(due: 0))
        let files = try bench.task("things", isOptional: true)
        let program = try bench.program([task(bench, store, isOptional: true), files])
        let watch = OverdueWatch(
            program: { program },
            accounting: bench.accounting,
            logger: bench.runner.logger,
            now: { EngineBench.now }
        )
        bench.store.world.withLock { $0.openError = StoreError(.missing, "not mounted") }
        store.world.withLock { $0.probeError = StoreError(.missing, "no server") }
        watch.look(Cancellation())
        for name in ["rows", "things"] { #expect(bench.sample("cleanup_task_enabled{task=\"\(name)\"}") == 0) }
        bench.store.world.withLock { $0.openError = nil }
        store.world.withLock { $0.probeError = nil }
        watch.look(Cancellation())
        for name in ["rows", "things"] { #expect(bench.sample("cleanup_task_enabled{task=\"\(name)\"}") == 1) }
    }

    @Test func holdFileInTheMiddleOfARunIsAPause() async throws {
        let (bench, store) = (try EngineBench([]), MemoryBatchStore(due: 3_000))
        let folder = try TemporaryFolder()
        var task = try task(bench, store, batch: 1_000)
        task.pace.holdFile = folder.file("hold")
        store.world.withLock { $0.onBatch = { if $0 == 1 { creat(folder.file("hold"), 0o600) } } }
        async let report = bench.run(task)
        while bench.sample(#"cleanup_db_throttle_seconds_total{task="rows",cause="pause"}"#) ?? 0 == 0 {
            await Task.yield()
        }
        #expect(store.state.due == 2_000)
        unlink(folder.file("hold"))
        #expect(try await report.outcome == .success)
        #expect(store.state.due == 0)
    }

    @Test func storeThatGivesUpEndsTheRunAndTellsWhatIsLeft() async throws {
        let (bench, store) = (try EngineBench([]), MemoryBatchStore(due: 100))
        store.world.withLock {
            $0.stuck = 5
            $0.givesUp = true
        }
        let report = try await bench.run(task(bench, store))
        #expect(report.outcome == .partial)
        #expect(report.counts.deleted == 95)
        #expect(bench.sample(#"cleanup_overdue_items{task="rows"}"#) == 5)
        #expect(bench.sample(#"cleanup_oldest_overdue_age_seconds{task="rows"}"#) == 60)
    }

    @Test func cancelledQueryEndsTheRunWithoutAFailureAndWhatIsLeftIsTold() async throws {
        let (bench, store) = (try EngineBench([]), MemoryBatchStore(due: 5_000))
        let cancellation = Cancellation()
        store.world.withLock {
            $0.cancelAt = 2
            $0.onCancel = { cancellation.cancel(.shutdown) }
        }
        let report = try await bench.run(task(bench, store, batch: 1_000), cancellation: cancellation)
        #expect(report.outcome == .partial, "\(report.message ?? "")")
        #expect(report.failure == nil)
        #expect(report.counts.deleted == 2_000)
        #expect(bench.sample(#"cleanup_overdue_items{task="rows"}"#) == 3_000)
        #expect(bench.sample(#"cleanup_oldest_overdue_age_seconds{task="rows"}"#) == 60)
    }
}
