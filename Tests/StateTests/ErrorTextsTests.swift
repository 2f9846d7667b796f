import Retention
import Support
import Testing

@testable import State

/// What is said of runs, plans and what the history holds, to the letter.
@Suite struct ErrorTextsTests {
    // MARK: Runs and plans

    @Test func runsAndPlansThatDoNotFitAreSaidInWords() {
        let run = Samples.run("logs", second: 1)
        let id = run.id
        let texts = [
            (StateError.noRun(id), "There is no run \(id). It may be too old to be remembered."),
            (StateError.noPlan("p"), "There is no sealed plan p. It may be too old to be remembered."),
            (StateError.hasBegun(run), "Run \(id) of logs has begun already."),
            (StateError.hasEnded(run), "Run \(id) of logs has ended already."),
            (StateError.planExists("p"), "There is a sealed plan p already."),
            (StateError.planIsClosed(id), "The plan of run \(id) is closed; nothing can be added to it."),
            (StateError.cannotBeSealed(id), "The plan of run \(id) is closed or still growing; it cannot be sealed."),
            (StateError.hasNoOutcomes(id), "The plan of run \(id) is not sealed; it has no outcomes."),
            (
                StateError.doNotFit(id, sequence: 2, items: 3, results: 4),
                "Block 2 of run \(id) has 3 items; 4 results do not fit."
            ),
            (
                StateError.isTooLate(Fence(lock: "task:logs", epoch: 7), mark: 8),
                "The lock of task:logs (epoch 7) is over: epoch 8 has it now. Nothing was recorded."
            ),
            (
                StateError.isTooLate(Fence(lock: "task:logs", epoch: 7), mark: nil),
                "The lock of task:logs (epoch 7) is over: its mark is gone from the state store. Nothing was recorded."
            ),
            (
                StateError.noNumber(Stamp(scope: "task:logs", name: "last_success", value: .nan)),
                "The stamp last_success of task:logs is not a number."
            ),
            (
                StoredRun(record: run).altered,
                "The plan of run \(id) (logs) is altered: it is not what was sealed. Make a new one."
            ),
        ]
        for (error, expected) in texts { #expect(error.description == expected) }
    }

    @Test func aPlanThatCannotBeVerifiedIsSaidInWords() {
        let run = Samples.run("logs", second: 1)
        #expect(
            errorText { _ = try StoredRun(record: run).sealToVerify() }
                == "The plan of run \(run.id) was never sealed; there is nothing to compare."
        )
        let seal = PlanSeal(digest: "d", blocks: 1, items: 1)
        #expect(
            errorText { _ = try StoredRun(record: run, seal: seal, itemsPruned: true).sealToVerify() }
                == "The plan of run \(run.id) is too old to be remembered. Make a new one."
        )
        let plan = SavedPlan(
            id: "p",
            createdAt: Instant(seconds: 0),
            expiresAt: Instant(seconds: 1),
            configurationDigest: "c",
            parts: [SavedPlan.Part(task: "logs", run: run.id, seal: seal)]
        )
        #expect(
            StateError.isAnother(than: plan.parts[0], of: plan).description
                == "Sealed plan p is altered: the plan of logs is not the one that was sealed. Make a new plan."
        )
        #expect(
            errorText { try plan.checkPart(at: 0, against: StoredRun(record: run)) }
                == "The plan of run \(run.id) is not sealed as part 1 of sealed plan p says."
        )
    }

    // MARK: Rows

    /// A row of which each column holds the same, but for those that are named.
    private struct Row: StoredRow {
        var texts: [String: String] = [:]
        var value: Int64? = 1

        func text(_ column: String) throws -> String? { texts[column] ?? (column == "failure" ? nil : "x") }
        func integer(_ column: String) throws -> Int64? { value }
        func number(_ column: String) throws -> Double? { 1 }
        func flag(_ column: String) throws -> Bool? { false }
    }

    @Test func rowsThatMakeNoSenseAreSaidInWords() {
        let who =
            "A newer cleanupd, or somebody else, has written it: install that version, or look who writes to the state store."
        let id = Samples.run("logs", second: 1).id.description
        let outcome = Row(texts: ["id": id, "request": id, "outcome": "odd", "failure": "queer"])
        #expect(errorText { _ = try RunRow(outcome) } == "The history holds the unknown outcome 'odd' (queer). \(who)")
        #expect(
            errorText { _ = try RunRow(Row()) } == "The history holds a run with the impossible identity 'x'. \(who)"
        )
        #expect(
            errorText { _ = try Row(value: 300).required("pid", as: Int8.self) }
                == "The history holds 300 in the column pid, which is out of range. \(who)"
        )
        #expect(
            errorText { _ = try Row(value: nil).required("pid", as: Int8.self) }
                == "The history holds nothing in the column pid, where something must be. \(who)"
        )
        #expect(
            errorText { _ = try SavedPlan(Row(texts: ["id": "p"]), parts: []) }
                == "Sealed plan p is altered: it is not what was sealed. Make a new plan."
        )
    }
}
