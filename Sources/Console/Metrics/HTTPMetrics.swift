import HTTPTypes
import Hummingbird
import Synchronization
package import Telemetry

/// All metrics of the HTTP side.
package final class HTTPMetrics: Sendable {
    /// Label values of `cleanup_http_auth_failures_total`.
    enum AuthenticationFailure: String, CaseIterable {
        case missing
        case badToken = "bad_token"
        case csrf, origin
    }

    private let registry: Registry
    private let failures: [AuthenticationFailure: Counter]
    private let durations: [String: Histogram]

    /// - Parameter routes: templates of all routes; everything else is counted as `other`.
    package init(_ registry: Registry, routes: [(method: String, path: String)]) throws(RegistryError) {
        self.registry = registry
        var failures: [AuthenticationFailure: Counter] = [:]
        for reason in AuthenticationFailure.allCases {
            failures[reason] = try registry.counter(Catalogue.httpAuthFailures, [reason.rawValue])
        }
        self.failures = failures
        var durations: [String: Histogram] = [:]
        for path in Set(routes.map(\.path) + ["other"]) {
            durations[path] = try registry.histogram(Catalogue.httpRequestDuration, [path])
            _ = try registry.counter(Catalogue.httpRateLimited, [path])
        }
        for route in routes { _ = try registry.counter(Catalogue.httpRequests, [route.path, route.method, "200"]) }
        self.durations = durations
    }

    func authenticationFailed(_ reason: AuthenticationFailure) { failures[reason]?.increment() }

    /// A request has been answered. Methods that we do not serve are one label value, so that a client cannot make series.
    func answered(route: String, method: HTTPRequest.Method, code: Int, seconds: Double) throws(RegistryError) {
        let known = durations[route] == nil ? "other" : route
        let name = [.get, .head, .post, .put, .delete].contains(method) ? method.rawValue : "other"
        try registry.counter(Catalogue.httpRequests, [known, name, String(code)]).increment()
        durations[known]?.observe(seconds)
    }
}

/// Counts and times each request by its route's template.
struct HTTPMetricsMiddleware<Context: RequestContext>: RouterMiddleware {
    let metrics: HTTPMetrics

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response: Response
        do {
            response = try await next(request, context)
        } catch {
            let code = (error as? any HTTPResponseError)?.status.code ?? 500
            try count(request, context, code, since: start)
            throw error
        }
        try count(request, context, response.status.code, since: start)
        return response
    }

    private func count(_ request: Request, _ context: Context, _ code: Int, since: ContinuousClock.Instant) throws {
        try metrics.answered(
            route: context.endpointPath ?? "other",
            method: request.method,
            code: code,
            seconds: (ContinuousClock.now - since) / .seconds(1)
        )
    }
}
