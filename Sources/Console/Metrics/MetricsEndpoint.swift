import Clients
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import Telemetry

/// Answers scrapes: negotiates format and compression, and builds the whole body before it sends.
///
/// At most four scrapes at once, the rest get 503: a scrape must never take what cleaning needs.
final class MetricsEndpoint: Sendable {
    private static let mostScrapes = 4

    private let registry: Registry
    private let inFlight = Mutex(0)

    init(registry: Registry) {
        self.registry = registry
    }

    func answer(_ request: Request) async throws -> Response {
        let mayGo = inFlight.withLock { count in
            guard count < Self.mostScrapes else { return false }
            count += 1
            return true
        }
        guard mayGo else { throw HTTPProblem(.serviceUnavailable, "Four scrapes are under way already.") }
        defer { inFlight.withLock { $0 -= 1 } }
        let negotiated = Negotiation.choose(
            accept: request.headers[.accept],
            acceptEncoding: request.headers[.acceptEncoding]
        )
        let plain = registry.render(negotiated.format)
        var headers: HTTPFields = [.contentType: negotiated.contentType, .vary: "Accept, Accept-Encoding"]
        guard negotiated.gzip else {
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: plain)))
        }
        headers[.contentEncoding] = "gzip"
        let packed = try GzipBody.compress(plain)
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: packed)))
    }
}
