import CleanupConfiguration
import Console
import Coordination
import Engine
import Retention
import State
import Stores

/// Turns what a call asks for into runs: checks it against the configuration in force and the caller's role.
struct RunOrders: Sendable {
    let desk: RunDesk
    let history: HistoryReader
    let assembly: Assembly
    /// In force at the moment.
    let blueprint: @Sendable () -> Blueprint

    /// Throws `ConsoleError`: `.invalid` for what the configuration does not know, `.forbidden` for a retention that is
    /// shortened without the role for it, `.unavailable` where a secret of a connection cannot be read.
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
            assembly.cycles.tellByHand(report, of: program, trigger: .api, begunAt: startedAt)
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
                throw ConsoleError.needsAdmin(toShorten: name, caller)
            }
            if changed.needsFilter, order.filters.isEmpty { throw ConsoleError.needsFilter(name) }
        }
    }

    /// As the history has them; what never began (locked, not its turn) is only in the report.
    func documents(
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

    /// An empty list is a slip of whoever made it, and must not stand for all tasks.
    static func require(_ tasks: [String]?) throws {
        guard tasks?.isEmpty != true else { throw ConsoleError.noTasks }
    }

    /// Whose fault it is decides the answer: what is asked for cannot be, or what the service needs for it is not there.
    static func usage<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as CommandFailure {
            throw ConsoleError(error.isUsage ? .invalid : .unavailable, error.message)
        } catch let error as StoreError {
            throw ConsoleError(.unavailable, error.message)
        }
    }
}

extension Overrides {
    init(_ order: RunOrder) {
        words = .members
        tasks = order.overrides.mapValues { Values(olderThan: $0.olderThan, keepLast: $0.keep?.last) }
        filters = order.filters.sorted { $0.key < $1.key }.map { ($0.key, $0.value.text) }
    }
}
