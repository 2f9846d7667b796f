package import State

/// All that the leases of one replica have in common.
package struct LeaseContext: Sendable {
    let server: any LeaseServer
    let state: any StateStore
    let replica: String
    let timing: LeaseTiming
    let metrics: LockMetrics
    let clock: LeaseClock
    let report: @Sendable (LeaseProblem) -> Void

    /// - Parameters:
    ///   - server: what grants the leases.
    ///   - state: what keeps the marks of their epochs; the same for all replicas.
    ///   - replica: a name that no other process has: `<host>:<pid>:<start>`.
    ///   - ttl: how long a lease outlives its holder.
    ///   - report: told of each failed call; for logs.
    package init(
        server: any LeaseServer,
        state: any StateStore,
        replica: String,
        ttl: Duration,
        metrics: LockMetrics,
        clock: LeaseClock = .continuous(),
        report: @escaping @Sendable (LeaseProblem) -> Void = { _ in }
    ) {
        self.server = server
        self.state = state
        self.replica = replica
        timing = LeaseTiming(ttl: ttl)
        self.metrics = metrics
        self.clock = clock
        self.report = report
    }
}

/// A call about a lease that failed.
package struct LeaseProblem: Sendable, Equatable {
    /// What the call was for.
    package enum Step: String, Sendable {
        case ask, mark, renew, release
    }

    /// `leader`, or `task:<name>`.
    package let lock: String
    package let step: Step
    package let fault: LeaseFault
}
