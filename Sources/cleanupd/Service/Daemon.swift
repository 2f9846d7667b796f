import Console
import Engine
import Logging
import Retention
import ServiceLifecycle
import State

/// What the HTTP side and signals ask of the running service: readiness, reload, end.
final class Daemon: ConsoleBackend {
    private let assembly: Assembly
    private let scheduler: Scheduler
    private let options: GlobalOptions
    private let logger: Logger
    private let onQuit: @Sendable () async -> Void
    private let metrics: ConfigurationMetrics

    init(
        assembly: Assembly,
        scheduler: Scheduler,
        options: GlobalOptions,
        metrics: ConfigurationMetrics,
        onQuit: @escaping @Sendable () async -> Void
    ) {
        self.assembly = assembly
        self.scheduler = scheduler
        self.options = options
        self.metrics = metrics
        self.onQuit = onQuit
        logger = assembly.logger
    }

    func notReadyReason() async -> String? {
        guard scheduler.isReady else { return "the scheduler has not started" }
        let state = assembly.state
        do {
            try await Blocking.run { try state.isHealthy() }
            return nil
        } catch {
            return "\(error)"
        }
    }

    func reload() async throws {
        if let problem = await reloadIfValid() { throw problem }
    }

    /// Wholly valid, the new configuration takes effect at once; otherwise the old one stays, which is logged and counted.
    /// - Returns: why the old one stayed.
    func reloadIfValid() async -> (any Error)? {
        do {
            let program = try await Blocking.run { [assembly, options] in try assembly.reloadedProgram(options) }
            try assembly.metrics.configure(program)
            let now = SystemClock.now()
            await Blocking.run { [assembly] in assembly.accounting.restore(program, at: now) }
            try assembly.accounting.showIntervals(program, at: now)
            scheduler.replace(with: program)
            metrics.reloaded(at: now)
            logger.info("Configuration reloaded", metadata: ["action": "configuration_reloaded"])
            return nil
        } catch {
            metrics.reloadFailed()
            logger.error(
                "The configuration was not reloaded; the old one stays in force. \(error)",
                metadata: ["action": "configuration_reload_failed"]
            )
            return error
        }
    }

    func quit() async { await onQuit() }
}
