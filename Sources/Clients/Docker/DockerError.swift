/// Why a Docker engine did not do what it was asked for: what happened, at which connection, and what to do.
///
/// Never holds what stands in a key or a certificate.
package struct DockerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure it is.
    package enum Code: Sendable {
        /// The URL or a file cannot be used.
        case settings
        /// Nobody listens: no socket, connection refused, no such host.
        case notThere
        /// The socket may not be opened, or the engine refuses us.
        case denied
        /// TLS was not agreed upon.
        case tls
        /// No whole answer in time.
        case timeout
        /// The connection ended before the answer did.
        case disconnected
        /// The caller's task was cancelled.
        case cancelled
        /// What came is no answer of an engine, or greater than allowed.
        case badReply
        /// The engine says that it failed.
        case server
        /// The engine speaks no version of the interface that we do.
        case tooOld
    }

    /// What kind of failure it is.
    package var code: Code
    /// A sentence for a person.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Whether the engine may have carried out, or may yet carry out, what it was asked for.
    package var isFateUnknown: Bool {
        switch code {
        case .timeout, .disconnected, .cancelled, .badReply, .server: true
        case .settings, .notThere, .denied, .tls, .tooOld: false
        }
    }

    /// The message.
    package var description: String { message }
}
