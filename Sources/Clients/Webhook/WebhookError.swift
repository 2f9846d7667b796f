import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Why a message was not taken.
package struct WebhookError: Error, CustomStringConvertible {
    /// For a person, without the address: what begins "the server".
    package var reason: String
    /// Asked again, the server would say the same.
    package var isFinal: Bool
    /// How long the server wants to be left alone; `nil` = it does not say.
    package var waitSeconds: Int64?

    package var description: String { reason }

    /// Of an answer that is no success.
    ///
    /// - Parameters:
    ///   - retryAfter: the header of that name.
    ///   - now: seconds since 1970.
    init(status: Int, retryAfter: String?, now: Int64) {
        isFinal = status != 429 && status < 500
        let redirects = (300..<400).contains(status)
        reason =
            "the server answers \(status)"
            + (redirects ? ", which is not followed; name the address that it leads to" : "")
        waitSeconds = isFinal ? nil : retryAfter.flatMap { Self.seconds($0, now: now) }
    }

    /// Of an address to which nothing is posted.
    /// - Parameter refusal: what its name does.
    init(refusal: String) {
        isFinal = true
        reason = "the server is not asked: its name \(refusal)"
    }

    /// Of a name that nobody knows, or is asked for in vain: another time somebody may.
    init(unresolved name: String, reason: String) {
        isFinal = false
        self.reason = "the server cannot be asked: the name \(name) cannot be resolved (\(reason))"
    }

    /// Of an exchange that came to no answer: another time it may.
    ///
    /// Only what is known by its type is told: an unknown error may hold the address.
    init(_ error: any Error, timeout: Duration) {
        isFinal = false
        reason =
            switch error {
            case let error as HTTPClientError: Self.words(error, timeout)
            case is ThreadShortage: "the server cannot be asked: \(error)"
            case is CancellationError: "the server was not asked to the end"
            case HTTPParserError.invalidEOFState: Self.closed
            case is HTTPParserError: "what the server answers is no HTTP"
            case is ChannelError, is NIOConnectionError, is IOError, is NIOSSLError, is NIOSSLExtraError,
                is BoringSSLError:
                "the server cannot be asked: \(NetworkFailureWords.reason(error))"
            default: "the server cannot be asked: \(type(of: error))"
            }
    }

    private static let closed = "the server closes the connection before it answers"

    private static func words(_ error: HTTPClientError, _ timeout: Duration) -> String {
        switch error {
        case .cancelled: "the server was not asked to the end"
        case .connectTimeout: "the server takes no connection"
        case .tlsHandshakeTimeout: "the server does not agree upon TLS; does that port speak it?"
        case .deadlineExceeded, .readTimeout, .writeTimeout:
            "the server does not answer within \(timeout.components.seconds) s"
        case .remoteConnectionClosed, .uncleanShutdown: closed
        default: "the server cannot be asked: \(error)"
        }
    }

    /// RFC 9110, 10.2.3: seconds, or a date.
    private static func seconds(_ text: String, now: Int64) -> Int64? {
        if let seconds = Int64(text) { return max(0, seconds) }
        return S3Time.http(text).map { max(0, $0 - now) }
    }
}
