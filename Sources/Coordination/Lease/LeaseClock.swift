/// A clock that never goes back, and goes on while the machine sleeps.
package struct LeaseClock: Sendable {
    /// The time since some fixed instant.
    package let now: @Sendable () -> Duration
    /// Returns at that time, or throws when the task is cancelled.
    package let sleep: @Sendable (_ until: Duration) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (_ until: Duration) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }

    /// The machine's own.
    package static func continuous() -> LeaseClock {
        let origin = ContinuousClock.now
        return LeaseClock(
            now: { ContinuousClock.now - origin },
            sleep: { try await ContinuousClock().sleep(until: origin + $0) }
        )
    }
}
