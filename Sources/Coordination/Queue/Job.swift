package import Retention

/// A job of the queue, and what has become of it so far.
package struct Job: Sendable, Equatable, Codable {
    package let request: JobRequest
    package var state: JobState
    /// What is left to do of the cycle; `nil` = all of it.
    package var tasks: [String]?
    /// How often it was begun; what was given back does not count.
    package var attempts: Int
    /// How often its worker fell silent.
    package var stalls: Int
    package var enqueuedAt: Instant
    /// Since when it waits, or the time of its next attempt.
    package var dueAt: Instant
    /// Of the latest attempt.
    package var startedAt: Instant?
    package var endedAt: Instant?
    /// When what it may have to wait for was over, or an operator's word opened the gate; from then on it waits no more.
    /// `nil` = it may never have been begun.
    package var begunAt: Instant?
    package var heartbeatAt: Instant?
    /// Who has it, or had it last.
    package var worker: String?
    /// The token of the claim under which it is active.
    package var claim: String?
    /// Why the latest attempt failed, or the job; at most 1,000 bytes.
    package var lastError: String?
    /// The later job of the cycle that took its place while it waited for a retry: then nothing was given up.
    package var supersededBy: String?

    /// A job that nobody has begun.
    package init(_ request: JobRequest, enqueuedAt now: Instant) {
        self.request = request
        state = .waiting
        attempts = 0
        stalls = 0
        enqueuedAt = now
        dueAt = now
    }

    package var id: String { request.id }
    package var cycle: String { request.cycle }
    package var firedAt: Instant { request.firedAt }
    package var trigger: String { request.trigger }
    package var isRoutine: Bool { request.isRoutine }
    package var maximumAttempts: Int { request.maximumAttempts }
    package var backoffSeconds: Double { request.backoffSeconds }

    /// Whether it was given up, and nothing has taken its place.
    package var isDead: Bool { state == .failed && supersededBy == nil }
}
