package import Retention

/// What became of a request.
package enum Enqueued: Sendable, Equatable {
    /// It waits for a worker.
    case enqueued
    /// A job with this identity is known, or was within the last hour.
    case duplicate
    /// The job with this identity, of the same cycle, waits for a worker or is with one.
    case busy(by: String)
    /// Whoever asks is no longer the one who may: somebody has asked with a higher epoch.
    case stale
}

/// What became of a job whose attempt has failed.
package enum JobFailure: Sendable, Equatable {
    /// It is tried again, not before this time of the queue's clock.
    case retries(at: Instant)
    /// It was the last attempt.
    case dead
    /// The claim was lost before; nothing has changed.
    case lost
}
