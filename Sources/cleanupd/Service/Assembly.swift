import CleanupConfiguration
import Clients
import Console
import Coordination
import Engine
import Foundation
import Logging
import Retention
import State
import Telemetry

/// Everything that a running command works with: the one place that names concrete types.
struct Assembly: Sendable {
    /// What a command began with, or a service goes by now.
    let blueprintInForce: BlueprintInForce
    let backends: Backends
    let state: any StateStore
    /// Of the state file; `nil` = several processes may serve on one store.
    let serviceLocks: LocalLocks?
    let replica: Replica
    /// Of the servers that hold state and locks.
    let clocks: [ClockSource]
    let registry: Registry
    let metrics: EngineMetrics
    let lockMetrics: LockMetrics
    let accounting: Accounting
    let tasks: TaskRunner
    let cycles: CycleRunner
    /// Tells others of what came of cycles.
    let notifier: Notifier
    let console: ConsoleConfiguration
    /// Tells a run that is under way which switches hold now.
    let inForce: ProgramInForce

    var blueprint: Blueprint { blueprintInForce.blueprint }
    var program: Program { blueprint.program }
    var logger: Logger { blueprint.logger }

    /// For libraries: they say at info what only matters when something is wrong.
    var quietLogger: Logger {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .error)
        return quiet
    }

    /// The file read again, or the draft of it, as the running service needs it. Blocking.
    func reloaded(_ options: GlobalOptions, _ draft: ReloadDraft) throws -> Blueprint {
        let isKept = draft.isRead
        let read = try draft.blueprint { try reread(options) }
        let stored = try state.settings()
        // What was set since the earlier try holds, too.
        guard isKept else { return try read.with(stored: stored, backends) }
        return try read.refreshed(backends, stored: stored) ?? read
    }

    private func reread(_ options: GlobalOptions) throws -> Blueprint {
        let fresh = try Blueprint.read(options, backends: backends, tells: true)
        let old = blueprint.configuration
        guard fresh.configuration.state.kind == old.state.kind, fresh.configuration.http == old.http,
            fresh.configuration.log == old.log, fresh.configuration.coordination == old.coordination
        else {
            throw CommandFailure.needsRestart
        }
        try Self.requireContained(fresh.configuration)
        return fresh
    }

    /// The kernel lets this process change files only where it could when it began. Throws `CommandFailure`.
    static func requireContained(_ configuration: Configuration) throws {
        let lacking = Containment.current.lacking(configuration.allowedPlaces())
        guard lacking.isEmpty else { throw CommandFailure.notContained(lacking) }
    }

    /// Carries out a sealed plan, counts each of its runs as it ends, and tells whom their cycles name.
    ///
    /// Blocking; throws as ``SealedPlans`` does.
    func apply(
        _ id: String,
        of program: Program,
        by who: String? = nil,
        call: RunID? = nil,
        isAttended: Bool,
        cancellation: Cancellation,
        observer: any RunObserver
    ) throws -> CycleReport {
        let begunAt = SystemClock.now()
        let report = try SealedPlans(runner: tasks).apply(
            id,
            of: program,
            by: who,
            call: call,
            isAttended: isAttended,
            cancellation: cancellation,
            observer: observer
        ) { run in
            guard let task = program.task(run.task) else { return }
            accounting.finished(run, task: task, at: SystemClock.now())
        }
        accounting.finished(report, at: SystemClock.now())
        cycles.tellByHand(report, of: program, trigger: .plan, begunAt: begunAt)
        return report
    }

    /// Closes runs that a crash left open and sweeps half-written archives. Blocking.
    func recover() { Recovery(runner: tasks).run(program) }

    /// Shows what was remembered, before the first scrape. Blocking.
    /// - Parameter isScheduling: as of ``Accounting/restore(_:at:isScheduling:)``.
    func showState(isScheduling: Bool) throws {
        let now = SystemClock.now()
        accounting.restore(program, at: now, isScheduling: isScheduling)
        try accounting.showIntervals(program, at: now)
    }

    /// Writes all metrics in text format for node_exporter: a temporary file, then a rename, so that no half is read.
    func writeMetrics(to path: String) throws {
        try showState(isScheduling: !isServed())
        do {
            try Data(registry.render(.text)).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw CommandFailure.metricsUnwritten(path, error.localizedDescription)
        }
    }

    /// A service works on the same state: since when a task is due is its to say.
    private func isServed() throws -> Bool {
        do {
            // Several machines may use the store: then somebody has led, if there is a service.
            guard let serviceLocks else { return try state.epoch(of: LockName.leader) > 0 }
            try serviceLocks.acquireService().release()
            return false
        } catch {
            guard case LockError.held = error else { throw CommandFailure.failed("\(error)") }
            return true
        }
    }

    /// For a command that has done its work: delivers what there is to tell, and says of what it could not.
    func tellTheRest() async { await notifier.finish(within: .seconds(15)) }

    func close() { state.close() }
}
