package import Retention

/// One transaction of a run that removes by predicate: recorded before it, and again once it is committed.
package struct BatchRecord: Sendable, Equatable {
    /// Place in the run, from 0.
    package var sequence: Int
    /// At most this many rows were to go.
    package var limit: Int
    package var startedAt: Instant
    /// Rows that went or were set; `nil` = the outcome is not recorded.
    package var rows: Int?
    /// BEGIN to COMMIT.
    package var seconds: Double

    package init(sequence: Int, limit: Int, startedAt: Instant, rows: Int? = nil, seconds: Double = 0) {
        self.sequence = sequence
        self.limit = limit
        self.startedAt = startedAt
        self.rows = rows
        self.seconds = seconds
    }
}
