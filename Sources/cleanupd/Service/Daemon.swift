import Coordination
import Console
import Engine
import Logging
import Retention
import ServiceLifecycle
import State
import Synchronization

/// What the HTTP side and signals ask of the running service: readiness, reload, end.
final class Daemon: Sendable {
    private let assembly: Assembly
    private let scheduler: Scheduler
    private let options: GlobalOptions
    private let logger: Logger
    private let onQuit: @Sendable () async -> Void
    private let metrics: ConfigurationMetrics
    /// Of the listener; `nil` = it speaks plain HTTP.
    private let certificate: ServerCertificate?
    /// Reading and taking over is one step: what was read earlier must not come into force later.
    private let changing = Turns()
    /// How many configurations have come into force; changed in turn.
    private let reloads = Mutex(0)

    init(
        assembly: Assembly,
        scheduler: Scheduler,
        options: GlobalOptions,
        metrics: ConfigurationMetrics,
        certificate: ServerCertificate?,
        onQuit: @escaping @Sendable () async -> Void
    ) {
        self.assembly = assembly
        self.scheduler = scheduler
        self.options = options
        self.metrics = metrics
        self.certificate = certificate
        self.onQuit = onQuit
        logger = assembly.logger
    }

    func notReadyReason() async -> String? {
        guard scheduler.isReady else { return ServiceWords.notScheduling }
        if let problem = assembly.replica.problem() { return problem }
        let state = assembly.state
        do {
            try await Blocking.run { try state.isHealthy() }
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// The configuration in force.
    var blueprint: Blueprint { assembly.blueprint }

    /// The clocks of all servers that the configuration in force works with.
    var clocks: [ClockSource] {
        assembly.clocks + blueprint.connections.clocks
    }

    func reload() async throws {
        if let problem = await reloadIfValid() { throw problem }
    }

    /// Wholly valid, the new configuration takes effect at once, and with it what the files of `http.tls` hold; otherwise
    /// the old one stays, which is logged and counted.
    /// - Parameter draft: of an earlier try.
    /// - Returns: why the old one stayed.
    func reloadIfValid(_ draft: ReloadDraft = ReloadDraft()) async -> (any Error)? {
        do {
            let isTaken = try await changing.alone {
                guard draft.isLatest(after: reloads.withLock { $0 }) else { return false }
                // Before anything else is let go of.
                let renewed = try await renewedCertificate()
                let fresh = try await Blocking.run { [assembly, options] in try assembly.reloaded(options, draft) }
                // That may have waited for a server.
                guard !draft.isWithdrawn else { return false }
                try await install(fresh)
                take(renewed)
                reloads.withLock { $0 += 1 }
                return true
            }
            guard isTaken else {
                logger.info("Withdrawn: a later reload was asked for", metadata: ["action": "configuration_overtaken"])
                return nil
            }
            metrics.reloaded(at: SystemClock.now())
            logger.info("Configuration reloaded", metadata: ["action": "configuration_reloaded"])
            return nil
        } catch {
            metrics.reloadFailed()
            logger.error(
                "\(ServiceWords.notReloaded(error))",
                metadata: ["action": "configuration_reload_failed"]
            )
            return error
        }
    }

    /// Takes what the files of `http.tls` hold by now; the rest of the configuration stays as it is.
    /// - Returns: why the old certificate stays in force.
    func renewCertificate() async -> (any Error)? {
        do {
            try await changing.alone { take(try await renewedCertificate()) }
            metrics.certificateRead(isGood: true)
            return nil
        } catch {
            metrics.certificateRead(isGood: false)
            return error
        }
    }

    private func renewedCertificate() async throws -> ServerCertificate.Edition? {
        guard let certificate else { return nil }
        return try await Blocking.run { try certificate.renewed() }
    }

    private func take(_ edition: ServerCertificate.Edition?) {
        guard let certificate, let edition else { return }
        certificate.take(edition)
        logger.info("New connections get the certificate of http.tls", metadata: ["action": "certificate_renewed"])
    }

    /// Reads what was set again; what has changed takes effect at once, and schedules move. Throws why it could not.
    func takeSettings() async throws {
        try await changing.alone {
            let blueprint = blueprint
            let fresh = try await Blocking.run { [assembly] in
                try blueprint.refreshed(assembly.backends, stored: assembly.state.settings())
            }
            guard let fresh else { return }
            try await install(fresh)
            logger.info("Settings have changed", metadata: ["action": "auto_cleanup_scheduled"])
        }
    }

    /// As `takeSettings`; what goes wrong is logged.
    func refreshSettings() async {
        do {
            try await takeSettings()
        } catch {
            logger.error(
                "\(ServiceWords.settingsNotTaken(error))",
                metadata: ["action": "schedule_auto_cleanup_error"]
            )
        }
    }

    private func install(_ blueprint: Blueprint) async throws {
        let program = blueprint.program
        try assembly.metrics.configure(program)
        try assembly.backends.metrics.configure(blueprint.configuration)
        try assembly.lockMetrics.watch(blueprint.configuration.fencingConnections)
        let now = SystemClock.now()
        await Blocking.run { [assembly] in
            assembly.accounting.restore(program, at: now, isScheduling: assembly.replica.leads)
        }
        try assembly.accounting.showIntervals(program, at: now)
        scheduler.replace(with: program)
        assembly.blueprintInForce.replace(with: blueprint)
        assembly.backends.connections.replace(with: blueprint.connections)
        assembly.inForce.replace(with: program)
    }

    func quit() async { await onQuit() }
}
