import Glibc

/// Work that several threads share, the newest first, so that a tree is walked depth first and little is pending.
package final class WorkStack<Work: Sendable>: @unchecked Sendable {  // banned-ok: guarded by `mutex`
    // All variables are guarded by `mutex`; the pointers never change.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var pending: [Work] = []
    private var active = 0
    private var waiting = 0
    private var isStopped = false

    package init(_ first: [Work]) {
        pending = first
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Whether a thread has nothing to do.
    package var hasIdleWorkers: Bool { locked { waiting > 0 && pending.isEmpty } }

    /// Adds work; the last of it is done first.
    package func push(_ work: some Sequence<Work>) {
        locked {
            pending.append(contentsOf: work)
            pthread_cond_broadcast(changed)
        }
    }

    /// Waits for work. Each `next` but a thread's first also says that its previous work is done.
    /// - Returns: `nil` once all work is done or the stack is stopped.
    package func next(isFirst: Bool) -> Work? {
        locked {
            if !isFirst { active -= 1 }
            while !isStopped {
                if let work = pending.popLast() {
                    active += 1
                    return work
                }
                if active == 0 { break }
                waiting += 1
                pthread_cond_wait(changed, mutex)
                waiting -= 1
            }
            pthread_cond_broadcast(changed)
            return nil
        }
    }

    /// Drops all pending work; every thread gets `nil` next.
    package func stop() {
        locked {
            isStopped = true
            pending.removeAll()
            pthread_cond_broadcast(changed)
        }
    }

    private func locked<Value>(_ body: () -> Value) -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}
