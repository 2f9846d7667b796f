/// Where a job stands. A job enters as `waiting`, and ends exactly once, as `completed` or `failed`.
package enum JobState: String, Sendable, Equatable, Codable, CaseIterable {
    /// In line for a worker. Becomes `active` by a claim.
    case waiting
    /// With a worker. Ends, becomes `delayed` by a failure, or `waiting` when it is given back or its worker is silent.
    case active
    /// Waits for its next attempt, or, with no attempt so far, until it is quiet. Becomes `waiting` when it is due, and,
    /// unless it has made no attempt, `failed` when a later job of its cycle comes.
    case delayed
    /// Ended well.
    case completed
    /// Given up; becomes `waiting` only when somebody retries it.
    case failed

    /// Whether work is to be done still.
    var isLive: Bool { self == .waiting || self == .active || self == .delayed }
}
