import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// What went wrong in the network or in TLS, in words that hold no data: the same of all servers that are reached by NIO.
enum NetworkFailureWords {
    static func reason(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError: connecting(error)
        case let error as IOError: system(error.errnoCode)
        case ChannelError.connectTimeout: "no connection in time"
        case let error as NIOSSLError: tls(error)
        case let error as NIOSSLExtraError: tls(error)
        case is BoringSSLError: tlsAdvice("the TLS connection broke (\(error))")
        default: "\(error)"
        }
    }

    private static func connecting(_ error: NIOConnectionError) -> String {
        if let failure = error.connectionErrors.first { return reason(failure.error) }
        return "the name \(error.host) cannot be resolved"
    }

    private static func system(_ code: CInt) -> String { String(cString: strerror(code)) }

    private static func tls(_ error: NIOSSLError) -> String {
        switch error {
        case .handshakeFailed(let cause):
            "\(cause)".contains("CERTIFICATE_VERIFY_FAILED")
                ? tlsAdvice("the server's certificate is not signed by a CA that is trusted")
                : tlsAdvice("no TLS handshake (\(cause))")
        case .uncleanShutdown: "the server closed it without ending TLS"
        case .unableToValidateCertificate: tlsAdvice("the server's certificate is not for this host")
        default: tlsAdvice("TLS failed (\(error))")
        }
    }

    private static func tls(_ error: NIOSSLExtraError) -> String {
        error == .failedToValidateHostname
            ? tlsAdvice("the server's certificate is not for this host") : tlsAdvice("TLS failed (\(error))")
    }

    private static func tlsAdvice(_ text: String) -> String {
        text + "; check the CA file, the host name of the URL, and that the server's port speaks TLS"
    }
}
