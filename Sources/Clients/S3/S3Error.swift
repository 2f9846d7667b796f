/// Why an S3 server did not do what it was asked for: what happened, to which bucket or key, and what to do.
///
/// Never holds a secret key, a session token or a signature.
package struct S3Error: Error, Sendable, Equatable, CustomStringConvertible {
    /// Kinds of failure.
    package enum Code: Sendable, Equatable {
        /// The endpoint, the bucket's name or the CA file cannot be used.
        case settings
        /// There are no credentials, or they cannot be read.
        case credentials
        /// Nobody listens: connection refused, no way there, no such host.
        case notConnected
        /// The connection broke before an answer had begun.
        case disconnected
        /// TLS was not agreed upon, or failed.
        case tls
        /// The bucket is not there.
        case missingBucket
        /// The server does not allow it, or does not believe the signature.
        case denied
        /// The server asks for fewer requests.
        case throttled
        /// What came is no answer of an S3 server, or contradicts itself.
        case badReply
        /// The answer ended too early.
        case cutReply
        /// There was no answer, or no more of it, in time.
        case timeout
        /// The server's clock and this machine's are too far from each other.
        case clockSkew
        /// The server does not have this.
        case unsupported
        /// Any other refusal (4xx).
        case refused
        /// The server failed (5xx).
        case server
        /// The caller's task was cancelled; whether the request was carried out is not known.
        case cancelled
    }

    package let code: Code
    /// Of HTTP; `nil` without an answer, and for one key of a batch.
    package let status: Int?
    /// The server's word, such as `AccessDenied`; `nil` if it gave none.
    package let awsCode: String?
    /// Of a `timeout`: not even a connection came about in that time, which is told within seconds.
    package let lacksConnection: Bool
    /// A sentence for a person that begins with the connection's name.
    package let message: String

    package init(
        code: Code,
        status: Int? = nil,
        awsCode: String? = nil,
        lacksConnection: Bool = false,
        message: String
    ) {
        self.code = code
        self.status = status
        self.awsCode = awsCode
        self.lacksConnection = lacksConnection
        self.message = message
    }

    package var description: String { message }

    /// Whether the same request may succeed a moment later. 409, 412 and other refusals never do.
    package var isRetryable: Bool {
        switch code {
        case .notConnected, .disconnected, .throttled, .cutReply, .timeout: true
        case .server: status.map { [500, 502, 503, 504].contains($0) } ?? true
        case .tls, .settings, .credentials, .missingBucket, .denied, .badReply, .clockSkew, .unsupported, .refused,
            .cancelled:
            false
        }
    }
}
