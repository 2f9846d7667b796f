import CleanupConfiguration
import Clients
import Coordination
import Engine
import Foundation
import Logging
import Retention
import State
import Telemetry

extension Assembly {
    /// Opens the state store and builds the rest.
    ///
    /// Throws `CommandFailure`: exit code 2 for the configuration, 1 for a state store that cannot be used.
    /// - Parameters:
    ///   - known, tells: as of ``Blueprint/read(_:known:overrides:backends:asksDatabases:tells:)``.
    static func make(
        _ options: GlobalOptions,
        known: Configuration? = nil,
        overrides: Overrides? = nil,
        tells: Bool = true
    ) throws -> Assembly {
        let registry = Registry()
        let backends = Backends(spoolFolder: NSTemporaryDirectory(), metrics: BackendMetrics(registry))
        let ofFile = try Blueprint.read(options, known: known, overrides: overrides, backends: backends, tells: tells)
        // Since it was contained by it, a symlink to a database may have come to lead elsewhere.
        try requireContained(ofFile.configuration)
        let (opened, stored) = try openState(ofFile.configuration, backends)
        let blueprint = try ofFile.with(stored: stored, backends)
        backends.memory.keep(in: opened.store)
        backends.connections.replace(with: blueprint.connections)
        return try build(blueprint, backends, opened, registry)
    }

    private static func build(
        _ blueprint: Blueprint,
        _ backends: Backends,
        _ opened: OpenState,
        _ registry: Registry
    ) throws -> Assembly {
        let metrics = try engineMetrics(of: blueprint, backends, in: registry)
        let lockMetrics = try LockMetrics(registry)
        try lockMetrics.watch(blueprint.configuration.fencingConnections)
        let logger = blueprint.logger
        let replica = try Replica.make(blueprint.configuration, opened, metrics: lockMetrics, logger: logger)
        // A command runs what it was told: only a service has another program later.
        let inForce = ProgramInForce()
        let tasks = taskRunner(opened, replica, metrics, lockMetrics, inForce, logger)
        let accounting = Accounting(state: opened.store, metrics: metrics, logger: logger)
        let notifier = Notifier(replica: replica.name, metrics: metrics.notices, logger: logger, now: SystemClock.now)
        return Assembly(
            blueprintInForce: BlueprintInForce(blueprint),
            backends: backends,
            state: opened.store,
            serviceLocks: opened.serviceLocks,
            replica: replica,
            clocks: [opened.clock, replica.clock].compactMap(\.self),
            registry: registry,
            metrics: metrics,
            lockMetrics: lockMetrics,
            accounting: accounting,
            tasks: tasks,
            cycles: CycleRunner(
                tasks: tasks,
                accounting: accounting,
                logger: logger,
                now: SystemClock.now,
                notifier: notifier
            ),
            notifier: notifier,
            console: try ConsoleBuilder.configuration(from: blueprint.configuration.http),
            inForce: inForce
        )
    }

    /// The state store, and the settings that calls have stored in it.
    private static func openState(
        _ configuration: Configuration,
        _ backends: Backends
    ) throws -> (OpenState, settings: [String: String]) {
        do {
            let opened = try OpenState(configuration, onCall: backends.metrics.observer(of: BackendMetrics.state))
            return (opened, try opened.store.settings())
        } catch {
            throw CommandFailure.failed("\(error)")
        }
    }

    /// Those of the engine; what connections and the process tell is in the registry by then, too.
    private static func engineMetrics(
        of blueprint: Blueprint,
        _ backends: Backends,
        in registry: Registry
    ) throws -> EngineMetrics {
        let metrics = try EngineMetrics(registry)
        try metrics.configure(blueprint.program)
        try show(backends, of: blueprint.configuration)
        try showProcess(in: registry)
        return metrics
    }

    private static func show(_ backends: Backends, of configuration: Configuration) throws {
        try backends.metrics.configure(configuration)
        backends.metrics.show(
            circuits: { backends.connections.circuits },
            conditions: { backends.connections.conditions }
        )
    }

    /// What is true of this process, whatever it is configured for.
    private static func showProcess(in registry: Registry) throws {
        try registry.info(
            Catalogue.buildInfo,
            [BuildInformation.version, BuildInformation.revision, BuildInformation.swiftVersion]
        )
        try ProcessMetrics.install(in: registry)
        try ContainmentMetrics(registry).show(.current)
    }

    private static func taskRunner(
        _ opened: OpenState,
        _ replica: Replica,
        _ metrics: EngineMetrics,
        _ lockMetrics: LockMetrics,
        _ inForce: ProgramInForce,
        _ logger: Logger
    ) -> TaskRunner {
        // A state file is this machine's own; what several machines share has to tell them apart.
        let machine = opened.serviceLocks == nil ? ProcessInfo.processInfo.hostName : nil
        return TaskRunner(
            state: opened.store,
            locks: replica.locks,
            metrics: metrics,
            logger: logger,
            now: SystemClock.now,
            clock: ClockGuard(SystemClock.reading, machine: machine),
            spoolFolder: opened.spoolFolder,
            replica: replica.name,
            scope: replica.scope,
            inForce: inForce,
            onFenced: { connection in
                do {
                    try lockMetrics.rejected(connection: connection)
                } catch {
                    logger.error("\(ServiceWords.notCounted(connection, error))")
                }
            }
        )
    }
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
