import HTTPTypes
import Synchronization
import Telemetry

/// All metrics of the HTTP side.
final class HTTPMetrics: Sendable {
    /// Label values of `cleanup_http_auth_failures_total`.
    enum AuthenticationFailure: String, CaseIterable {
        case missing
        case badToken = "bad_token"
        case csrf, origin
    }

    private struct OfRoute {
        let duration: Histogram
        let limited: Counter
    }

    private let registry: Registry
    private let failures: [AuthenticationFailure: Counter]
    /// By template.
    private let routes: Mutex<[String: OfRoute]>

    init(_ registry: Registry) throws(RegistryError) {
        self.registry = registry
        var failures: [AuthenticationFailure: Counter] = [:]
        for reason in AuthenticationFailure.allCases {
            failures[reason] = try registry.counter(Catalogue.httpAuthFailures, [reason.rawValue])
        }
        self.failures = failures
        routes = Mutex(["other": try Self.ofRoute("other", registry)])
    }

    /// Shows these routes from the first scrape on; what is not among them is counted as `other`.
    func register(_ routes: [Route]) throws(RegistryError) {
        for route in routes {
            let metrics = try Self.ofRoute(route.template, registry)
            let code = String(route.answers.first?.status.code ?? 200)
            _ = try registry.counter(Catalogue.httpRequests, [route.template, route.method.rawValue, code])
            self.routes.withLock { $0[route.template] = metrics }
        }
    }

    private static func ofRoute(_ template: String, _ registry: Registry) throws(RegistryError) -> OfRoute {
        OfRoute(
            duration: try registry.histogram(Catalogue.httpRequestDuration, [template]),
            limited: try registry.counter(Catalogue.httpRateLimited, [template])
        )
    }

    func authenticationFailed(_ reason: AuthenticationFailure) { failures[reason]?.increment() }

    /// A request has been answered. 429 is counted as refused because there were too many.
    func answered(route: String, method: String, code: Int, seconds: Double) {
        let (known, metrics) = routes.withLock { ($0[route] == nil ? "other" : route, $0[route] ?? $0["other"]) }
        metrics?.duration.observe(seconds)
        if code == 429 { metrics?.limited.increment() }
        do {
            try registry.counter(Catalogue.httpRequests, [known, method, String(code)]).increment()
        } catch {
            // A mistake of ours, which must not cost the answer; the metric of such mistakes shows it.
            registry.countGatherError(.gathering)
        }
    }

    /// Methods that we do not serve are one label value, so that a client cannot make series.
    static func name(of method: HTTPRequest.Method) -> String {
        [.get, .head, .post, .put, .delete, .options].contains(method) ? method.rawValue : "other"
    }
}
