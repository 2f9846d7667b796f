/// Why a server of leases, or the store of their marks, gave no answer.
package struct LeaseFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure it is; the raw values are those of `cleanup_lock_acquisition_failures_total`.
    package enum Kind: String, Sendable, CaseIterable {
        /// No answer in time.
        case timeout
        /// Redis cannot be reached, or refused.
        case redis = "redis_error"
        /// PostgreSQL cannot be reached, or refused.
        case postgres = "postgres_error"
        /// The state store, which keeps the epochs' marks, failed or goes on refusing.
        case state = "state_error"
        /// This replica ends.
        case stopped
    }

    package let kind: Kind
    /// What happened, to which object, and what to do; without secrets.
    package let message: String
    /// The server may have done, or do later, what it was asked for.
    package let mayHaveHappened: Bool

    package init(_ kind: Kind, _ message: String, mayHaveHappened: Bool) {
        self.kind = kind
        self.message = message
        self.mayHaveHappened = mayHaveHappened
    }

    /// The message.
    package var description: String { message }
}
