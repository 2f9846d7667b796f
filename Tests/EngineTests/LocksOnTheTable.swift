import Coordination

/// Locks of several replicas whose getting takes as long, and whose trust lasts as long, as the test says.
struct LocksOnTheTable: TaskLocks {
    /// Called while a lock is waited for.
    var onTaking: @Sendable () -> Void = {}
    /// Asked before each item and batch.
    var isTrusted: @Sendable () -> Bool = { true }

    func acquire(task: String) throws(LockError) -> any HeldLock {
        onTaking()
        return Held(name: "task \(task)", trust: isTrusted)
    }

    private final class Held: HeldLock {
        let name: String
        let epoch: Int64? = 1
        private let trust: @Sendable () -> Bool

        init(name: String, trust: @escaping @Sendable () -> Bool) {
            self.name = name
            self.trust = trust
        }

        var isTrusted: Bool { trust() }

        func release() {}
    }
}
