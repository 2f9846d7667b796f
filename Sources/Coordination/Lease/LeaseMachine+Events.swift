/// What a `LeaseMachine` is told, and what it tells.
extension LeaseMachine {
    /// What has happened.
    package enum Event: Sendable, Equatable {
        /// Somebody wants the lease; `floor` = the mark in the state store, or what was known of it.
        case started(floor: Int64)
        /// The server's answers to `.ask`; a failure also if the floor could not be read.
        case granted(epoch: Int64)
        case held(by: String?)
        case askFailed(LeaseFault)
        /// The state store's answers to `.mark`: raised; or it is at `mark` already, which is no lower; or no answer.
        case marked
        case outdated(mark: Int64)
        case markFailed(LeaseFault)
        /// The server's answers to `.renew`.
        case renewed(Bool)
        case renewFailed
        /// The server's answers to `.release`.
        case released
        case releaseFailed
        /// A `.wait` is over; harmless when it is too early.
        case timeReached
        /// Nobody wants the lease any more.
        case stopped
    }

    /// What is to be done.
    package enum Action: Sendable, Equatable {
        /// Ask the server for the lock, with a token that was not used before.
        case ask(floor: Int64)
        /// Raise the mark of the state store.
        case mark(epoch: Int64)
        /// Ask the server to go on.
        case renew
        /// Give the lock back.
        case release
        /// Send `.timeReached` then.
        case wait(until: Duration)
        /// Tell the owner: it may act, as long as `isTrusted`.
        case gained(epoch: Int64)
        /// Tell the owner: it did not get the lease.
        case refused(LeaseRefusal)
        /// Tell the owner: the lease that it had gained has ended.
        case ended(LeaseEnd)
        /// Nothing more will come, unless an answer is still under way.
        case finished
    }
}

/// Why a lease was not gained.
package enum LeaseRefusal: Sendable, Equatable {
    /// The usual case: somebody holds it.
    case held(by: String?)
    case unavailable(LeaseFault)
}

/// Why a lease that had been gained has ended.
package enum LeaseEnd: String, Sendable, Equatable {
    /// The server says that it is not ours any more.
    case taken
    /// No renewal was answered in time.
    case expired
    /// Its owner wanted it so.
    case givenBack

    /// Whether its owner did not want it.
    package var isLoss: Bool { self != .givenBack }
}
