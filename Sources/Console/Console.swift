import HTTPTypes
package import Hummingbird
import NIOCore
package import Logging
package import ServiceLifecycle
package import Telemetry

/// The HTTP side: `/metrics`, health, life cycle.
///
/// The API and the page join these routes.
package struct Console: Sendable {
    private let configuration: ConsoleConfiguration
    private let registry: Registry
    private let backend: any ConsoleBackend
    private let metrics: HTTPMetrics
    private let authenticator: Authenticator
    private let logger: Logger

    /// Throws `RegistryError`, which is a mistake of the program.
    package init(
        configuration: ConsoleConfiguration,
        registry: Registry,
        backend: any ConsoleBackend,
        logger: Logger
    ) throws {
        self.configuration = configuration
        self.registry = registry
        self.backend = backend
        self.logger = logger
        metrics = try HTTPMetrics(registry, routes: Self.routes)
        authenticator = Authenticator(configuration: configuration, metrics: metrics)
    }

    private static let routes = [
        ("GET", "/metrics"), ("GET", "/healthz"), ("GET", "/readyz"), ("POST", "/-/reload"), ("POST", "/-/quit"),
    ].map { (method: $0.0, path: $0.1) }

    /// One service for each listener.
    package func services() -> [any Service] {
        let main = router(includesMetrics: configuration.metricsListen == nil)
        var services: [any Service] = [application(main, configuration.listen, event: "http_listening")]
        if let address = configuration.metricsListen {
            let router = Router(context: BasicRequestContext.self)
            router.add(middleware: HTTPMetricsMiddleware(metrics: metrics))
            addMetrics(to: router)
            services.append(application(router, address, event: "metrics_listening"))
        }
        return services
    }

    /// The routes of the main listener, for tests without a socket.
    package func router(includesMetrics: Bool) -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: HTTPMetricsMiddleware(metrics: metrics))
        if includesMetrics { addMetrics(to: router) }
        router.get("/healthz") { request, _ in
            try allow(request)
            return Self.text(.ok, "alive\n")
        }
        router.get("/readyz") { request, _ in
            try allow(request)
            if let reason = await backend.notReadyReason() {
                return Self.text(.serviceUnavailable, "not ready: \(reason)\n")
            }
            return Self.text(.ok, "ready\n")
        }
        addLifecycle(to: router)
        return router
    }

    private func addMetrics(to router: Router<BasicRequestContext>) {
        let endpoint = MetricsEndpoint(registry: registry)
        router.get("/metrics") { request, _ in
            try allow(request)
            return try await endpoint.answer(request)
        }
    }

    private func addLifecycle(to router: Router<BasicRequestContext>) {
        router.post("/-/reload") { request, _ in
            try authenticator.require(.admin, request)
            do {
                try await backend.reload()
            } catch {
                throw HTTPProblem(.unprocessableContent, "The old configuration stays in force. \(error)")
            }
            return Self.text(.ok, "reloaded\n")
        }
        router.post("/-/quit") { request, _ in
            try authenticator.require(.admin, request)
            guard configuration.lifecycle else {
                throw HTTPProblem(.forbidden, "POST /-/quit is switched off; http.lifecycle: true allows it.")
            }
            await backend.quit()
            return Self.text(.ok, "ending\n")
        }
    }

    private func allow(_ request: Request) throws {
        if configuration.protectMetrics { try authenticator.require(.view, request) }
    }

    private func application(
        _ router: Router<BasicRequestContext>,
        _ address: ConsoleConfiguration.Address,
        event: String
    ) -> some ApplicationProtocol {
        let logger = self.logger
        // The library's own lines carry no action, and say what we say.
        var ofLibrary = logger
        ofLibrary.logLevel = max(logger.logLevel, .error)
        return Application(
            router: router,
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port),
                serverName: nil
            ),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? address.port
                logger.info(
                    "Listening on http://\(address.host):\(port)",
                    metadata: ["action": "\(event)", "host": "\(address.host)", "port": "\(port)"]
                )
            },
            logger: ofLibrary
        )
    }

    private static func text(_ status: HTTPResponse.Status, _ body: String) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: body))
        )
    }
}
