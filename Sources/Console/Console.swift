import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
package import Logging
package import ServiceLifecycle
package import Telemetry

/// The HTTP side: metrics, health, life cycle, API and sessions of the page.
package struct Console: Sendable {
    private let configuration: ConsoleConfiguration
    private let certificate: ServerCertificate?
    private let main: ConsoleResponder
    private let scrapes: ConsoleResponder
    private let logger: Logger
    private let limits: ConnectionGuard.Limits

    /// Throws `RegistryError`, which is a mistake of the program.
    /// - Parameter certificate: made of `configuration.tls`; `nil` = there is none, and HTTP is plain.
    package init(
        configuration: ConsoleConfiguration,
        certificate: ServerCertificate?,
        registry: Registry,
        backend: any ConsoleBackend,
        logger: Logger
    ) throws {
        try self.init(
            configuration: configuration,
            certificate: certificate,
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
        certificate: ServerCertificate?,
        registry: Registry,
        backend: any ConsoleBackend,
        logger: Logger,
        limits: ConnectionGuard.Limits,
        heartbeat: Duration,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) throws {
        precondition((certificate == nil) == (configuration.tls == nil), "http.tls and its certificate go together.")
        self.configuration = configuration
        self.certificate = certificate
        self.logger = logger
        self.limits = limits
        let parts = try ConsoleParts(
            configuration: configuration,
            registry: registry,
            backend: backend,
            logger: logger,
            now: now
        )
        let routes = parts.routes(scrapes: MetricsEndpoint(registry: registry), heartbeat: heartbeat)
        main = try parts.responder(routes.main)
        scrapes = try parts.responder([routes.metrics])
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
        let scheme = certificate == nil ? "http" : "https"
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
        let (limits, census, certificate) = (limits, ConnectionCensus(most: limits.connections), certificate)
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
            guard let certificate else { return plain }
            return TLSConnection(plain: plain, certificate: certificate)
        }
    }
}
