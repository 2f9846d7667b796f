/// How long a lease lasts, and what follows from that. All times are relative to the start of a call.
package struct LeaseTiming: Sendable, Equatable {
    /// How long the server keeps the lock after its answer.
    package let ttl: Duration

    /// - Parameter ttl: above zero.
    package init(ttl: Duration) {
        precondition(ttl > .zero, "a lease lasts for some time")
        self.ttl = ttl
    }

    /// For how long the holder trusts an answer. The tenth that is missing is for clocks that go at different rates.
    package var trust: Duration { ttl - ttl / 10 }

    /// When the lease is renewed.
    package var renewal: Duration { ttl / 3 }

    /// For how long one call is waited for, so that a second one fits in before trust ends.
    package var call: Duration { min(ttl / 3, .seconds(3)) }

    /// For how long a call that gives a lock back is waited for. A service that ends makes two of them, and has ten
    /// seconds for everything.
    package static let release: Duration = .seconds(1)

    /// The pause after a call that failed.
    /// - Parameter chance: 0..<1, so that replicas that lost the same server do not all ask at once.
    package func retry(chance: Double) -> Duration { ttl / 30 * (0.5 + chance) }
}
