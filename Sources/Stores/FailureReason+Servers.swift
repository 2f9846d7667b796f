import Clients
import Retention

/// Why something at a server stayed or could not be looked at: the same reason for the same failure, whichever it is.
extension FailureReason {
    init(_ error: S3Error) {
        self =
            switch error.code {
            case .denied, .credentials: .permission
            case .throttled: .throttled
            case .timeout: .timeout
            case .notConnected, .disconnected, .tls, .cutReply, .server, .badReply: .io
            case .refused: .conflict
            case .settings, .missingBucket, .clockSkew, .unsupported, .cancelled: .unknown
            }
    }

    init(_ error: DockerError) {
        self =
            switch error.code {
            case .denied: .permission
            case .timeout: .timeout
            case .notThere, .disconnected, .tls, .server, .badReply: .io
            case .settings, .tooOld, .cancelled: .unknown
            }
    }
}
