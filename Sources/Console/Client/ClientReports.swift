import HTTPTypes
import Hummingbird
import Telemetry

/// Takes reports of the browser module, of listed origins only, and shows them as metrics.
final class ClientReports: Sendable {
    private let origins: Set<String>
    private let metrics: ClientMetrics
    private let httpMetrics: HTTPMetrics
    private let limiter = RateLimiter(limit: 6)

    init(origins: [String], metrics: ClientMetrics, httpMetrics: HTTPMetrics) {
        self.origins = Set(origins.map { $0.lowercased() })
        self.metrics = metrics
        self.httpMetrics = httpMetrics
    }

    /// Throws 400, 403 and 429.
    func take(_ call: Call, now: ContinuousClock.Instant) throws -> Response {
        try requireOrigin(call.request)
        if let seconds = limiter.take(Authenticator.network(of: call.address), now: now) {
            throw HTTPProblem.tooMany("There were six reports from this address within a minute.", retryAfter: seconds)
        }
        metrics.count(try call.document(ClientReport.self))
        return Response(status: .noContent)
    }

    /// What a browser asks before it sends JSON to another origin.
    func preflight(_ call: Call) throws -> Response {
        try requireOrigin(call.request)
        let headers: HTTPFields = [
            .accessControlAllowMethods: "POST", .accessControlAllowHeaders: "content-type", .accessControlMaxAge: "600",
        ]
        return Response(status: .noContent, headers: headers)
    }

    /// What lets a page of that origin read the answer; nothing for others.
    func sharing(_ request: Request) -> HTTPFields {
        guard let origin = request.headers[.origin], origins.contains(origin.lowercased()) else {
            return [.vary: "Origin"]
        }
        return [.accessControlAllowOrigin: origin, .vary: "Origin"]
    }

    private func requireOrigin(_ request: Request) throws {
        guard sharing(request)[.accessControlAllowOrigin] == nil else { return }
        httpMetrics.authenticationFailed(.origin)
        throw HTTPProblem(.forbidden, "Reports are taken from pages of http.client_origins only.")
    }
}
