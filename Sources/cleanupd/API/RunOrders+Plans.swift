import Console
import Coordination
import Engine
import Retention
import State

/// Sealed plans: made, shown and carried out.
extension RunOrders {
    func makePlan(tasks: [String]?, by caller: Caller) async throws -> PlanDocument {
        try Self.require(tasks)
        let blueprint = blueprint()
        let plans = SealedPlans(runner: assembly.tasks)
        return try await Blocking.run { [assembly] in
            let chosen = try Self.usage { try blueprint.names(tasks ?? []) }.compactMap(blueprint.program.task)
            let (plan, report) = try Self.engine {
                try plans.save(chosen, by: caller.name, isAttended: false, observer: SilentObserver())
            }
            guard let plan else {
                let reasons = report.runs.filter { $0.outcome != .success }.map {
                    "\($0.task): \($0.message ?? $0.outcome.rawValue)"
                }
                throw ConsoleError.notSealed(reasons)
            }
            return try Self.engine { try PlanDocument(plan, assembly.state, blueprint) }
        }
    }

    func plan(_ id: String) async throws -> PlanDocument {
        let blueprint = blueprint()
        return try await Blocking.run { [assembly] in
            try Self.engine { try PlanDocument(Self.find(id, assembly), assembly.state, blueprint) }
        }
    }

    func apply(plan id: String, by caller: Caller, call: String, waits: Bool) async throws -> RunResultDocument {
        let callID = try HistoryReader.id(call)
        let program = blueprint().program
        let tasks = try await Blocking.run { [assembly] in
            try Self.engine { try Self.find(id, assembly).parts.map(\.task) }
        }
        return try await desk.take(
            call: callID,
            by: caller.name,
            tasks: tasks,
            isDryRun: false,
            at: SystemClock.now(),
            waits: waits
        ) { [assembly] cancellation in
            let startedAt = SystemClock.now()
            let report = try await Blocking.run {
                try assembly.apply(
                    id,
                    of: program,
                    by: caller.name,
                    call: callID,
                    isAttended: false,
                    cancellation: cancellation,
                    observer: SilentObserver()
                )
            }
            return await documents(of: report, call: callID, trigger: .plan, by: caller, startedAt)
        }
    }

    private static func find(_ id: String, _ assembly: Assembly) throws -> SavedPlan {
        guard let plan = try assembly.state.savedPlan(id) else { throw ConsoleError.noPlan(id) }
        return plan
    }

    static func engine<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as EngineError {
            throw ConsoleError(code(of: error), error.message)
        } catch let error as StateError {
            throw ConsoleError(error.code == .altered ? .refused : .unavailable, "\(error)")
        }
    }

    private static func code(of error: EngineError) -> ConsoleError.Code {
        switch error.code {
        case .planNotFound: .notFound
        // No room for what was found, which is not the caller's affair.
        case .spool: .unavailable
        case .planTooOld, .planAltered, .planTooLarge, .planApplied, .policyChanged, .unknownTask, .held, .clockSkew:
            .refused
        }
    }
}
