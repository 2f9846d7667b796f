import Coordination
import Engine
import Retention
import State
import Stores
import Synchronization
import Testing

@Suite struct TaskRunnerTests {
    @Test func deletesWhatIsOldAndKeepsWhatIsYoung() async throws {
        let bench = try EngineBench([
            EngineBench.old("a"), EngineBench.old("b", days: 1), EngineBench.old("c", days: 7),
        ])
        let report = try await bench.run(bench.task())
        #expect(report.outcome == .success)
        #expect(bench.store.names == ["b", "c"])
        #expect(report.counts.deleted == 1)
        #expect(report.counts.freedBytes == 10)
    }

    @Test func dryRunOpensNoRemover() async throws {
        let bench = try EngineBench([EngineBench.old("a")])
        let report = try await bench.run(bench.task(), dryRun: true)
        #expect(report.tally.remove == 1)
        #expect(bench.store.removersOpened == 0)
        #expect(bench.store.names == ["a"])
    }

    @Test func switchesOfTheConfigurationWinOverForce() async throws {
        let bench = try EngineBench([EngineBench.old("a")])
        let asked = try await bench.run(bench.task(isDryRun: true), dryRun: false)
        #expect(asked.dryRun)
        #expect(bench.store.names == ["a"])
        let off = try bench.program([bench.task()], isEnabled: false)
        #expect(off.mustDryRun(off.tasks[0]))
    }

    @Test func guardRefusesTheWholePlanBeforeTheFirstDeletion() async throws {
        let bench = try EngineBench((0..<5).map { EngineBench.old("f\($0)") })
        let report = try await bench.run(bench.task(limits: Limits(maxItems: 4)))
        #expect(report.outcome == .refused)
        #expect(bench.store.removersOpened == 0)
        #expect(bench.store.names.count == 5)
        #expect(bench.sample(#"cleanup_guard_trips_total{task="things",guard="max_items"}"#) == 1)
        #expect(bench.sample(#"cleanup_overdue_items{task="things"}"#) == 5)
    }

    @Test func oneFailingItemDoesNotStopTheOthersAndMakesTheRunPartial() async throws {
        let bench = try EngineBench((0..<9).map { EngineBench.old("f\($0)") })
        bench.store.world.withLock { $0.failing = ["f0"] }
        let report = try await bench.run(bench.task())
        #expect(report.outcome == .partial)
        #expect(bench.store.names == ["f0"])
        #expect(bench.sample(#"cleanup_item_failures_total{task="things",reason="permission"}"#) == 1)
        #expect(bench.sample(#"cleanup_items_deleted_total{task="things"}"#) == 8)
        #expect(bench.sample(#"cleanup_task_last_success_timestamp_seconds{task="things"}"#) == 0)
        #expect(bench.sample(#"cleanup_task_last_completion_timestamp_seconds{task="things"}"#) == 1_800_000_000)
        #expect(bench.sample(#"cleanup_overdue_items{task="things"}"#) == 1)
        #expect(bench.sample(#"cleanup_oldest_overdue_age_seconds{task="things"}"#) == 259_200)
    }

    @Test func storeThatHasSeenANewerHolderEndsTheRun() async throws {
        let bench = try EngineBench((0..<400).map { EngineBench.old("f\($0)") })
        bench.store.world.withLock { $0.isFenced = true }
        let report = try await bench.run(bench.task())
        #expect(report.outcome == .failed)
        #expect(report.failure == .lockLost)
        #expect(report.message == "a newer holder has been here")
        #expect(report.fencedBy == .connection)
        #expect(bench.store.names.count == 400)
        #expect(bench.store.world.withLock { $0.asked } < 400)
    }

    @Test func runWhoseLockIsNoMoreTrustedDeletesNothingOfItsPlan() async throws {
        let isTrusted = Mutex(true)
        let locks = LocksOnTheTable(isTrusted: { isTrusted.withLock { $0 } })
        let bench = try EngineBench([EngineBench.old("a")], locks: locks)
        bench.store.world.withLock { $0.onOpenRemover = { isTrusted.withLock { $0 = false } } }
        let report = try await bench.run(bench.task())
        #expect(report.outcome == .failed)
        #expect(report.failure == .lockLost)
        #expect(bench.store.names == ["a"])
    }

    /// Of an age that is reached while the lock is waited for: the clock was looked at after that.
    @Test func instantOfThePlanIsThatUnderTheLock() async throws {
        let now = Mutex(EngineBench.now.adding(nanoseconds: -2 * 86_400_000_000_000))
        let bench = try EngineBench(
            [EngineBench.old("a", days: 8), EngineBench.old("b", days: 6)],
            locks: LocksOnTheTable(onTaking: { now.withLock { $0 = EngineBench.now } }),
            now: { now.withLock { $0 } }
        )
        #expect(try await bench.run(bench.task()).outcome == .success)
        #expect(bench.store.names == ["b"])
    }

    @Test func placesThatCannotBeLookedAtMakeTheRunPartial() async throws {
        let bench = try EngineBench([EngineBench.old("a")])
        bench.store.world.withLock {
            $0.scanErrors = [ScanProblem(path: "locked", message: "locked cannot be read", reason: .permission)]
        }
        let report = try await bench.run(bench.task())
        #expect(report.outcome == .partial)
        #expect(report.counts.deleted == 1)
        #expect(report.message?.contains("locked cannot be read") == true)
    }

    @Test func missingOptionalStoreIsUnavailableAndMissingOtherFails() async throws {
        let bench = try EngineBench([])
        bench.store.world.withLock { $0.openError = StoreError(.missing, "the root is not there") }
        #expect(try await bench.run(bench.task(isOptional: true)).outcome == .unavailable)
        #expect(bench.sample(#"cleanup_task_enabled{task="things"}"#) == 0)
        #expect(try await bench.run(bench.task()).outcome == .failed)
    }

    @Test func deniedRootIsRefusedAndCounted() async throws {
        let bench = try EngineBench([])
        bench.store.world.withLock { $0.openError = StoreError(.denied, "others can replace the root") }
        #expect(try await bench.run(bench.task()).outcome == .refused)
        #expect(bench.sample(#"cleanup_guard_trips_total{task="things",guard="root_denied"}"#) == 1)
    }

    @Test func runThatIsCancelledBeforeItActsDeletesNothing() async throws {
        let bench = try EngineBench((0..<20).map { EngineBench.old("f\($0)") })
        let cancellation = Cancellation()
        cancellation.cancel(.requested)
        let program = try bench.program([bench.task()])
        let report = await bench.runner.run(
            RunRequest(task: "things", trigger: .api, dryRun: false),
            task: program.tasks[0],
            mustDryRun: false,
            cancellation: cancellation
        )
        #expect(report.outcome == .cancelled)
        #expect(bench.store.names.count == 20)
    }

    @Test func runThatIsCancelledWhileItsDeletingSideOpensHasNotFailed() async throws {
        for (cause, outcome) in [(Cancellation.Cause.requested, RunOutcome.cancelled), (.shutdown, .partial)] {
            let bench = try EngineBench([EngineBench.old("a")])
            let cancellation = Cancellation()
            bench.store.world.withLock {
                $0.onOpenRemover = {
                    cancellation.cancel(cause)
                    throw StoreError(.unreadable, "the server did not answer: it was cancelled")
                }
            }
            let report = try await bench.run(bench.task(), cancellation: cancellation)
            #expect(report.outcome == outcome && report.failure == nil, "\(report)")
            #expect(bench.store.names == ["a"])
        }
    }

    @Test func deletingSideThatCannotBeOpenedFailsTheRun() async throws {
        let bench = try EngineBench([EngineBench.old("a")])
        bench.store.world.withLock { $0.onOpenRemover = { throw StoreError(.unreadable, "the server is not there") } }
        let report = try await bench.run(bench.task())
        #expect(report.outcome == .failed && report.message == "the server is not there")
    }

    @Test func everyDeletionIsInTheLedgerWithItsOutcome() async throws {
        let bench = try EngineBench((0..<10).map { EngineBench.old("f\($0)") })
        let report = try await bench.run(bench.task())
        let id = try #require(RunID(report.id))
        let stored = try bench.state.blocks(of: id, from: 0, limit: 100)
        #expect(stored.flatMap { $0.results ?? [] }.count { $0.outcome == .deleted } == 10)
        let run = try #require(try bench.state.run(id))
        #expect(run.end?.outcome == .success)
        #expect(run.counts.deleted == 10)
        #expect(bench.sample("cleanup_ledger_records_total") == 10)
    }

    @Test func secondRunHasNothingToDo() async throws {
        let bench = try EngineBench([EngineBench.old("a")])
        _ = try await bench.run(bench.task())
        let second = try await bench.run(bench.task())
        #expect(second.outcome == .success)
        #expect(second.tally.remove == 0)
        #expect(bench.sample(#"cleanup_task_runs_total{task="things"}"#) == 2)
        #expect(bench.sample("cleanup_things_deleted_total") == 1)
    }

    @Test func taskThatIsRunningIsLockedWithItsHolder() async throws {
        let bench = try EngineBench([EngineBench.old("a")])
        let lock = try bench.runner.locks.acquire(task: "things")
        let report = try await bench.run(bench.task())
        withExtendedLifetime(lock) {}
        #expect(report.isLocked)
        #expect(report.outcome == .skipped)
        #expect(bench.store.names == ["a"])
    }

    @Test func keepLastCountsOverAllBlocks() async throws {
        let bench = try EngineBench((1...9).map { EngineBench.old("f\($0)", days: Int64($0)) })
        var policy = Policy()
        policy.keep.counts.last = 3
        let report = try await bench.run(bench.task(policy: policy))
        #expect(report.outcome == .success)
        #expect(bench.store.names == ["f1", "f2", "f3"])
    }
}
