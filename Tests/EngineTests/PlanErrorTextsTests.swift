import Engine
import Retention
import State
import Support
import Synchronization
import Testing

/// Why a plan is not made or applied, and why a task does not run, to the letter.
@Suite struct PlanErrorTextsTests {
    /// A clock that the test moves.
    private final class Hands: Sendable {
        let now = Mutex(EngineBench.now)
    }

    /// Why a plan is not applied; `nil` = it is.
    private static func refusal(of id: String, _ bench: EngineBench, _ program: Program) -> String? {
        errorText {
            try SealedPlans(runner: bench.runner).apply(
                id,
                of: program,
                isAttended: false,
                cancellation: Cancellation(),
                observer: SilentObserver()
            )
        }
    }

    private static func save(_ program: Program, _ bench: EngineBench) throws -> SavedPlan {
        let saved = try SealedPlans(runner: bench.runner).save(
            program.tasks,
            isAttended: false,
            observer: SilentObserver()
        )
        return try #require(saved.plan)
    }

    // MARK: Plans

    @Test func aPlanThatIsNotAppliedSaysWhy() throws {
        let bench = try EngineBench([EngineBench.old("a")])
        let program = try bench.program([bench.task()])
        let plan = try Self.save(program, bench)
        let id = plan.id
        #expect(
            Self.refusal(of: "x", bench, program) == "There is no sealed plan x. `cleanupd plan --save` makes one."
        )
        let changes: [(expected: String, change: (inout Program) -> Void)] = [
            ("The configuration has no task things any more. Make a new plan.", { $0.tasks = [] }),
            (
                "The configuration allows things only dry runs (enabled: false or dry_run: true). Change that, then apply "
                    + "the plan.",
                { $0.tasks[0].isDryRun = true }
            ),
            (
                "things is switched off (enabled: false). Switch it on, then apply the plan.",
                { $0.tasks[0].isSwitchedOff = true }
            ),
            (
                "things is held: / exists. Remove it, then apply the plan.",
                { $0.tasks[0].pace.holdFile = "/" }
            ),
            (
                "Plan \(id) was made under another policy. Make a new plan.",
                { $0.tasks[0].policyDigest = "of another" }
            ),
        ]
        for (expected, change) in changes {
            var other = program
            change(&other)
            #expect(Self.refusal(of: id, bench, other) == expected)
        }
        #expect(bench.store.names == ["a"])
        #expect(Self.refusal(of: id, bench, program) == nil)
        #expect(
            Self.refusal(of: id, bench, program) == "Plan \(id) has been applied already. Make a new plan."
        )
        try bench.tamper(with: "UPDATE saved_plan SET expires_at = expires_at + 1")
        #expect(
            Self.refusal(of: id, bench, program)
                == "Sealed plan \(id) is altered: it is not what was sealed. Make a new plan."
        )
    }

    @Test(arguments: [Int64(25 * 3_600), -1])
    func aPlanOfAnotherDaySaysSo(seconds: Int64) throws {
        let hands = Hands()
        let bench = try EngineBench([EngineBench.old("a")], now: { hands.now.withLock { $0 } })
        let program = try bench.program([bench.task()])
        let plan = try Self.save(program, bench)
        hands.now.withLock { $0 = $0.adding(nanoseconds: seconds * 1_000_000_000) }
        #expect(
            Self.refusal(of: plan.id, bench, program)
                == "Plan \(plan.id) is older than 24 h (or the clock was set back). Make a new plan."
        )
    }

    @Test func aPlanOfMoreRowsThanAreCountedSaysWhatToDo() throws {
        let bench = try EngineBench([])
        var task = try bench.task("sessions")
        task.store = .batches(MemoryBatchStore(due: .max / 2))
        let saved = try SealedPlans(runner: bench.runner).save([task], isAttended: false, observer: SilentObserver())
        #expect(
            saved.report.runs.first?.message
                == "10000000 rows of sessions or more are due, and were counted no further: a plan must say how many go. "
                + "Set budget.items, or run the task without a plan."
        )
        #expect(
            try bench.state.runs(task: "sessions", before: nil, limit: 1).first?.end?.message
                == "The plan was not sealed: one of its tasks was refused."
        )
    }

    @Test func aPlanThatMatchesMoreRowsThanItWasSealedWithRemovesNone() throws {
        let (bench, store) = (try EngineBench([]), MemoryBatchStore(due: 5))
        var task = try bench.task("sessions")
        task.store = .batches(store)
        let program = try bench.program([task])
        let plan = try Self.save(program, bench)
        store.world.withLock { $0.due = 6 }
        let report = try SealedPlans(runner: bench.runner).apply(
            plan.id,
            of: program,
            isAttended: false,
            cancellation: Cancellation(),
            observer: SilentObserver()
        )
        #expect(
            report.runs.first?.message
                == "More rows of sessions match the plan than the 5 that it was sealed with: they have changed since. "
                + "Nothing was removed. Make a new plan."
        )
        #expect(store.state.due == 6)
    }

    // MARK: Tasks

    @Test func aTaskThatMayNotRunSaysWhy() async throws {
        let bench = try EngineBench([EngineBench.old("a")])
        var task = try bench.task()
        task.isSwitchedOff = true
        #expect(try await bench.run(task).message == "things is switched off (enabled: false); nothing was done.")
        task.isSwitchedOff = false
        task.pace.holdFile = "/"
        #expect(try await bench.run(task).message == "Held: / exists. Remove it to let things run.")
        #expect(bench.store.names == ["a"])
    }

    @Test func aBudgetOfRowsThatIsUsedUpSaysSo() async throws {
        let bench = try EngineBench([])
        var task = try bench.task("sessions")
        task.store = .batches(MemoryBatchStore(due: 5))
        task.rowBudget = 2
        #expect(
            try await bench.run(task).message == "The budget of rows is used up; the rest waits for the next run."
        )
    }
}
