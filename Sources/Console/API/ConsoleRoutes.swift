import HTTPTypes
import Hummingbird
import Logging
import Telemetry

/// All routes, by subject.
struct ConsoleRoutes: Sendable {
    let configuration: ConsoleConfiguration
    let backend: any ConsoleBackend
    let authenticator: Authenticator
    let recorder: CallRecorder
    let scrapes: MetricsEndpoint
    let events: ProgressEvents
    let reports: ClientReports
    let pages: PageLibrary
    let now: @Sendable () -> ContinuousClock.Instant

    /// What the main listener answers.
    var main: [Route] {
        let metrics = configuration.metricsListen == nil ? [self.metrics] : []
        let api = looking + runs + plans + settings + schedule + jobs + queries
        return metrics + health + lifecycle + sessions + page + api + clients + [openAPI(for: self)]
    }

    /// Monitoring asks for a token only where that is wanted.
    var roleOfMonitoring: ConsoleConfiguration.Role? { configuration.protectMetrics ? .view : nil }

    static func text(_ status: HTTPResponse.Status, _ body: String) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: body))
        )
    }

    /// Where something is to be found that a call has begun or made.
    /// - Parameter id: of a run or plan: digits and hyphens, which need no escape.
    static func location(_ collection: String, _ id: String) -> HTTPFields {
        [.location: "/api/cleanup/\(collection)/\(id)"]
    }
}
