import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import NIOCore
package import Logging
package import ServiceLifecycle
package import Telemetry

/// The HTTP side: metrics, health, life cycle, API and sessions of the page.
package struct Console: Sendable {
    private let configuration: ConsoleConfiguration
    private let tls: TLSConfiguration?
    private let main: ConsoleResponder
    private let scrapes: ConsoleResponder
    private let logger: Logger
    private let limits: ConnectionGuard.Limits

    /// Throws `ConsoleError` when the files of `tls` are not what they must be, and `RegistryError`, which is a mistake of
    /// the program.
    package init(
        configuration: ConsoleConfiguration,
        registry: Registry,
        backend: any ConsoleBackend,
        logger: Logger
    ) throws {
        try self.init(
            configuration: configuration,
            registry: registry,
            backend: backend,
            logger: logger,
            limits: .init(),
            heartbeat: .seconds(15),
            now: { .now }
        )
    }

    /// For tests: with other patience, and time as they want it.
    init(
        configuration: ConsoleConfiguration,
        registry: Registry,
        backend: any ConsoleBackend,
        logger: Logger,
        limits: ConnectionGuard.Limits,
        heartbeat: Duration,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) throws {
        self.configuration = configuration
        self.logger = logger
        self.limits = limits
        tls = try configuration.tls.map(TLSFiles.configuration)
        let metrics = try HTTPMetrics(registry)
        let authenticator = Authenticator(configuration: configuration, metrics: metrics)
        let recorder = CallRecorder(backend: backend, logger: logger)
        let reports = ClientReports(
            origins: configuration.clientOrigins,
            metrics: try ClientMetrics(registry),
            httpMetrics: metrics
        )
        let pages = PageLibrary(frameAncestors: configuration.frameAncestors)
        let routes = ConsoleRoutes(
            configuration: configuration,
            backend: backend,
            authenticator: authenticator,
            recorder: recorder,
            scrapes: MetricsEndpoint(registry: registry),
            events: ProgressEvents(backend: backend, heartbeat: heartbeat),
            reports: reports,
            pages: pages,
            now: now
        )
        let changes = RateLimiter(limit: 60)
        func responder(_ routes: [Route]) throws -> ConsoleResponder {
            try metrics.register(routes)
            return ConsoleResponder(
                table: RouteTable(routes),
                authenticator: authenticator,
                metrics: metrics,
                recorder: recorder,
                reports: reports,
                pages: pages,
                logger: logger,
                now: now,
                changes: changes
            )
        }
        main = try responder(routes.main)
        scrapes = try responder([routes.metrics])
    }

    /// One service for each listener.
    package func services() -> [any Service] {
        var services: [any Service] = [application(main, configuration.listen, event: "http_listening")]
        if let address = configuration.metricsListen {
            services.append(application(scrapes, address, event: "metrics_listening"))
        }
        return services
    }

    /// What the main listener answers, for tests without a socket.
    package var responder: ConsoleResponder { main }

    private func application(
        _ responder: ConsoleResponder,
        _ address: ConsoleConfiguration.Address,
        event: String
    ) -> some Service {
        let logger = self.logger
        let scheme = tls == nil ? "http" : "https"
        // The library's own lines carry no action, and say what we say.
        var ofLibrary = logger
        ofLibrary.logLevel = max(logger.logLevel, .error)
        return Application(
            responder: responder,
            server: server(),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port),
                serverName: nil,
                // Who comes while thousands of others do must not be told by silence to try again in a second.
                backlog: 4_096
            ),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? address.port
                logger.info(
                    "Listening on \(scheme)://\(address.host):\(port)",
                    metadata: ["action": "\(event)", "host": "\(address.host)", "port": "\(port)"]
                )
            },
            logger: ofLibrary
        )
    }

    private func server() -> HTTPServerBuilder {
        let (limits, census, tls) = (limits, ConnectionCensus(most: limits.connections), tls)
        let configuration = HTTP1Channel.Configuration(
            additionalChannelHandlers: [ConnectionGuardInstaller(limits: limits, census: census)],
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: UnreadableHead.limits.one,
                maxHeaderListSize: UnreadableHead.limits.all,
                maxHeaderFieldCount: UnreadableHead.limits.count
            )
        )
        return HTTPServerBuilder { responder in
            let plain = HTTP1Channel(responder: responder, configuration: configuration)
            guard let tls else { return plain }
            return try TLSChannel(plain, tlsConfiguration: tls)
        }
    }
}
