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

    /// The same of an error in the midst of a listing: whoever has answered before is there.
    init(midway error: S3Error) {
        self.init(.unreadable, error.message)
    }
}

extension S3Error {
    /// The request may have been carried out although its answer says otherwise, or never came.
    var isFateUnknown: Bool {
        switch code {
        // Of these the last attempt was not carried out; but one before it may have been.
        case .notConnected, .tls, .throttled: true
        case .disconnected, .cutReply, .timeout, .server, .badReply, .cancelled: true
        case .settings, .credentials, .missingBucket, .denied, .clockSkew, .unsupported, .refused: false
        }
    }
}

extension S3DeletionOutcome {
    /// It may have been deleted although that was not the answer.
    var isFateUnknown: Bool {
        switch self {
        case .deleted, .gone, .changed: false
        case .doubtful: true
        case .failed(let error): error.isFateUnknown
        }
    }
}
