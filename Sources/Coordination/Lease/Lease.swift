/// The lock of a task that this replica holds, renewed by `LeaseLocks`.
package final class Lease: HeldLock {
    package let name: String
    private let granted: Int64
    private let keeper: LeaseKeeper
    private let finished: Latch<Bool>
    private let patience: Duration

    /// - Parameters:
    ///   - finished: set when the lock was given back, or cannot be.
    ///   - patience: for how long `release` waits for that.
    init(name: String, epoch: Int64, keeper: LeaseKeeper, finished: Latch<Bool>, patience: Duration) {
        self.name = name
        granted = epoch
        self.keeper = keeper
        self.finished = finished
        self.patience = patience
    }

    deinit { keeper.stop() }

    package var epoch: Int64? { granted }

    package var isTrusted: Bool { keeper.trustedEpoch == granted }

    /// Gives the lock back, and waits a moment for the server's answer. Without one, the server's clock ends the lock.
    package func release() {
        keeper.stop()
        _ = finished.wait(patience)
    }
}
