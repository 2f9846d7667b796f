import Glibc

/// Threads of our own, whose making may fail.
///
/// Foundation's `Thread` does not tell when the system gives none, and who waits for its work waits for ever.
package enum DetachedThread {
    /// Makes a thread that does something, as `begin` does.
    package typealias Begin = @Sendable (_ work: @escaping @Sendable () -> Void) throws(ThreadShortage) -> Void

    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Makes a thread that does `work` and ends.
    /// - Throws: if the system gives none, as pthread_create(3) says; then `work` is not done.
    package static func begin(_ work: @escaping @Sendable () -> Void) throws(ThreadShortage) {
        let work = Unmanaged.passRetained(Work(work))
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            nil,
            { pointer in
                if let pointer { Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body() }
                return nil
            },
            work.toOpaque()
        )
        guard code == 0 else {
            work.release()
            throw ThreadShortage(errno: code)
        }
        pthread_detach(thread)
    }
}

/// The system gave no thread.
package struct ThreadShortage: Error, CustomStringConvertible {
    /// EAGAIN: a limit is reached, or there is no memory.
    package let errno: Int32

    package init(errno: Int32) { self.errno = errno }

    package var description: String {
        "The system gave no thread (\(SystemError(errno).text)); "
            + "raise its limit (TasksMax, pids.max, ulimit -u), or give it more memory."
    }
}
