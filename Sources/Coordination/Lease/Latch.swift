import Clients
import Synchronization

/// A value that is set once, and for which threads that may block wait.
final class Latch<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    private let semaphore = MonotonicSemaphore()

    /// Sets the value, unless it is set.
    func set(_ new: Value) {
        value.withLock { if $0 == nil { $0 = new } }
        semaphore.signal()
    }

    /// Waits for the value. Never called from the cooperative pool.
    /// - Returns: `nil` if it was not set within that time.
    func wait(_ time: Duration) -> Value? {
        // For whoever else waits.
        if semaphore.wait(for: time) { semaphore.signal() }
        return value.withLock { $0 }
    }
}
