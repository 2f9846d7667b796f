package import Coordination
import Foundation
import Synchronization

/// Tells blocking work to end at its next item boundary, and remembers why.
///
/// Swift's task cancellation does not reach threads that scan and delete; they ask this instead, once an item or batch.
package final class Cancellation: Sendable {
    /// Why a run ends early.
    package enum Cause: Int, Sendable {
        case none, requested, shutdown, deadline, ledger, lockLost

        /// For a person, as a part of a sentence.
        var words: String {
            switch self {
            case .none: "nobody knows why"
            case .requested: "somebody asked for it"
            case .shutdown: "the process ends"
            case .deadline: "its time was over"
            case .ledger: "the state could not be written"
            case .lockLost: "its lock was lost"
            }
        }
    }

    private let cause = Atomic<Int>(Cause.none.rawValue)
    private let deadline: ContinuousClock.Instant?
    private let parent: Cancellation?
    private let lock: (any HeldLock)?

    /// - Parameter deadline: from then on the work is cancelled with the cause `.deadline`; `nil` = never.
    package init(deadline: ContinuousClock.Instant? = nil) {
        self.deadline = deadline
        parent = nil
        lock = nil
    }

    private init(parent: Cancellation, deadline: ContinuousClock.Instant?, lock: (any HeldLock)?) {
        self.parent = parent
        self.deadline = deadline
        self.lock = lock
    }

    /// A cancellation that also holds when this one does.
    package func child(deadline: ContinuousClock.Instant?) -> Cancellation {
        Cancellation(parent: self, deadline: deadline, lock: nil)
    }

    /// A cancellation that also holds when this one does, and as soon as the lock cannot be trusted.
    package func child(holding lock: any HeldLock) -> Cancellation {
        Cancellation(parent: self, deadline: nil, lock: lock)
    }

    /// The first cause stays.
    package func cancel(_ cause: Cause) {
        _ = self.cause.compareExchange(expected: Cause.none.rawValue, desired: cause.rawValue, ordering: .relaxed)
    }

    package var isCancelled: Bool { reason != .none }

    /// Blocks the thread for a while; less, if the work is cancelled meanwhile.
    package func wait(seconds: Double) {
        let end = ContinuousClock.now + .seconds(seconds)
        while !isCancelled {
            let rest = (end - ContinuousClock.now) / .seconds(1)
            guard rest > 0 else { return }
            Thread.sleep(forTimeInterval: min(rest, 0.05))
        }
    }

    package var reason: Cause {
        if let set = Cause(rawValue: cause.load(ordering: .relaxed)), set != .none { return set }
        if let inherited = parent?.reason, inherited != .none { return inherited }
        if let lock, !lock.isTrusted {
            cancel(.lockLost)
            return .lockLost
        }
        if let deadline, ContinuousClock.now >= deadline {
            cancel(.deadline)
            return .deadline
        }
        return .none
    }
}
