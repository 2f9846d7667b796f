import CLibPQ

/// Asks the server to cancel what a connection runs, over a second connection and from a thread of its own: the only
/// call of libpq that waits without a time-out, and a dead host must not hold the one who asks.
final class PostgresCancelRequest: Sendable {
    private let ended = MonotonicSemaphore()

    /// - Returns: `nil` if the connection is closed, or there is no memory or thread to ask with.
    init?(_ connection: OpaquePointer) {
        guard let request = PQgetCancel(connection) else { return nil }
        let address = Int(bitPattern: request)
        let ended = ended
        let ask: @Sendable () -> Void = {
            var message = [CChar](repeating: 0, count: 256)
            // 1: the server took it; 0: it could not be reached, which shows in the statement running on.
            _ = PQcancel(OpaquePointer(bitPattern: address), &message, Int32(message.count))
            PQfreeCancel(OpaquePointer(bitPattern: address))
            ended.signal()
        }
        do {
            try DetachedThread.begin(ask)
        } catch {
            PQfreeCancel(request)
            return nil
        }
    }

    /// Whether the request has been delivered, so that it cannot hit a later statement.
    func hasEnded(by deadline: ContinuousClock.Instant) -> Bool {
        ended.wait(for: deadline - .now)
    }
}
