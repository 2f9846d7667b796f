extension BackendCall {
    /// What a connection to PostgreSQL does, as operations of calls.
    package static let postgresOperations = ["connect", "query"]

    /// A session was made, or could not be.
    static func connect(since start: ContinuousClock.Instant, retries: Int, error: PostgresError?) -> BackendCall {
        call("connect", since: start, retries: retries, error)
    }

    /// A statement was answered, or not. Of a stream: its first row.
    static func query(since start: ContinuousClock.Instant, error: PostgresError?) -> BackendCall {
        call("query", since: start, retries: 0, error)
    }

    private static func call(
        _ operation: String,
        since start: ContinuousClock.Instant,
        retries: Int,
        _ error: PostgresError?
    ) -> BackendCall {
        BackendCall(
            operation: operation,
            seconds: (ContinuousClock.now - start) / .seconds(1),
            failure: error.flatMap { Failure($0.code) },
            retries: retries
        )
    }
}

extension BackendCall.Failure {
    /// `nil` for what the caller itself has ended.
    fileprivate init?(_ code: PostgresError.Code) {
        switch code {
        case .cancelled: return nil
        case .connection, .breakerOpen, .commitUnknown: self = .connection
        case .statementTimeout, .lockTimeout: self = .timeout
        case .permission: self = .denied
        case .resources: self = .throttled
        case .deadlock, .serialization, .undefinedTable, .undefinedColumn, .readOnly, .integrity, .other:
            self = .refused
        }
    }
}
