/// The right to write that a lease gives: it ends when somebody has taken the lock with a higher epoch.
package struct Fence: Sendable, Equatable {
    /// As in `StateStore.raiseEpoch`.
    package var lock: String
    package var epoch: Int64

    package init(lock: String, epoch: Int64) {
        self.lock = lock
        self.epoch = epoch
    }
}
