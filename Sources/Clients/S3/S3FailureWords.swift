import AsyncHTTPClient

/// What went wrong in the network or in TLS, in words that hold no data.
enum S3FailureWords {
    static func reason(_ error: any Error) -> String {
        switch error {
        case let error as HTTPClientError:
            error == .remoteConnectionClosed ? "the server closed the connection" : error.shortDescription
        // What is beneath HTTP fails in the same ways for all clients.
        default: RedisFailureWords.reason(error)
        }
    }
}
