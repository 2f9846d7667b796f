package import Retention

/// A call from outside that changes something, or tried to: who asked for what, when, and from where.
package struct CallRecord: Sendable, Equatable {
    /// Runs that the call has begun refer to it.
    package var id: RunID
    package var at: Instant
    /// Name of the token; `local` where none is configured.
    package var who: String
    /// Address that the call came from.
    package var from: String
    /// Method and path (`POST /api/cleanup/run`).
    package var call: String
    /// What was asked for, as it was sent: JSON, or empty. Without secrets.
    package var detail: String
    /// HTTP status of the answer; `nil` = not answered (yet).
    package var status: Int?
    /// When the runs that it has begun had all ended; `nil` = it has begun none, or they have not.
    package var endedAt: Instant?
    /// Why nothing of it began, for a person; `nil` = it began, or nobody knows.
    package var message: String?

    package init(
        id: RunID,
        at: Instant,
        who: String,
        from: String,
        call: String,
        detail: String = "",
        status: Int? = nil,
        endedAt: Instant? = nil,
        message: String? = nil
    ) {
        self.id = id
        self.at = at
        self.who = who
        self.from = from
        self.call = call
        self.detail = detail
        self.status = status
        self.endedAt = endedAt
        self.message = message
    }
}
