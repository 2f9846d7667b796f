import Clients
import Synchronization

/// A value that a thread waits for while tasks work it out.
final class BlockingCall<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var isEnding = false
    }

    private let semaphore = MonotonicSemaphore()
    private let state = Mutex(State())

    /// Nothing more is to begin.
    var isEnding: Bool {
        get { state.withLock { $0.isEnding } }
        set { state.withLock { $0.isEnding = newValue } }
    }

    /// Says the value. To be called once.
    func end(with value: Value) {
        state.withLock { $0.value = value }
        semaphore.signal()
    }

    /// The value, if it comes within that time; by one thread.
    func value(within time: Duration) -> Value? {
        _ = semaphore.wait(for: time)
        return state.withLock { $0.value }
    }

    /// The value, however long it takes; by one thread.
    ///
    /// Once it is cancelled nothing more is to begin, and what is under way is given some seconds before it is broken off.
    /// - Parameter task: works it out, and ends soon when it is cancelled.
    func value(of task: Task<Void, Never>, _ isCancelled: () -> Bool) -> Value {
        var since: ContinuousClock.Instant?
        while true {
            if let value = value(within: .milliseconds(100)) { return value }
            guard isCancelled() else { continue }
            isEnding = true
            let start = since ?? .now
            since = start
            if .now - start > BlockingCalls.patience { task.cancel() }
        }
    }
}
