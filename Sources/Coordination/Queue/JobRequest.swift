package import Retention

/// What shall be done: one cycle, at one time.
package struct JobRequest: Sendable, Equatable, Codable {
    /// Of the cycle and its fire time, so that who asks twice gets one job: 1 to 200 printable ASCII characters
    /// without blanks.
    package var id: String
    package var cycle: String
    /// The time that the cycle was due.
    package var firedAt: Instant
    /// Who asked: the schedule, or an operator.
    package var trigger: String
    /// Whether no record is kept of its end: looks at quotas, every few minutes.
    package var isRoutine: Bool
    /// How often it is begun before it is given up; at least 1.
    package var maximumAttempts: Int
    /// How long the first retry waits; each later one waits twice as long as the one before.
    package var backoffSeconds: Double

    package init(
        id: String,
        cycle: String,
        firedAt: Instant,
        trigger: String,
        isRoutine: Bool,
        maximumAttempts: Int = 3,
        backoffSeconds: Double = 60
    ) {
        self.id = id
        self.cycle = cycle
        self.firedAt = firedAt
        self.trigger = trigger
        self.isRoutine = isRoutine
        self.maximumAttempts = maximumAttempts
        self.backoffSeconds = backoffSeconds
    }

    /// A job of `cycle` for its fire time, with the usual identity, `<cycle>@<RFC 3339 time>`.
    package init(cycle: String, firedAt: Instant, trigger: String, isRoutine: Bool = false) {
        self.init(
            id: "\(cycle)@\(Timestamp.format(firedAt, fractional: true))",
            cycle: cycle,
            firedAt: firedAt,
            trigger: trigger,
            isRoutine: isRoutine
        )
    }
}
