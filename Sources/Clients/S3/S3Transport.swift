import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Exchanges single requests and answers over a pool of connections: HTTP/1.1, one request at a time on each.
///
/// All connections are on one event loop, and whoever asks from a task on its `executor` needs no other thread.
final class S3Transport: Sendable {
    let executor: S3Executor
    /// Of all clients, and theirs alone: long listings are read on it, which nothing else shall wait for.
    private static let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let limits: S3Limits
    private let gate: S3Gate
    private let dialer: S3Dialer
    private let pool = S3Pool()

    /// - Parameters:
    ///   - name: the connection's, with which errors begin.
    ///   - caFile: read once, here.
    /// - Throws: `.settings` if the CA file cannot be read.
    init(name: String, caFile: String?, limits: S3Limits) throws(S3Error) {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        // Answers tell their length: nothing depends on the server's word of farewell.
        tls.shutdownTimeout = .milliseconds(500)
        if let caFile {
            do {
                tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(caFile))
            } catch {
                throw .settings(name, "the CA file \(caFile) cannot be read as certificates in PEM; name one that can")
            }
        }
        executor = S3Executor(Self.loops.next())
        dialer = S3Dialer(loop: executor.loop, limits: limits, tls: tls)
        self.limits = limits
        gate = S3Gate(places: limits.connections)
    }

    /// Sends a request once, and receives all of its answer.
    func exchange(_ message: S3Message, words: S3Words, purpose: String) async throws(S3Error) -> S3Reply {
        guard message.isClean else { throw words.unclean(purpose) }
        let result = await gate.withPlace { await attempt(message, words, purpose) }
        guard let result else { throw words.cancelledUnsent(purpose) }
        return try result.get()
    }

    /// Closes all connections. No request may come after it.
    func shutdown() async {
        let connections = pool.end()
        for connection in connections { connection.end() }
        for connection in connections {
            do {
                try await connection.channel.closeFuture.get()
            } catch {
                // Only how it was closed, on which nothing depends any more.
                continue
            }
        }
    }

    deinit {
        for connection in pool.end() { connection.end() }
    }

    private func attempt(
        _ message: S3Message,
        _ words: S3Words,
        _ purpose: String
    ) async -> Result<S3Reply, S3Error> {
        let deadline = NIODeadline.now() + TimeAmount(limits.attemptTimeout)
        do {
            while true {
                let idle = pool.take(to: message.origin)
                let connection = if let idle { idle } else { try await newConnection(to: message.origin) }
                do {
                    let answer = try await connection.exchange(message, deadline: deadline)
                    if answer.mayStay { pool.giveBack(connection, to: message.origin) }
                    return .success(answer.reply)
                } catch S3ConnectionFailure.stale where idle != nil {
                    // The server closed it a moment ago, and was asked for nothing.
                    continue
                } catch S3ConnectionFailure.unsent {
                    pool.giveBack(connection, to: message.origin)
                    throw S3ConnectionFailure.unsent
                }
            }
        } catch let error as S3Interruption {
            return .failure(failure(error.cause, status: error.status, words, purpose))
        } catch {
            return .failure(failure(error, status: nil, words, purpose))
        }
    }

    // MARK: Connections

    /// Whoever is cancelled does not wait for a connection any more; when it comes, others may use it.
    private func newConnection(to origin: S3Origin) async throws -> S3Connection {
        guard !pool.hasEnded else { throw S3ConnectionFailure.ended }
        let opening = S3Opening(on: executor.loop)
        Task { [dialer, pool] in
            let result = await Self.opened(origin, dialer, pool)
            guard !opening.settle(result), case .success(let connection) = result else { return }
            connection.rest()
            pool.giveBack(connection, to: origin)
        }
        return try await withTaskCancellationHandler {
            try await opening.connection
        } onCancel: {
            opening.settle(.failure(S3ConnectionFailure.unsent))
        }
    }

    private static func opened(
        _ origin: S3Origin,
        _ dialer: S3Dialer,
        _ pool: S3Pool
    ) async -> Result<S3Connection, any Error> {
        do {
            let connection = try await dialer.open(origin)
            guard pool.add(connection, to: origin) else {
                connection.end()
                return .failure(S3ConnectionFailure.ended)
            }
            return .success(connection)
        } catch {
            return .failure(error)
        }
    }

    // MARK: Failures

    /// - Parameter status: of the answer, if it had begun.
    private func failure(_ error: any Error, status: Int?, _ words: S3Words, _ purpose: String) -> S3Error {
        switch error {
        case is CancellationError: words.cancelled(purpose)
        case let error as S3ConnectionFailure: failure(error, status: status, words, purpose)
        case let error as HTTPParserError:
            error == .invalidEOFState ? words.cut(purpose, status: status) : words.noHTTP(purpose, status: status)
        case let error as NIOConnectionError where error.isTimeout: notConnected(words, purpose)
        case ChannelError.connectTimeout: notConnected(words, purpose)
        default: broken(error, status: status, words, purpose)
        }
    }

    private func failure(_ error: S3ConnectionFailure, status: Int?, _ words: S3Words, _ purpose: String) -> S3Error {
        switch error {
        case .stale, .closed: status == nil ? words.closed(purpose) : words.cut(purpose, status: status)
        case .unsent: words.cancelledUnsent(purpose)
        case .notSecured: notConnected(words, purpose)
        case .silent: words.silent(purpose, for: limits.idleTimeout)
        case .late: words.late(purpose, after: limits.attemptTimeout)
        case .tooLong: words.tooLong(purpose, limit: limits.replyBytes, status: status)
        case .unasked: words.noHTTP(purpose, status: status)
        case .ended: words.ended(purpose)
        }
    }

    private func notConnected(_ words: S3Words, _ purpose: String) -> S3Error {
        words.notConnected(purpose, within: limits.connectTimeout)
    }

    private func broken(_ error: any Error, status: Int?, _ words: S3Words, _ purpose: String) -> S3Error {
        guard status == nil else { return words.cut(purpose, status: status) }
        return words.lost(purpose, S3FailureWords.code(error), S3FailureWords.reason(error))
    }
}

extension NIOConnectionError {
    /// Whoever was tried did not answer in time.
    fileprivate var isTimeout: Bool {
        !connectionErrors.isEmpty
            && connectionErrors.allSatisfy { if case ChannelError.connectTimeout = $0.error { true } else { false } }
    }
}
