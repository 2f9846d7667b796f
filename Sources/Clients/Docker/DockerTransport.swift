import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// Sends requests to one engine, and gets its answers, whole and bounded.
///
/// The HTTP client behind it is made with the first request, and ends with this object.
final class DockerTransport: Sendable {
    /// Bytes of one answer.
    static let longestReply = 64 << 20

    /// What came back.
    struct Reply: Sendable {
        var status: Int
        /// Without parameters; empty = none was sent.
        var contentType: String
        var body: Data
    }

    private enum State {
        case idle
        case open(HTTPClient)
        case ended
    }

    private let settings: DockerSettings
    private let words: DockerFailureWords
    private let state = Mutex(State.idle)

    init(_ settings: DockerSettings, words: DockerFailureWords) {
        self.settings = settings
        self.words = words
    }

    deinit {
        if let client = take() { client.shutdown { _ in } }
    }

    /// Sends a request once, and waits for the whole answer.
    func send(_ request: DockerRequest, _ version: DockerAPIVersion?) async throws(DockerError) -> Reply {
        let client = try open()
        let limit = request.patience(settings)
        let wanted = wanted(request, version)
        do {
            return try await withThrowingTaskGroup(of: Reply?.self) { group in
                group.addTask { try await Self.exchange(wanted, client, limit) }
                // The client's own limits end with the head of an answer; a body may come byte by byte.
                group.addTask {
                    try await Task.sleep(for: limit)
                    return nil
                }
                defer { group.cancelAll() }
                guard let reply = try await group.next() ?? nil else {
                    throw words.timedOut(request.words, limit)
                }
                return reply
            }
        } catch {
            throw words.error(error, asking: request.words)
        }
    }

    /// Ends all connections; what is under way fails.
    func shutdown() async {
        guard let client = take() else { return }
        do {
            try await client.shutdown()
        } catch {
            // Only how connections were closed, on which nothing depends any more.
            return
        }
    }

    private func take() -> HTTPClient? {
        state.withLock { state in
            defer { state = .ended }
            if case .open(let client) = state { return client }
            return nil
        }
    }

    private func open() throws(DockerError) -> HTTPClient {
        try state.withLock { (state) throws(DockerError) in
            switch state {
            case .open(let client): return client
            case .ended: throw words.error(HTTPClientError.alreadyShutdown, asking: "anything")
            case .idle:
                let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: try configuration())
                state = .open(client)
                return client
            }
        }
    }

    private static func exchange(
        _ request: HTTPClientRequest,
        _ client: HTTPClient,
        _ limit: Duration
    ) async throws -> Reply {
        // Later than the caller's own limit, which says so better.
        let response = try await client.execute(request, timeout: TimeAmount(limit + .seconds(5)))
        let body = try await response.body.collect(upTo: longestReply)
        let type = response.headers.first(name: "Content-Type") ?? ""
        return Reply(
            status: Int(response.status.code),
            contentType: String(type.prefix { $0 != ";" }),
            body: Data(body.readableBytesView)
        )
    }

    private func wanted(_ request: DockerRequest, _ version: DockerAPIVersion?) -> HTTPClientRequest {
        let base: String
        switch settings.address {
        case .unix(let path): base = "http+unix://" + Self.escaped(path)
        case .tcp(_, _, let tls): base = (tls == nil ? "http://" : "https://") + settings.engine
        }
        var wanted = HTTPClientRequest(url: base + request.uri(version))
        wanted.method = request.method
        // For a socket it would be the path, which is no name of a host.
        if case .unix = settings.address { wanted.headers.replaceOrAdd(name: "Host", value: "docker") }
        wanted.headers.replaceOrAdd(name: "User-Agent", value: "cleanupd")
        return wanted
    }

    /// A path as the host of a URL.
    private static func escaped(_ path: String) -> String {
        path.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func configuration() throws(DockerError) -> HTTPClient.Configuration {
        var result = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(10)),
            decompression: .disabled
        )
        result.httpVersion = .http1Only
        // Who is not there is said at once.
        result.connectionPool.retryConnectionEstablishment = false
        if case .tcp(_, _, let tls?) = settings.address { result.tlsConfiguration = try Self.tls(tls, words) }
        return result
    }

    private static func tls(_ files: DockerTLS, _ words: DockerFailureWords) throws(DockerError) -> TLSConfiguration {
        func read<Value>(_ file: String, _ body: (String) throws -> Value) throws(DockerError) -> Value {
            do {
                return try body(file)
            } catch {
                throw words.make(.settings, "the file \(file) cannot be read, or holds nothing of the kind in PEM.")
            }
        }
        var result = TLSConfiguration.makeClientConfiguration()
        if let file = files.caFile {
            result.trustRoots = .certificates(try read(file) { try NIOSSLCertificate.fromPEMFile($0) })
        }
        if let file = files.certificate {
            result.certificateChain = try read(file) { try NIOSSLCertificate.fromPEMFile($0).map { .certificate($0) } }
        }
        if let file = files.key {
            result.privateKey = .privateKey(try read(file) { try NIOSSLPrivateKey(file: $0, format: .pem) })
        }
        return result
    }
}
