import Clients
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import Telemetry

/// Answers scrapes: negotiates format and compression, and builds the whole body before it sends.
///
/// Of each form one body is built at a time, and whoever asks meanwhile shares the next one: however many scrape at
/// once, all get their answer, and none takes what cleaning needs. What is answered was never gathered before it was
/// asked for.
final class MetricsEndpoint: Sendable {
    /// The body of a form that was asked for last.
    private struct Turn {
        let number: Int
        let body: Task<ByteBuffer, any Error>
        /// It is being built: who comes now shares the next one.
        var hasBegun = false
    }

    private struct State {
        var turns: [Negotiation: Turn] = [:]
        var count = 0
    }

    private let registry: Registry
    private let state = Mutex(State())

    init(registry: Registry) {
        self.registry = registry
    }

    func answer(_ request: Request) async throws -> Response {
        let negotiated = Negotiation.choose(
            accept: request.headers[.accept],
            acceptEncoding: request.headers[.acceptEncoding]
        )
        let body = try await body(of: negotiated).value
        var headers: HTTPFields = [.contentType: negotiated.contentType, .vary: "Accept, Accept-Encoding"]
        if negotiated.gzip { headers[.contentEncoding] = "gzip" }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: body))
    }

    private func body(of form: Negotiation) -> Task<ByteBuffer, any Error> {
        state.withLock { state in
            let last = state.turns[form]
            if let last, !last.hasBegun { return last.body }
            state.count += 1
            let number = state.count
            let body = Task { [self] in
                _ = await last?.body.result
                begin(form, number)
                defer { end(form, number) }
                let plain = registry.render(form.format)
                return ByteBuffer(bytes: form.gzip ? try GzipBody.compress(plain) : plain)
            }
            state.turns[form] = Turn(number: number, body: body)
            return body
        }
    }

    private func begin(_ form: Negotiation, _ number: Int) {
        state.withLock { if $0.turns[form]?.number == number { $0.turns[form]?.hasBegun = true } }
    }

    private func end(_ form: Negotiation, _ number: Int) {
        state.withLock { if $0.turns[form]?.number == number { $0.turns[form] = nil } }
    }
}
