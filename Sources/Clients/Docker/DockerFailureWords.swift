import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Turns what the network, TLS and HTTP throw into errors for a person.
struct DockerFailureWords: Sendable {
    /// As the configuration calls the connection.
    let connection: String
    let address: DockerSettings.Address

    /// Where the engine is.
    private var place: String {
        switch address {
        case .unix(let path): "the socket \(path)"
        case .tcp(let host, let port, _): "\(host), port \(port)"
        }
    }

    /// - Parameter request: what was asked for, for a sentence.
    func error(_ error: any Error, asking request: String) -> DockerError {
        switch error {
        case let error as DockerError: error
        case is CancellationError: cancelled(asking: request)
        case let error as NIOConnectionError: connecting(error, asking: request)
        case let error as IOError: system(error.errnoCode, asking: request)
        case ChannelError.connectTimeout: make(.notThere, "nobody took the connection in time. \(remedy)")
        // A connection from the pool that the engine has closed meanwhile.
        case is ChannelError: ended(asking: request)
        case let error as HTTPClientError: http(error, asking: request)
        case HTTPParserError.invalidEOFState: ended(asking: request)
        case is HTTPParserError: notHTTP("what it answers is no HTTP (\(error))")
        case is NIOTooManyBytesError:
            make(.badReply, "asked \(request), it answers with more than \(DockerTransport.longestReply >> 20) MiB.")
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            make(.tls, "\(NetworkFailureWords.reason(error)).")
        default: make(.badReply, "asking it \(request) failed: \(Self.word(error)).")
        }
    }

    func make(_ code: DockerError.Code, _ text: String) -> DockerError {
        DockerError(code, "Connection \(connection) (Docker engine at \(place)): \(text)")
    }

    func timedOut(_ request: String, _ limit: Duration) -> DockerError {
        make(
            .timeout,
            "asked \(request), it gave no whole answer within \(limit.components.seconds) s. Look at the engine's log."
        )
    }

    func notHTTP(_ why: String) -> DockerError {
        make(.badReply, "\(why). Is it a Docker engine that listens there?")
    }

    private func cancelled(asking request: String) -> DockerError {
        make(.cancelled, "asking it \(request) was given up because the run ends.")
    }

    private func ended(asking request: String) -> DockerError {
        make(.disconnected, "asked \(request), it closed the connection before its answer was whole.")
    }

    private func connecting(_ error: NIOConnectionError, asking request: String) -> DockerError {
        guard let first = error.connectionErrors.first else {
            return make(.notThere, "the name \(error.host) cannot be resolved.")
        }
        guard let error = first.error as? IOError, ![EACCES, EPERM].contains(error.errnoCode) else {
            return self.error(first.error, asking: request)
        }
        return nobody(error.errnoCode)
    }

    private func http(_ error: HTTPClientError, asking request: String) -> DockerError {
        switch error {
        case .connectTimeout where hasTLS: make(.timeout, "TLS was not agreed upon in time. Does that port speak TLS?")
        case .connectTimeout: make(.notThere, "nobody took the connection in time. \(remedy)")
        case .tlsHandshakeTimeout: make(.tls, "TLS was not agreed upon in time. Does that port speak TLS?")
        case .deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout:
            make(.timeout, "asked \(request), it gave no whole answer in time. Look at the engine's log.")
        case .remoteConnectionClosed, .uncleanShutdown: ended(asking: request)
        case .cancelled: cancelled(asking: request)
        case .alreadyShutdown: make(.cancelled, "this program ends, and asks it nothing any more.")
        default: make(.badReply, "asking it \(request) failed: \(error).")
        }
    }

    private func system(_ code: CInt, asking request: String) -> DockerError {
        switch code {
        case EACCES, EPERM: make(.denied, "\(Self.text(code)). \(rights)")
        case ENOENT, ENOTDIR, ELOOP, ENOTSOCK, ECONNREFUSED, EHOSTUNREACH, ENETUNREACH: nobody(code)
        case ECONNRESET, EPIPE: ended(asking: request)
        default: make(.disconnected, "the connection broke while it was asked \(request): \(Self.text(code)).")
        }
    }

    private func nobody(_ code: CInt) -> DockerError {
        make(.notThere, "nobody listens there: \(Self.text(code)). \(remedy)")
    }

    private static func text(_ code: CInt) -> String { String(cString: strerror(code)) }

    private var isSocket: Bool { if case .unix = address { true } else { false } }

    private var hasTLS: Bool { if case .tcp(_, _, _?) = address { true } else { false } }

    private var rights: String {
        "Let the user that runs this program into the group that owns the socket (usually docker), or run it as root."
    }

    private var remedy: String {
        isSocket
            ? "Start the engine; inside a container, mount its socket. Where none need be, optional: true says so."
            : "Start the engine, or correct the address. Where none need be, optional: true says so."
    }

    /// An error's name without what it may hold.
    private static func word(_ error: any Error) -> String { "\(type(of: error))" }
}
