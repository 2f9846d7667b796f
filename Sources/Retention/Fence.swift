/// The right to act that a lease gives: it ends when somebody has taken the lock with a higher epoch.
///
/// A store that can compare refuses what comes with a lower epoch than it has seen of the same lock.
package struct Fence: Sendable, Equatable {
    /// Tells installations apart that clean the same store: the prefix of their own keys. Two that have the same prefix
    /// must not clean one store by tasks of one name.
    package var scope: String
    /// As the lease is named: `task:previews`.
    package var lock: String
    /// Larger than that of each holder before.
    package var epoch: Int64

    package init(scope: String = "", lock: String, epoch: Int64) {
        self.scope = scope
        self.lock = lock
        self.epoch = epoch
    }
}
