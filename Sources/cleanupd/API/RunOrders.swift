import CleanupConfiguration
import Console
import Coordination
import Engine
import Foundation
import Retention
import State

/// Turns what a call asks for into runs: checks it against the configuration in force and the caller's role.
struct RunOrders: Sendable {
    let desk: RunDesk
    let history: HistoryReader
    let assembly: Assembly
    /// In force at the moment.
    let blueprint: @Sendable () -> Blueprint

    /// Throws `ConsoleError`: `.invalid` for what the configuration does not know, `.forbidden` for a retention that is
    /// shortened without the role for it.
    func run(_ order: RunOrder, by caller: Caller, call: String, waits: Bool) async throws -> RunResultDocument {
        let id = try HistoryReader.id(call)
        try Self.require(order.tasks)
        let blueprint = blueprint()
        let overrides = Overrides(order)
        let (names, program) = try await Blocking.run { [assembly] in
            try Self.usage {
                let names = try blueprint.names(order.tasks ?? [])
                try overrides.check(
                    against: names.compactMap(blueprint.program.task),
                    of: blueprint.configuration
                )
                guard !overrides.isEmpty else { return (names, blueprint.program) }
                return (names, try blueprint.program(overriding: overrides, assembly.backends))
            }
        }
        try Self.check(names, program, against: blueprint.program, order, caller)
        return try await desk.take(
            call: id,
            by: caller.name,
            tasks: names,
            isDryRun: order.dryRun,
            at: SystemClock.now(),
            waits: waits
        ) { [assembly] cancellation in
            let startedAt = SystemClock.now()
            let report = await assembly.cycles.run(
                names,
                of: program,
                cycle: nil,
                trigger: .api,
                requestedBy: caller.name,
                call: id,
                dryRun: order.dryRun,
                maxDurationSeconds: nil,
                hasOwnPolicy: overrides.isEmpty,
                cancellation: cancellation
            )
            return await documents(of: report, call: id, trigger: .api, by: caller, startedAt)
        }
    }

    private static func check(
        _ names: [String],
        _ program: Program,
        against own: Program,
        _ order: RunOrder,
        _ caller: Caller
    ) throws {
        let now = SystemClock.now()
        for name in names {
            guard let changed = program.task(name), let task = own.task(name) else { continue }
            if changed.policy.removesMore(than: task.policy, at: now), caller.role < .admin {
                throw ConsoleError(
                    .forbidden,
                    "This shortens the retention of \(name), for which the role admin is needed; \(caller.name) has "
                        + "\(caller.role)."
                )
            }
            if changed.needsFilter, order.filters.isEmpty {
                throw ConsoleError(.invalid, "\(name) runs by hand only, with at least one of its filters.")
            }
        }
    }

    // MARK: Sealed plans

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
                throw ConsoleError(.refused, "No plan was sealed. \(reasons.joined(separator: " "))")
            }
            return try PlanDocument(plan, assembly.state, blueprint)
        }
    }

    func plan(_ id: String) async throws -> PlanDocument {
        let blueprint = blueprint()
        return try await Blocking.run { [assembly] in
            guard let plan = try Self.engine({ try assembly.state.savedPlan(id) }) else { throw Self.noPlan(id) }
            return try PlanDocument(plan, assembly.state, blueprint)
        }
    }

    func apply(plan id: String, by caller: Caller, call: String, waits: Bool) async throws -> RunResultDocument {
        let callID = try HistoryReader.id(call)
        let program = blueprint().program
        let tasks = try await Blocking.run { [assembly] in
            guard let plan = try Self.engine({ try assembly.state.savedPlan(id) }) else { throw Self.noPlan(id) }
            return plan.parts.map(\.task)
        }
        let plans = SealedPlans(runner: assembly.tasks)
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
                try plans.apply(
                    id,
                    of: program,
                    by: caller.name,
                    call: callID,
                    isAttended: false,
                    cancellation: cancellation,
                    observer: SilentObserver()
                ) { run in
                    guard let task = program.task(run.task) else { return }
                    assembly.accounting.finished(run, task: task, at: SystemClock.now())
                }
            }
            assembly.accounting.finished(report, at: SystemClock.now())
            return await documents(of: report, call: callID, trigger: .plan, by: caller, startedAt)
        }
    }

    /// As the history has them; what never began (locked, not its turn) is only in the report.
    private func documents(
        of report: CycleReport,
        call: RunID,
        trigger: Trigger,
        by caller: Caller,
        _ startedAt: Instant
    ) async -> [RunDocument] {
        let stored = await history.ended(report.runs) ?? []
        let known = Dictionary(stored.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        return report.runs.map { run in
            known[run.id] ?? RunDocument(run, call: call, trigger: trigger, by: caller.name, startedAt: startedAt)
        }
    }

    // MARK: Errors

    /// An empty list is a slip of whoever made it, and must not stand for all tasks.
    private static func require(_ tasks: [String]?) throws {
        guard tasks?.isEmpty != true else {
            throw ConsoleError(.invalid, "tasks: name at least one, or leave it out for all that are due in cycles.")
        }
    }

    private static func noPlan(_ id: String) -> ConsoleError {
        ConsoleError(.notFound, "There is no sealed plan \(DisplayName.printable(id.utf8)).")
    }

    private static func usage<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as CommandFailure {
            throw ConsoleError(.invalid, error.message)
        }
    }

    private static func engine<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as EngineError {
            throw ConsoleError(error.code == .planNotFound ? .notFound : .refused, error.message)
        } catch let error as StateError {
            throw ConsoleError(error.code == .altered ? .refused : .unavailable, "\(error)")
        }
    }
}

extension TaskConfiguration.Action {
    fileprivate var isUpdate: Bool { if case .set = self { true } else { false } }
}

extension Overrides {
    init(_ order: RunOrder) {
        words = .members
        tasks = order.overrides.mapValues { Values(olderThan: $0.olderThan, keepLast: $0.keep?.last) }
        filters = order.filters.sorted { $0.key < $1.key }.map { ($0.key, $0.value.text) }
    }
}

extension PlanDocument {
    /// Throws `StateError`.
    fileprivate init(_ plan: SavedPlan, _ state: any StateStore, _ blueprint: Blueprint) throws {
        self.init(
            id: plan.id,
            digest: plan.digest,
            createdAt: Timestamp.format(plan.createdAt),
            createdBy: plan.createdBy,
            expiresAt: Timestamp.format(plan.expiresAt),
            expired: plan.appliedAt == nil && plan.expiresAt <= SystemClock.now(),
            appliedAt: plan.appliedAt.map { Timestamp.format($0) },
            appliedBy: plan.appliedBy,
            tasks: try plan.parts.map { part in
                let counts = try state.run(part.run)?.counts ?? RunCounts()
                let task = blueprint.configuration.tasks.first { $0.name == part.task }
                return Task(
                    task: part.task,
                    policy: blueprint.program.task(part.task)?.sentence,
                    listed: part.seal.items > 0 || part.seal.blocks == 0,
                    orphans: blueprint.removesOrphans(part.task),
                    updates: task?.action.isUpdate ?? false,
                    run: part.run.description,
                    examined: counts.examined,
                    remove: counts.remove,
                    compress: counts.compress,
                    keep: max(0, counts.examined - counts.remove - counts.compress),
                    bytes: counts.plannedBytes
                )
            }
        )
    }
}
