import Synchronization

/// Who waits for an answer, and gets the first one that is given.
final class PostgresLeaseAnswer<Value: Sendable>: Sendable {
    private let continuation: Mutex<CheckedContinuation<Value, any Error>?>

    init(_ continuation: CheckedContinuation<Value, any Error>) {
        self.continuation = Mutex(continuation)
    }

    /// Whether an answer has been given.
    var isGiven: Bool { continuation.withLock { $0 == nil } }

    func give(_ result: Result<Value, any Error>) {
        continuation.withLock { continuation in
            defer { continuation = nil }
            return continuation
        }?.resume(with: result)
    }
}
