import ArgumentParser
import CleanupConfiguration
import Clients
import Console
import Coordination
import Engine
import Logging
import Metrics
import ServiceLifecycle
import Telemetry
import UnixSignals

struct ServeCommand: AsyncParsableCommand, ContainedCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Runs the service: scheduler, worker, HTTP.",
        discussion: """
            Examples:
              cleanupd serve
              cleanupd serve --config /etc/cleanupd/cleanup.yaml --log-format json
            """
    )

    @OptionGroup var options: GlobalOptions

    func run() async throws { try await run(with: nil) }

    func run(with known: Configuration?) async throws {
        let assembly = try Assembly.make(options, known: known)
        try await Self.serve(assembly, options)
    }

    /// Everything that lives as long as the service, top-down. Returns after SIGTERM, SIGINT or POST /-/quit.
    static func serve(_ assembly: Assembly, _ options: GlobalOptions) async throws {
        let lock = try serviceLock(assembly)
        raiseOpenFiles(assembly.logger)
        Containment.current.tell(assembly.logger)
        MetricsSystem.bootstrap(SwiftMetricsFactory(assembly.registry))
        // Where locks need a server, whoever runs a task next closes what was left open.
        if assembly.replica.lockServices.isEmpty { assembly.recover() }
        try assembly.showState(isScheduling: assembly.replica.leads)
        let quit = QuitSwitch()
        let work = try await Work.make(assembly)
        let certificate = try serverCertificate(of: assembly)
        let daemon = Daemon(
            assembly: assembly,
            scheduler: work.scheduler,
            options: options,
            metrics: try ConfigurationMetrics(assembly.registry, loadedAt: SystemClock.now()),
            certificate: certificate,
            onQuit: { await quit.press() }
        )
        let backend = ServiceBackend(assembly, daemon, work)
        let console = try Console(
            configuration: assembly.console,
            certificate: certificate,
            registry: assembly.registry,
            backend: backend,
            logger: assembly.logger
        )
        // What is told of a cycle goes out while, and for a moment after, cycles end.
        let lasting: [any Service] = assembly.replica.lockServices + [assembly.notifier]
        let services =
            lasting + assembly.replica.servicesBeside(work.services + [backend.runs])
            + watches(assembly, daemon, work) + [quit] + console.services() + [RunsEndFirst(runs: backend.runs)]
        try await run(services, assembly)
        assembly.logger.info("Service ended", metadata: ["action": "service_stopped"])
        assembly.close()
        withExtendedLifetime(lock) {}
    }

    /// What looks after the rest from time to time.
    private static func watches(_ assembly: Assembly, _ daemon: Daemon, _ work: Work) -> [any Service] {
        let all: [any Service] = [
            StampsRefresher(assembly: assembly, scheduler: work.scheduler), ReloadOnHangup(daemon: daemon),
            SettingsWatch(daemon: daemon),
            BucketWatch(logger: assembly.logger, current: { daemon.blueprint }),
            ClockWatch(assembly.registry, logger: assembly.logger, sources: { daemon.clocks }),
        ]
        guard assembly.console.tls != nil else { return all }
        return all + [CertificateWatch(daemon: daemon, logger: assembly.logger)]
    }

    /// Of the listener; `nil` = it speaks plain HTTP.
    private static func serverCertificate(of assembly: Assembly) throws -> ServerCertificate? {
        do {
            return try assembly.console.tls.map(ServerCertificate.init)
        } catch let error as ConsoleError {
            throw CommandFailure.usage(error.message)
        }
    }

    /// Until one of them ends. Ended in reverse: locks outlive the work that is done under them.
    private static func run(_ services: [any Service], _ assembly: Assembly) async throws {
        var configuration = ServiceGroupConfiguration(
            // By its name: otherwise the group describes all that a service holds, secrets among it.
            services: services.map {
                .init(
                    service: $0,
                    successTerminationBehavior: .gracefullyShutdownGroup,
                    serviceName: "\(type(of: $0))"
                )
            },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: assembly.quietLogger
        )
        configuration.maximumGracefulShutdownDuration = .seconds(9)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            throw CommandFailure.ended(error)
        }
    }

    /// So that as many connections as the listener takes can never keep files from being opened and removed.
    private static func raiseOpenFiles(_ logger: Logger) {
        let limit = OpenFiles.raise()
        guard limit < 4_096 else { return }
        logger.warning(
            "\(ServiceWords.fewFiles(limit))",
            metadata: ["action": "open_files_low", "limit": "\(limit)"]
        )
    }

    private static func serviceLock(_ assembly: Assembly) throws -> FileLock? {
        guard let locks = assembly.serviceLocks else { return nil }
        do {
            return try locks.acquireService()
        } catch {
            guard case .held = error else { throw CommandFailure.failed("\(error)") }
            throw CommandFailure.locked("\(error)")
        }
    }
}
