/// The words of faults that are not the server's own: one factory each.
extension LeaseFault {
    /// The owner has changed its mind.
    static let stopped = LeaseFault(.stopped, "it is not wanted any more.", mayHaveHappened: true)

    /// The server has granted an epoch that somebody may have had before.
    static func notAbove(_ floor: Int64, granted epoch: Int64, of lock: String, _ kind: Kind) -> LeaseFault {
        let message =
            "The lock \(lock) was granted with the epoch \(epoch), which is not above \(floor), the last that is known. "
            + "Look who else writes to the server of the locks."
        return LeaseFault(kind, message, mayHaveHappened: true)
    }

    /// After the last mark there is no number.
    static func noEpochLeft(after mark: Int64, of lock: String) -> LeaseFault {
        let message =
            "The mark of the lock \(lock) in the state store is \(mark): no epoch is left, so that nobody gets the lock. "
            + "Look who wrote it, and set it back while no replica runs."
        return LeaseFault(.state, message, mayHaveHappened: false)
    }

    /// Others were ahead again and again.
    static func outdated(mark: Int64, granted epoch: Int64, attempts: Int) -> LeaseFault {
        let message =
            "The state store has the epoch \(mark) already, and the lock was granted with \(epoch) after \(attempts) "
            + "attempts. See that all replicas use one state store and one lock server."
        return LeaseFault(.state, message, mayHaveHappened: true)
    }

    /// The lock was over before its epoch was in the state store.
    static let markedTooLate = LeaseFault(
        .timeout,
        "Raising the epoch's mark in the state store took longer than the lock lasts. Look at the load of the state "
            + "store, or make coordination.lock_ttl longer.",
        mayHaveHappened: true
    )

    /// The session in PostgreSQL is over, and its locks with it.
    static let sessionEnded = LeaseFault(
        .postgres,
        "The session that held the locks in PostgreSQL has ended. The next try makes a new one; if that ends, too, look "
            + "at the server's log.",
        mayHaveHappened: false
    )

    /// Nobody waits any longer for PostgreSQL.
    static let noAnswerInTime = LeaseFault(
        .timeout,
        "PostgreSQL, which keeps the locks, did not answer in time. Look at its load, and at the network.",
        mayHaveHappened: true
    )
}
