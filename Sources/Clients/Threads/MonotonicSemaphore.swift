import CLinux

/// A semaphore whose waits end by the monotonic clock.
///
/// Dispatch's, on Linux, ends them by the wall clock (`sem_timedwait`): when somebody sets that back by an hour, the thread
/// that was to wait for a second waits for an hour, and when it is set forward, what was to have a second has none.
package final class MonotonicSemaphore: @unchecked Sendable {  // banned-ok: a mutex in C guards it
    private let semaphore: OpaquePointer

    package init() {
        guard let semaphore = clinux_semaphore_make() else {
            preconditionFailure("there is no memory for a semaphore, as Swift itself ends where there is none")
        }
        self.semaphore = semaphore
    }

    deinit { clinux_semaphore_free(semaphore) }

    /// Lets one wait end, now or later.
    package func signal() { clinux_semaphore_signal(semaphore) }

    /// Waits for a signal and takes it. Blocking, so never on the cooperative pool.
    /// - Parameter time: zero or less: does not wait.
    /// - Returns: false if none came within that time.
    package func wait(for time: Duration) -> Bool {
        clinux_semaphore_wait(semaphore, Int64(clamping: Int128(time / .nanoseconds(1))))
    }
}
