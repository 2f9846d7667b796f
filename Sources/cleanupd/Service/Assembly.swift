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
    let blueprint: Blueprint
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
    let console: ConsoleConfiguration
    /// What runs that began earlier ask for the switches of the moment.
    let inForce: ProgramInForce

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
    static func make(_ options: GlobalOptions, overrides: Overrides? = nil) throws -> Assembly {
        let registry = Registry()
        let backends = Backends(spoolFolder: NSTemporaryDirectory(), metrics: BackendMetrics(registry))
        let ofFile = try Blueprint.read(options, overrides: overrides, backends: backends)
        // The file was read before, to be contained by it, and may have changed since.
        try requireContained(ofFile.configuration)
        let opened: OpenState
        let stored: [String: String]
        do {
            opened = try OpenState(
                ofFile.configuration,
                onCall: backends.metrics.observer(of: BackendMetrics.state)
            )
            stored = try opened.store.settings()
        } catch {
            throw CommandFailure.failed("\(error)")
        }
        let blueprint = try ofFile.with(stored: stored, backends)
        let state = opened.store
        backends.memory.keep(in: state)
        let metrics = try EngineMetrics(registry)
        try metrics.configure(blueprint.program)
        try backends.metrics.configure(blueprint.configuration)
        backends.metrics.show(
            circuits: { backends.connections.circuits },
            conditions: { backends.connections.conditions }
        )
        try registry.info(
            Catalogue.buildInfo,
            [BuildInformation.version, BuildInformation.revision, BuildInformation.swiftVersion]
        )
        try ProcessMetrics.install(in: registry)
        try ContainmentMetrics(registry).show(.current)
        let accounting = Accounting(state: state, metrics: metrics, logger: blueprint.logger)
        let lockMetrics = try LockMetrics(registry)
        try lockMetrics.watch(blueprint.configuration.fencingConnections)
        let logger = blueprint.logger
        let replica = try Replica.make(
            blueprint.configuration,
            opened,
            metrics: lockMetrics,
            logger: blueprint.logger
        )
        // A command runs what it was told: only a service has another program later.
        let inForce = ProgramInForce()
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
            inForce: inForce,
            onFenced: { connection in
                do {
                    try lockMetrics.rejected(connection: connection)
                } catch {
                    logger.error("A refusal by \(connection) could not be counted: \(error)")
                }
            }
        )
        return Assembly(
            blueprint: blueprint,
            backends: backends,
            state: state,
            serviceLocks: opened.serviceLocks,
            replica: replica,
            clocks: [opened.clock, replica.clock].compactMap(\.self),
            registry: registry,
            metrics: metrics,
            lockMetrics: lockMetrics,
            accounting: accounting,
            tasks: tasks,
            cycles: CycleRunner(tasks: tasks, accounting: accounting, logger: blueprint.logger, now: SystemClock.now),
            console: try ConsoleBuilder.configuration(from: blueprint.configuration.http),
            inForce: inForce
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
        try Self.requireContained(fresh.configuration)
        return try fresh.with(stored: state.settings(), backends)
    }

    /// The kernel lets this process change files only where it could when it began. Throws `CommandFailure`.
    private static func requireContained(_ configuration: Configuration) throws {
        let lacking = Containment.current.lacking(configuration.allowedPlaces())
        guard !lacking.isEmpty else { return }
        let places = lacking.map { "\($0.path) (\($0.purpose); to \($0.rights.words))" }
        throw CommandFailure.usage(
            "The kernel keeps this process from changing files in \(places.joined(separator: ", ")): when it began, its "
                + "configuration did not ask for that (containment). Restart the service."
        )
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

extension Configuration {
    /// Those whose stores can refuse a former holder of a lock.
    var fencingConnections: [String] {
        connections.filter { connection in
            switch connection.value.kind {
            case .postgres, .redis: true
            default: false
            }
        }.keys + [BackendMetrics.state]
    }
}
