import Coordination
import Foundation
public import Logging
package import Retention
import State
public import Telemetry

/// The engine inside of another program: runs tasks over stores of that program, with all that guards a run.
///
/// Each run makes a plan, asks the guards, makes the plan durable in the ledger, acts on what has not changed since, and
/// records the outcomes: there is no other way to the removing side of a store. It is refused for an empty policy, for
/// limits, and when the clock has leapt. One run of a task goes on at a time, over all processes that share the state
/// file; a run that died is closed by the next one of its task. It fires nothing by itself: call ``run(_:dryRun:isAttended:observe:)``
/// when it is time.
///
///     let engine = try EmbeddedEngine([task], stateFile: "cleanup.db", registry: registry)
///     let preview = try await engine.run("sessions")
///     let report = try await engine.run("sessions", dryRun: false)
public struct EmbeddedEngine: Sendable {
    /// How long its history stays.
    private static let keepRuns = Age(milliseconds: 90 * 86_400_000, text: "90d")
    private static let keepItems = Age(milliseconds: 30 * 86_400_000, text: "30d")

    private let program: Program
    private let cycles: CycleRunner
    private let state: any StateStore

    /// Opens the state file, and shows the metrics of all tasks, at 0 or as the file remembers them. Blocks for some
    /// milliseconds.
    ///
    /// - Parameters:
    ///   - tasks: of different names.
    ///   - stateFile: the ledger and the history; made if it is not there, in a folder that must be. Locks lie beside it.
    ///     That of a `cleanupd` is refused.
    ///   - registry: where the metrics go.
    ///   - logger: is told the beginning and end of each run at `info`, and what failed.
    /// - Throws: ``EmbeddingError``, `PolicyRefusal`, `RegistryError` (a resource that is no name of a metric), or what
    ///   keeps the state file from being used.
    public init(
        _ tasks: [EmbeddedTask],
        stateFile: String,
        registry: Registry,
        logger: Logger = Logger(label: "cleanup")
    ) throws {
        try self.init(
            tasks,
            stateFile: stateFile,
            registry: registry,
            logger: logger,
            now: MachineTime.now,
            reading: MachineTime.reading
        )
    }

    /// The same with other clocks.
    package init(
        _ tasks: [EmbeddedTask],
        stateFile: String,
        registry: Registry,
        logger: Logger,
        now: @escaping @Sendable () -> Instant,
        reading: @escaping @Sendable () -> ClockReading?
    ) throws {
        program = try Self.program(tasks)
        let metrics = try EngineMetrics(registry)
        try metrics.configure(program)
        metrics.hideLeader()
        for task in tasks { try metrics.showInterval(task.intervalSeconds, task: task.name) }
        let store = try EmbeddedState.open(stateFile)
        state = store
        let accounting = Accounting(state: store, metrics: metrics, logger: logger)
        accounting.restore(program, at: now(), isScheduling: true)
        let runner = TaskRunner(
            state: store,
            locks: LocalLocks(folder: store.path + ".locks"),
            metrics: metrics,
            logger: logger,
            now: now,
            clock: ClockGuard(reading),
            spoolFolder: URL(fileURLWithPath: store.path).deletingLastPathComponent().path
        )
        cycles = CycleRunner(tasks: runner, accounting: accounting, logger: logger, now: now)
    }

    /// Runs one task; a dry run unless told otherwise.
    ///
    /// Every way to end is in the report. When Swift's task is cancelled, the run ends at the next item as `.cancelled`:
    /// what is done is recorded, the rest is left.
    /// - Parameters:
    ///   - task: the name of one of the tasks.
    ///   - dryRun: plan and report only; the store's removing side is not even opened.
    ///   - isAttended: somebody watches, and vouches for a clock that has leapt.
    ///   - observe: is told each verdict and each outcome, from several threads at once.
    /// - Throws: `.unknownTask` only.
    public func run(
        _ task: String,
        dryRun: Bool = true,
        isAttended: Bool = false,
        observe: @escaping @Sendable (ItemEvent) -> Void = { _ in }
    ) async throws(EmbeddingError) -> RunReport {
        guard program.task(task) != nil else {
            let known = program.tasks.map(\.name)
            let refusal = EditDistance.nothing("task", called: task, among: known)
            throw EmbeddingError(.unknownTask, "\(refusal) There are: \(known.joined(separator: ", ")).")
        }
        let report = await run(task, dryRun, isAttended, EventObserver(observe: observe))
        if !dryRun { await prune() }
        return report
    }

    /// Ends the use of the state file; runs that come later fail. A process that dies without it loses nothing.
    public func close() { state.close() }

    private func run(
        _ task: String,
        _ dryRun: Bool,
        _ isAttended: Bool,
        _ observer: any RunObserver
    ) async -> RunReport {
        let cancellation = Cancellation()
        let report = await withTaskCancellationHandler {
            await cycles.run(
                [task],
                of: program,
                cycle: nil,
                trigger: .api,
                dryRun: dryRun,
                maxDurationSeconds: nil,
                isAttended: isAttended,
                cancellation: cancellation,
                observer: observer
            )
        } onCancel: {
            cancellation.cancel(.requested)
        }
        return report.runs[0]
    }

    private func prune() async {
        let pruning = Pruning(state: state, logger: cycles.logger)
        await Blocking.run { [program, now = cycles.now] in pruning.run(program, now: now()) }
    }

    private static func program(_ tasks: [EmbeddedTask]) throws -> Program {
        var names: Set<String> = []
        for task in tasks where !names.insert(task.name).inserted {
            throw EmbeddingError(.repeatedTask, "Two tasks are called \(task.name). Give each a name of its own.")
        }
        return Program(
            tasks: try tasks.map { try $0.definition() },
            cycles: [],
            isEnabled: true,
            isDryRun: false,
            keepRuns: keepRuns,
            keepItems: keepItems
        )
    }
}
