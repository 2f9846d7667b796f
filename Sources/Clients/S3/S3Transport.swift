import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// Exchanges single requests and answers over a pool of connections.
final class S3Transport: Sendable {
    private let client: HTTPClient
    private let limits: S3Limits
    private let gate: S3Gate
    private let hasEnded = Atomic(false)

    /// - Parameters:
    ///   - name: the connection's, with which errors begin.
    ///   - caFile: read once, here.
    /// - Throws: `.settings` if the CA file cannot be read.
    init(name: String, caFile: String?, limits: S3Limits) throws(S3Error) {
        var configuration = HTTPClient.Configuration()
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let caFile {
            do {
                tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(caFile))
            } catch {
                throw .settings(name, "the CA file \(caFile) cannot be read as certificates in PEM; name one that can")
            }
        }
        configuration.tlsConfiguration = tls
        // They are followed by `S3Client`, which has to sign again.
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.timeout = .init(
            connect: TimeAmount(limits.connectTimeout),
            read: TimeAmount(limits.idleTimeout),
            write: TimeAmount(limits.idleTimeout)
        )
        configuration.connectionPool = .init(
            idleTimeout: .seconds(30),
            concurrentHTTP1ConnectionsPerHostSoftLimit: limits.connections
        )
        // The client tries again by its own rules.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton),
            configuration: configuration
        )
        self.limits = limits
        gate = S3Gate(places: limits.connections)
    }

    /// Sends a request once, and receives all of its answer.
    func exchange(
        _ request: HTTPClientRequest,
        words: S3Words,
        purpose: String
    ) async throws(S3Error) -> S3Reply {
        let result = await gate.withPlace { await attempt(request, words, purpose) }
        guard let result else { throw words.lost(purpose, .cancelled, "it was cancelled before it was sent") }
        return try result.get()
    }

    /// Closes all connections. No request may come after it.
    func shutdown() async {
        guard hasEnded.exchange(true, ordering: .relaxed) == false else { return }
        await withCheckedContinuation { continuation in
            // What cannot be closed in good order is closed all the same, and nobody waits for its answer.
            client.shutdown { _ in continuation.resume() }
        }
    }

    deinit {
        // Whoever forgot `shutdown` has nobody who could wait for it; the HTTP client insists on an end.
        if hasEnded.exchange(true, ordering: .relaxed) == false { client.shutdown { _ in } }
    }

    private func attempt(
        _ request: HTTPClientRequest,
        _ words: S3Words,
        _ purpose: String
    ) async -> Result<S3Reply, S3Error> {
        var status: Int?
        do {
            let response = try await client.execute(request, deadline: .now() + TimeAmount(limits.attemptTimeout))
            status = Int(response.status.code)
            let body = request.method == .HEAD ? ByteBuffer() : try await response.body.collect(upTo: limits.replyBytes)
            return .success(
                S3Reply(
                    status: Int(response.status.code),
                    headers: response.headers,
                    body: Array(body.readableBytesView)
                )
            )
        } catch {
            return .failure(failure(error, status: status, words, purpose))
        }
    }

    /// - Parameter status: of the answer, if it had begun.
    private func failure(_ error: any Error, status: Int?, _ words: S3Words, _ purpose: String) -> S3Error {
        switch error {
        case is CancellationError: cancelled(words, purpose)
        case let error as HTTPClientError: failure(error, status: status, words, purpose)
        case is NIOTooManyBytesError:
            words.badReply(purpose, "it is longer than \(limits.replyBytes) bytes", status: status)
        case let error as HTTPParserError:
            error == .invalidEOFState
                ? words.cut(purpose, status: status) : words.badReply(purpose, "it is not HTTP", status: status)
        default: broken(error, status: status, words, purpose)
        }
    }

    private func failure(_ error: HTTPClientError, status: Int?, _ words: S3Words, _ purpose: String) -> S3Error {
        switch error {
        case .cancelled: cancelled(words, purpose)
        case .alreadyShutdown: words.lost(purpose, .cancelled, "the client has ended")
        case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
            words.lost(purpose, .timeout, "no connection within \(limits.connectTimeout); check endpoint and firewall")
        case .readTimeout, .writeTimeout: words.lost(purpose, .timeout, "nothing came for \(limits.idleTimeout)")
        case .deadlineExceeded: words.lost(purpose, .timeout, "it took longer than \(limits.attemptTimeout)")
        default: broken(error, status: status, words, purpose)
        }
    }

    private func cancelled(_ words: S3Words, _ purpose: String) -> S3Error {
        words.lost(purpose, .cancelled, "it was cancelled; whether it was carried out is not known")
    }

    private func broken(_ error: any Error, status: Int?, _ words: S3Words, _ purpose: String) -> S3Error {
        guard status == nil else { return words.cut(purpose, status: status) }
        return words.lost(purpose, S3FailureWords.code(error), S3FailureWords.reason(error))
    }
}
