package import Retention

/// What a queue remembers under one identity.
package enum QueueRecord: Sendable, Equatable, Codable {
    /// A job, and its place: in line, or in the order of ends.
    case job(Job, place: Int64)
    /// There was a job, until then.
    case gone(at: Instant)

    package var job: Job? {
        if case .job(let job, _) = self { job } else { nil }
    }
}

/// What a queue remembers besides jobs.
package struct QueueFacts: Sendable, Equatable, Codable {
    package var isPaused = false
    /// The highest epoch that somebody has asked with.
    package var epoch: Int64 = 0

    package init() {}
}
