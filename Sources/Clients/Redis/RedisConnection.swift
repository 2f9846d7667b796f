import NIOCore
import Synchronization

/// One connection: a channel, and the way to its handler from any task.
final class RedisConnection: Sendable {
    /// As errors name it.
    let server: String
    private let channel: any Channel
    private let handler: NIOLoopBound<RedisChannelHandler>
    private let ended: EventLoopFuture<String>
    private let ids = Atomic<UInt64>(0)

    /// On the channel's event loop, in its initialiser.
    init(channel: any Channel, server: String, handler: RedisChannelHandler, ended: EventLoopFuture<String>) {
        self.channel = channel
        self.server = server
        self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
        self.ended = ended
    }

    /// Which channel it is.
    var channelID: ObjectIdentifier { ObjectIdentifier(channel) }

    /// Sends commands and waits for their replies; not after the deadline, and not after the task was cancelled.
    func exchange(_ batch: RedisBatch, deadline: ContinuousClock.Instant) async -> RedisRequest.Outcome {
        let id = ids.add(1, ordering: .relaxed).newValue
        let cancellation = RedisRequest.Cancellation()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let request = RedisRequest(
                    id: id,
                    batch: batch,
                    deadline: deadline,
                    cancellation: cancellation,
                    continuation: continuation
                )
                channel.eventLoop.execute { [handler] in handler.value.send(request) }
            }
        } onCancel: {
            cancellation.cancel()
            channel.eventLoop.execute { [handler] in handler.value.cancel(id) }
        }
    }

    /// Closes it without waiting; those who wait for replies are told that their commands' fate is unknown.
    func close() { channel.close(promise: nil) }

    /// Waits for its end, which it brings about if the task is cancelled.
    /// - Returns: why it ended.
    func untilEnd() async -> String {
        await withTaskCancellationHandler {
            do {
                return try await ended.get()
            } catch {
                return NetworkFailureWords.reason(error)
            }
        } onCancel: {
            close()
        }
    }
}
