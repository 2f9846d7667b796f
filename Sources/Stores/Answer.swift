import Dispatch
import Synchronization

/// An answer that a thread waits for.
final class Answer<Value: Sendable>: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let value = Mutex<Value?>(nil)

    func set(_ value: Value) {
        self.value.withLock { $0 = value }
        semaphore.signal()
    }

    /// Once, by one thread.
    func wait() -> Value {
        semaphore.wait()
        guard let value = value.withLock({ $0 }) else { preconditionFailure("an answer was signalled but not set") }
        return value
    }
}
