import Logging
import Telemetry

/// What all listeners of a console share: who may call, what is counted and written down, and what pages are made of.
struct ConsoleParts: Sendable {
    private let configuration: ConsoleConfiguration
    private let backend: any ConsoleBackend
    private let logger: Logger
    private let now: @Sendable () -> ContinuousClock.Instant
    private let metrics: HTTPMetrics
    private let authenticator: Authenticator
    private let recorder: CallRecorder
    private let reports: ClientReports
    private let pages: PageLibrary
    /// Changing calls by name of the token, whichever listener they come by.
    private let changes = RateLimiter(limit: 60)

    /// Throws `RegistryError`, which is a mistake of the program.
    init(
        configuration: ConsoleConfiguration,
        registry: Registry,
        backend: any ConsoleBackend,
        logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) throws {
        self.configuration = configuration
        self.backend = backend
        self.logger = logger
        self.now = now
        metrics = try HTTPMetrics(registry)
        authenticator = Authenticator(configuration: configuration, metrics: metrics)
        recorder = CallRecorder(backend: backend, logger: logger)
        reports = ClientReports(
            origins: configuration.clientOrigins,
            metrics: try ClientMetrics(registry),
            httpMetrics: metrics
        )
        pages = PageLibrary(frameAncestors: configuration.frameAncestors)
    }

    func routes(scrapes: MetricsEndpoint, heartbeat: Duration) -> ConsoleRoutes {
        ConsoleRoutes(
            configuration: configuration,
            backend: backend,
            authenticator: authenticator,
            recorder: recorder,
            scrapes: scrapes,
            events: ProgressEvents(backend: backend, heartbeat: heartbeat),
            reports: reports,
            pages: pages,
            now: now
        )
    }

    /// What one listener answers. Throws `RegistryError`, which is a mistake of the program.
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
}
