import HTTPTypes
import Hummingbird
import ServiceLifecycle
import Synchronization

/// Streams of progress for browsers.
///
/// Source: the HTML standard, "Server-sent events". Streams end when the service does, so that none holds it up.
final class ProgressEvents: Sendable {
    static let most = 64

    private let backend: any ConsoleBackend
    private let heartbeat: Duration
    private let open = Mutex(0)

    init(backend: any ConsoleBackend, heartbeat: Duration = .seconds(15)) {
        self.backend = backend
        self.heartbeat = heartbeat
    }

    /// Throws 503 when there are too many already.
    func answer(_ request: Request) throws -> Response {
        let headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store"]
        if request.method == .head { return Response(status: .ok, headers: headers) }
        let mayOpen = open.withLock { count in
            guard count < Self.most else { return false }
            count += 1
            return true
        }
        guard mayOpen else {
            throw HTTPProblem(
                .serviceUnavailable,
                "\(Self.most) streams of progress are open already. Close one, or try again later."
            )
        }
        // Held by the body's closure, so that it is given back also when that is never run.
        let place = Place(self)
        return Response(
            status: .ok,
            headers: headers,
            body: ResponseBody { [self] writer in
                try await write(to: &writer)
                try await writer.finish(nil)
                withExtendedLifetime(place) {}
            }
        )
    }

    private func write(to writer: inout any ResponseBodyWriter) async throws {
        let (lines, source) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(4))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [backend] in
                defer { source.finish() }
                for await progress in backend.progress() {
                    let data = String(decoding: try JSONForm.encode(progress), as: UTF8.self)
                    source.yield("event: progress\ndata: \(data)\n\n")
                }
            }
            group.addTask { [heartbeat] in
                while true {
                    try await Task.sleep(for: heartbeat)
                    source.yield(":\n\n")
                }
            }
            group.addTask {
                try await gracefulShutdown()
                source.finish()
            }
            try await writer.write(ByteBuffer(string: ": progress\n\n"))
            for await line in lines { try await writer.write(ByteBuffer(string: line)) }
            group.cancelAll()
        }
    }

    /// One of the open streams.
    private final class Place: Sendable {
        private let events: ProgressEvents

        init(_ events: ProgressEvents) { self.events = events }

        deinit { events.open.withLock { $0 -= 1 } }
    }
}
