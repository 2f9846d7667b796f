/// Sees to it that one run of a task goes on at a time. Blocking; bounded in time.
package protocol TaskLocks: Sendable {
    /// Takes the lock of a task. Does not wait for its holder. Throws `LockError`.
    func acquire(task: String) throws(LockError) -> any HeldLock
}

/// A lock that is held until it is released, or lost. Whoever drops the last reference releases it.
package protocol HeldLock: AnyObject, Sendable {
    /// What is locked, for sentences: `task previews`.
    var name: String { get }

    /// Fencing token: larger than that of each holder before; `nil` = a lock of this machine alone, which ends with its
    /// holder's process and needs none.
    var epoch: Int64? { get }

    /// Whether the holder may act at this moment, by its own monotonic clock. Asked before each batch and item; once
    /// false, it stays false.
    var isTrusted: Bool { get }

    /// Gives the lock back; harmless when that has happened. Blocking, bounded.
    func release()
}

/// Locks as leases and their marks name them.
package enum LockName {
    /// Whoever holds it fires the cycles.
    package static let leader = "leader"

    /// Whoever holds it runs the task.
    package static func task(_ name: String) -> String { "task:\(name)" }
}
