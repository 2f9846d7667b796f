import CZlib
import Console
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization
import Telemetry

/// A console on a backend that the test holds, without a socket.
struct ConsoleBench {
    final class Backend: ConsoleBackend {
        struct State {
            var notReady: String?
            var reloadFails = false
            var reloads = 0
            var quits = 0
        }

        struct ReloadFailure: Error, CustomStringConvertible {
            let description = "cleanup.yaml:3:1: tasks: unknown key"
        }

        let state = Mutex(State())

        func notReadyReason() async -> String? { state.withLock { $0.notReady } }

        func reload() async throws {
            try state.withLock { state in
                if state.reloadFails { throw ReloadFailure() }
                state.reloads += 1
            }
        }

        func quit() async { state.withLock { $0.quits += 1 } }
    }

    let registry = Registry()
    let backend = Backend()
    let console: Console
    /// As a program on this machine calls: the test client names localhost.
    let local: HTTPFields = [:]

    init(
        host: String = "127.0.0.1",
        tokens: [ConsoleConfiguration.Token] = [],
        lifecycle: Bool = false,
        protectMetrics: Bool = false
    ) throws {
        try registry.gauge(Catalogue.leader).set(1)
        console = try Console(
            configuration: ConsoleConfiguration(
                listen: .init(host: host, port: 0),
                tokens: tokens,
                lifecycle: lifecycle,
                protectMetrics: protectMetrics
            ),
            registry: registry,
            backend: backend,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    func app(_ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void) async throws {
        try await Application(router: console.router(includesMetrics: true)).test(.router) { try await body($0) }
    }
}

/// Inflates a gzip body.
enum Inflate {
    struct Failure: Error {
        let code: Int32
    }

    static func text(_ bytes: [UInt8]) throws -> String {
        var stream = z_stream()
        guard czlib_inflateInit2(&stream, 15 + 16) == Z_OK else { throw Failure(code: Z_MEM_ERROR) }
        defer { inflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: 4 << 20)
        let capacity = output.count
        let code: Int32 = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(capacity)
                return inflate(&stream, Z_FINISH)
            }
        }
        guard code == Z_STREAM_END else { throw Failure(code: code) }
        return String(decoding: output.prefix(Int(stream.total_out)), as: UTF8.self)
    }
}
