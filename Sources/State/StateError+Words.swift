import Retention

/// The words of refusals that every engine has: one factory each.
extension StateError {
    static func noRun(_ id: RunID) -> StateError {
        StateError(.notFound, "There is no run \(id). It may be too old to be remembered.")
    }

    static func noPlan(_ id: String) -> StateError {
        StateError(.notFound, "There is no sealed plan \(id). It may be too old to be remembered.")
    }

    static func hasBegun(_ run: RunRecord) -> StateError {
        StateError(.conflict, "Run \(run.id) of \(run.task) has begun already.")
    }

    static func hasEnded(_ run: RunRecord) -> StateError {
        StateError(.conflict, "Run \(run.id) of \(run.task) has ended already.")
    }

    static func planExists(_ id: String) -> StateError {
        StateError(.conflict, "There is a sealed plan \(id) already.")
    }

    static func planIsClosed(_ id: RunID) -> StateError {
        StateError(.conflict, "The plan of run \(id) is closed; nothing can be added to it.")
    }

    static func cannotBeSealed(_ id: RunID) -> StateError {
        StateError(.conflict, "The plan of run \(id) is closed or still growing; it cannot be sealed.")
    }

    static func hasNoOutcomes(_ id: RunID) -> StateError {
        StateError(.conflict, "The plan of run \(id) is not sealed; it has no outcomes.")
    }

    static func doNotFit(_ id: RunID, sequence: Int, items: Int, results: Int) -> StateError {
        StateError(.conflict, "Block \(sequence) of run \(id) has \(items) items; \(results) results do not fit.")
    }

    static func isTooLate(_ fence: Fence, mark: Int64?) -> StateError {
        StateError(
            .fenced,
            "The lock of \(fence.lock) (epoch \(fence.epoch)) is over: "
                + (mark.map { "epoch \($0) has it now" } ?? "its mark is gone from the state store")
                + ". Nothing was recorded."
        )
    }

    /// A saved plan whose part was sealed otherwise than it says.
    static func isAnother(than part: SavedPlan.Part, of plan: SavedPlan) -> StateError {
        StateError(
            .altered,
            "Sealed plan \(plan.id) is altered: the plan of \(part.task) is not the one that was sealed. "
                + "Make a new plan."
        )
    }

    /// Bytes that are not what was written.
    static func damaged(_ subject: String, _ failure: ByteReader.Failure) -> StateError {
        StateError(
            .corrupt,
            "\(subject) damaged: \(failure.reason). Check the disk of the state store; plans that need it must be made "
                + "anew.",
            cause: failure
        )
    }

    /// A value that no version so far has written.
    static func unheard(_ finding: String) -> StateError {
        StateError(
            .corrupt,
            "The history holds \(finding). A newer cleanupd, or somebody else, has written it: install that version, or "
                + "look who writes to the state store."
        )
    }

    static func noNumber(_ stamp: Stamp) -> StateError {
        StateError(.conflict, "The stamp \(stamp.name) of \(stamp.scope) is not a number.")
    }
}

extension StoredRun {
    /// The seal to compare the plan with. Throws `.conflict` if there is none, `.notFound` if the plan was forgotten.
    func sealToVerify() throws(StateError) -> PlanSeal {
        let id = record.id
        guard let seal else {
            throw StateError(.conflict, "The plan of run \(id) was never sealed; there is nothing to compare.")
        }
        guard !itemsPruned else {
            throw StateError(.notFound, "The plan of run \(id) is too old to be remembered. Make a new one.")
        }
        return seal
    }

    /// For a plan that is not what was sealed.
    var altered: StateError {
        StateError(
            .altered,
            "The plan of run \(record.id) (\(record.task)) is altered: it is not what was sealed. Make a new one."
        )
    }
}
