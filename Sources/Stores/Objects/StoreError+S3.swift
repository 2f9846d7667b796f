import Clients
import Retention

extension StoreError {
    /// What an error of the client means to who wants to look at objects; its message names the connection.
    init(_ error: S3Error) {
        let code: Code =
            switch error.code {
            case .notConnected, .missingBucket: .missing
            default: .unreadable
            }
        self.init(code, error.message)
    }
}

extension FailureReason {
    /// Why an object stayed.
    init(_ error: S3Error) {
        self =
            switch error.code {
            case .denied, .credentials: .permission
            case .throttled: .throttled
            case .timeout: .timeout
            case .notConnected, .cutReply, .server, .badReply: .io
            case .refused: .conflict
            case .settings, .missingBucket, .clockSkew, .unsupported, .cancelled: .unknown
            }
    }
}

extension S3Error {
    /// The request may have been carried out although its answer says otherwise, or never came.
    var isFateUnknown: Bool {
        switch code {
        case .notConnected, .cutReply, .timeout, .server, .badReply, .cancelled: true
        case .settings, .credentials, .missingBucket, .denied, .throttled, .clockSkew, .unsupported, .refused: false
        }
    }
}
