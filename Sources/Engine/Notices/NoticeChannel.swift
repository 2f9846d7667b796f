package import Retention

/// A way to somebody outside. The port that webhooks implement.
package protocol NoticeChannel: Sendable {
    /// Where it leads, for logs and people; nothing of it is secret.
    var place: String { get }

    /// Hands a message over, once. Bounded in time, and ended by the cancellation of its task.
    ///
    /// - Parameters:
    ///   - event: the identity of what it tells, the same each time that it is sent.
    ///   - instant: now.
    func deliver(_ message: [UInt8], event: String, at instant: Instant) async -> NoticeAnswer
}

/// What became of one try to hand a message over. Reasons are for people, without secrets.
package enum NoticeAnswer: Sendable, Equatable {
    case delivered
    /// Asked again, the other side would say the same.
    case refused(String)
    /// Another time it may do. Not before `waitSeconds`, if the other side says so.
    case failed(String, waitSeconds: Int64?)
}

/// Whom a cycle tells of which outcomes.
package struct NoticeRule: Sendable {
    package var on: Set<RunOutcome>
    package var channel: any NoticeChannel

    package init(on: Set<RunOutcome>, channel: any NoticeChannel) {
        self.on = on
        self.channel = channel
    }
}

/// A message on its way to one of those who are told.
struct Notice: Sendable {
    var cycle: String
    var outcome: RunOutcome
    var event: String
    var message: [UInt8]
    var channel: any NoticeChannel
}
