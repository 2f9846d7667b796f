import Dispatch
import Synchronization

/// A value that is set once, and for which threads that may block wait.
final class Latch<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    private let semaphore = DispatchSemaphore(value: 0)

    /// Sets the value, unless it is set.
    func set(_ new: Value) {
        value.withLock { if $0 == nil { $0 = new } }
        semaphore.signal()
    }

    /// Waits for the value. Never called from the cooperative pool.
    /// - Returns: `nil` if it was not set within that time.
    func wait(_ time: Duration) -> Value? {
        let nanoseconds = Int((time / .nanoseconds(1)).rounded())
        guard semaphore.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .success else {
            return value.withLock { $0 }
        }
        // For whoever else waits.
        semaphore.signal()
        return value.withLock { $0 }
    }
}
