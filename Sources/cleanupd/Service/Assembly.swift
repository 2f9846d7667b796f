import CleanupConfiguration
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
    let blueprint: Blueprint
    let backends: Backends
    let state: any StateStore
    /// Of the state file; `nil` = several processes may serve on one store.
    let serviceLocks: LocalLocks?
    let replica: Replica
    let registry: Registry
    let metrics: EngineMetrics
    let accounting: Accounting
    let tasks: TaskRunner
    let cycles: CycleRunner
    let console: ConsoleConfiguration

    var program: Program { blueprint.program }
    var logger: Logger { blueprint.logger }

    /// For libraries: they say at info what only matters when something is wrong.
    var quietLogger: Logger {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .error)
        return quiet
    }

    /// Opens the state store and builds the rest.
    ///
    /// Throws `CommandFailure`: exit code 2 for the configuration, 1 for a state store that cannot be used.
    static func make(_ options: GlobalOptions, overrides: OverrideOptions? = nil) throws -> Assembly {
        let backends = Backends(spoolFolder: NSTemporaryDirectory())
        let blueprint = try Blueprint.read(options, overrides: overrides, backends: backends)
        let opened: OpenState
        do {
            opened = try OpenState(blueprint.configuration)
        } catch {
            throw CommandFailure.failed("\(error)")
        }
        let state = opened.store
        backends.memory.keep(in: state)
        let registry = Registry()
        let metrics = try EngineMetrics(registry)
        try metrics.configure(blueprint.program)
        try registry.info(
            Catalogue.buildInfo,
            [BuildInformation.version, BuildInformation.revision, BuildInformation.swiftVersion]
        )
        try ProcessMetrics.install(in: registry)
        let accounting = Accounting(state: state, metrics: metrics, logger: blueprint.logger)
        let connections = Set(blueprint.configuration.connections.keys).union(["state"]).sorted()
        let lockMetrics = try LockMetrics(registry, connections: connections)
        let replica = try Replica.make(
            blueprint.configuration,
            opened,
            metrics: lockMetrics,
            logger: blueprint.logger
        )
        let tasks = TaskRunner(
            state: state,
            locks: replica.locks,
            metrics: metrics,
            logger: blueprint.logger,
            now: SystemClock.now,
            clock: ClockGuard(
                SystemClock.reading,
                machine: opened.serviceLocks == nil ? ProcessInfo.processInfo.hostName : nil
            ),
            spoolFolder: opened.spoolFolder,
            replica: replica.name,
            scope: replica.scope,
            onFenced: { lockMetrics.rejected(connection: $0) }
        )
        return Assembly(
            blueprint: blueprint,
            backends: backends,
            state: state,
            serviceLocks: opened.serviceLocks,
            replica: replica,
            registry: registry,
            metrics: metrics,
            accounting: accounting,
            tasks: tasks,
            cycles: CycleRunner(tasks: tasks, accounting: accounting, logger: blueprint.logger, now: SystemClock.now),
            console: try ConsoleBuilder.configuration(from: blueprint.configuration.http)
        )
    }

    /// The file read again, as the running service needs it.
    func reloaded(_ options: GlobalOptions) throws -> Blueprint {
        let fresh = try Blueprint.read(options, backends: backends)
        let old = blueprint.configuration
        guard fresh.configuration.state.kind == old.state.kind, fresh.configuration.http == old.http,
            fresh.configuration.log == old.log, fresh.configuration.coordination == old.coordination
        else {
            throw CommandFailure.usage(
                "state, coordination, http and log cannot change at a reload; restart the service."
            )
        }
        return fresh
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
            throw CommandFailure.failed("The metrics could not be written to \(path): \(error.localizedDescription)")
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

    func close() { state.close() }
}
