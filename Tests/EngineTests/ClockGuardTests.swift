import Engine
import Retention
import State
import Support
import Testing

/// F15: a clock that leaps.
@Suite(.tags(.f15)) struct ClockGuardTests {
    private static let day = 86_400.0

    @Test func forwardLeapRefusesTheRunAndNothingIsDeleted() async throws {
        let bench = try EngineBench([EngineBench.old("a")])
        bench.clock.advance(by: 60)
        #expect(
            try await bench.run(bench.task("other", policy: Policy(remove: .init(olderThan: Age(parsing: "90d")))))
                .outcome == .success
        )
        bench.clock.advance(by: 60, leap: 50 * 365 * Self.day)
        let report = try await bench.run(bench.task())
        #expect(report.outcome == .refused)
        #expect(report.message?.contains("leapt forward by 18250 days") == true, "\(report.message ?? "")")
        #expect(bench.store.removersOpened == 0)
        #expect(bench.store.names == ["a"])
        #expect(bench.sample(#"cleanup_guard_trips_total{task="things",guard="clock_skew"}"#) == 1)
        #expect(try await bench.run(bench.task(), dryRun: true).outcome == .success)
    }

    @Test func somebodyAtATerminalVouchesForTheClock() async throws {
        let bench = try EngineBench([EngineBench.old("a")])
        _ = try await bench.run(bench.task(), dryRun: true)
        _ = try await bench.run(bench.task(policy: Policy(remove: .init(olderThan: Age(parsing: "90d")))))
        bench.clock.advance(by: 60, leap: Self.day)
        #expect(try await bench.run(bench.task()).outcome == .refused)
        #expect(try await bench.run(bench.task(), isAttended: true).outcome == .success)
        #expect(bench.store.names == [])
        bench.clock.advance(by: 60)
        #expect(try await bench.run(bench.task()).outcome == .success)
    }

    @Test func clockThatStaysForADayIsBelieved() async throws {
        let bench = try EngineBench([EngineBench.old("a")])
        _ = try await bench.run(bench.task("b", policy: Policy(remove: .init(olderThan: Age(parsing: "90d")))))
        bench.clock.advance(by: 60, leap: 3_600)
        #expect(try await bench.run(bench.task()).outcome == .refused)
        bench.clock.advance(by: Self.day - 1)
        #expect(try await bench.run(bench.task()).outcome == .refused)
        bench.clock.advance(by: 2)
        #expect(try await bench.run(bench.task()).outcome == .success)
    }

    @Test func quotaWorksByAnyClock() async throws {
        let bench = try EngineBench([EngineBench.old("a", size: 10)])
        _ = try await bench.run(bench.task("b", policy: Policy(remove: .init(olderThan: Age(parsing: "90d")))))
        bench.clock.advance(by: 60, leap: Self.day)
        let policy = Policy(quota: .init(maxBytes: 5, freeToBytes: 5))
        #expect(try await bench.run(bench.task(policy: policy)).outcome == .success)
        #expect(bench.store.names == [])
    }

    /// Random histories: a run is refused exactly while a forward leap is doubted.
    @Test(arguments: 1...UInt64(Scale.rounds(500, nightly: 20_000)))
    func doubtFollowsTheLeapsOfARandomHistory(seed: UInt64) {
        var random = SeededGenerator(seed: Scale.seed(seed))
        let table = ClockOnTheTable(ClockReading(wall: 1_800_000_000, sinceBoot: 10, boot: "a"))
        var trust = ClockTrust(trusted: table.reading)
        // How far the wall clock is ahead of the believed one; and of the doubted one, when that began, and since when.
        var ahead = 0.0
        var doubted: (ahead: Double, since: Double)?
        for step in 0..<40 {
            let pass = Double.random(in: 1...40_000, using: &random)
            let isLeap = Int.random(in: 0..<4, using: &random) == 0
            let size: Double = [1, 3_600, Self.day, 50 * 365 * Self.day].randomElement(using: &random) ?? 0
            let leap = isLeap ? size * (Bool.random(using: &random) ? 1 : -1) : 0
            table.advance(by: pass, leap: leap)
            ahead += leap
            // Steps of one second never add up to the tolerance here; all others exceed it at once.
            if ahead < 60 {
                (ahead, doubted) = (0, nil)
            } else if doubted.map({ ahead > $0.ahead + 60 }) ?? true {
                doubted = (ahead, table.reading.sinceBoot)
            } else if let since = doubted?.since, table.reading.sinceBoot - since >= Self.day {
                (ahead, doubted) = (0, nil)
            }
            #expect((trust.admit(table.reading) != nil) == (doubted != nil), "seed \(seed), step \(step)")
        }
    }

    @Test func clockThatIsDaysAheadAfterARestartIsDoubtedUnlessATimeServerVouches() async throws {
        let bench = try EngineBench([EngineBench.old("a")])
        _ = try await bench.run(bench.task("b", policy: Policy(remove: .init(olderThan: Age(parsing: "90d")))))
        bench.clock.reboot()
        bench.clock.advance(by: 60, leap: 3_650 * Self.day)
        #expect(try await bench.run(bench.task()).outcome == .refused)
        bench.clock.synchronise()
        #expect(try await bench.run(bench.task()).outcome == .success)
    }

    @Test func clockAfterAShortAbsenceIsBelieved() async throws {
        let bench = try EngineBench([EngineBench.old("a")])
        _ = try await bench.run(bench.task("b", policy: Policy(remove: .init(olderThan: Age(parsing: "90d")))))
        bench.clock.reboot()
        bench.clock.advance(by: 60, leap: 6 * Self.day)
        #expect(try await bench.run(bench.task()).outcome == .success)
    }

    @Test func plansAreNeitherSavedNorAppliedByAClockThatLeapt() async throws {
        let bench = try EngineBench([EngineBench.old("a")])
        let program = try bench.program([bench.task()])
        let plans = SealedPlans(runner: bench.runner)
        let saved = try plans.save(program.tasks, isAttended: false, observer: SilentObserver())
        let plan = try #require(saved.plan)
        bench.clock.advance(by: 60, leap: 30 * Self.day)
        let apply = {
            try plans.apply(
                plan.id,
                of: program,
                isAttended: $0,
                cancellation: Cancellation(),
                observer: SilentObserver()
            )
        }
        #expect { try apply(false) } throws: { ($0 as? EngineError)?.code == .clockSkew }
        #expect { try plans.save(program.tasks, isAttended: false, observer: SilentObserver()) } throws: {
            ($0 as? EngineError)?.code == .clockSkew
        }
        #expect(bench.store.names == ["a"])
        #expect(try apply(true).runs[0].counts.deleted == 1)
    }
}
