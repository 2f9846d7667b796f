import NIOCore
import Synchronization

/// A connection that is asked for one thing at a time, by whoever took it out of the pool.
struct S3Connection: Sendable {
    let channel: any Channel
    private let handler: NIOLoopBound<S3ConnectionHandler>

    /// On the event loop of the channel, whose handler it is.
    init(_ channel: any Channel, _ handler: S3ConnectionHandler) {
        self.channel = channel
        self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
    }

    /// Asks, and waits for the whole answer. A task that is cancelled meanwhile ends the connection.
    /// - Parameter deadline: for the whole answer.
    /// - Throws: `S3ConnectionFailure.stale` or `.unsent` if nothing was sent, `S3Interruption` otherwise.
    func exchange(_ message: S3Message, deadline: NIODeadline) async throws -> S3Answer {
        let ticket = S3Ticket()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                perform { $0.begin(message, ticket, deadline: deadline, continuation) }
            }
        } onCancel: {
            ticket.isCancelled.store(true, ordering: .relaxed)
            perform { $0.cancel(ticket) }
        }
    }

    /// Nobody waits for it any more: it may be taken by others, for a while.
    func rest() { perform { $0.rest() } }

    /// Ends it; what is under way fails.
    func end() { perform { $0.fail(S3ConnectionFailure.ended) } }

    private func perform(_ body: @escaping @Sendable (S3ConnectionHandler) -> Void) {
        let (loop, handler) = (channel.eventLoop, handler)
        if loop.inEventLoop { body(handler.value) } else { loop.execute { body(handler.value) } }
    }
}

/// One exchange, told from others by being itself.
final class S3Ticket: Sendable {
    /// Nothing may be sent for it any more.
    let isCancelled = Atomic(false)
}

/// Why a connection gave no answer, where neither the system nor TLS nor HTTP says so.
enum S3ConnectionFailure: Error {
    /// It had ended before anything was sent: another one may be taken.
    case stale
    /// Whoever asked was cancelled before anything was sent.
    case unsent
    /// The server closed it before the end of its answer, or where no length tells whether that was the end.
    case closed
    /// TLS took too long.
    case notSecured
    /// Nothing came for too long.
    case silent
    /// All in all it took too long.
    case late
    /// The answer is longer than is taken.
    case tooLong
    /// The server speaks although it was not asked, or of something else.
    case unasked
    /// The client has ended.
    case ended
}

/// An exchange that had begun, and got no whole answer.
struct S3Interruption: Error {
    let cause: any Error
    /// Of the answer, if it had begun.
    let status: Int?
}
