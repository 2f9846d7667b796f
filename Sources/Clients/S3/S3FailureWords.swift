import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// What went wrong in the network or in TLS, in words that hold no data.
enum S3FailureWords {
    /// What is beneath HTTP fails in the same ways for all clients.
    static func reason(_ error: any Error) -> String { NetworkFailureWords.reason(error) }

    /// Nobody there, TLS that fails, or a connection that broke.
    static func code(_ error: any Error) -> S3Error.Code {
        switch error {
        case let error as NIOConnectionError:
            // Nothing was tried: the name has no address.
            error.connectionErrors.first.map { code($0.error) } ?? .notConnected
        case let error as IOError: nobody.contains(error.errnoCode) ? .notConnected : .disconnected
        // The other side has gone, which may pass; what fails in TLS itself does not.
        case NIOSSLError.uncleanShutdown: .disconnected
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: .tls
        default: .disconnected
        }
    }

    private static let nobody: Set<CInt> = [
        ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN, EADDRNOTAVAIL,
    ]
}
