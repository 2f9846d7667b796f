extension DockerClient {
    /// What it does, as operations of calls.
    package static let operations = ["version", "list", "inspect", "remove"]
}

extension BackendCall {
    static func docker(
        _ request: DockerRequest,
        since start: ContinuousClock.Instant,
        _ failure: Failure?
    ) -> BackendCall {
        let operation =
            switch request {
            case .version: "version"
            case .list: "list"
            case .inspect: "inspect"
            case .remove: "remove"
            }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return BackendCall(operation: operation, seconds: seconds, failure: failure)
    }
}

extension BackendCall.Failure {
    /// `nil` for what the caller itself has ended.
    init?(_ error: DockerError) {
        switch error.code {
        case .cancelled: return nil
        case .notThere: self = .notThere
        case .disconnected, .tls: self = .connection
        case .timeout: self = .timeout
        case .denied: self = .denied
        case .badReply: self = .badReply
        case .server: self = .server
        case .settings, .tooOld: self = .refused
        }
    }

    /// `nil` for an answer, be it that there is none, or that it is in use.
    init?(status: Int) {
        switch status {
        case 401, 403: self = .denied
        case 500...: self = .server
        default: return nil
        }
    }
}
