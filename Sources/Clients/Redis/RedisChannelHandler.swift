import NIOCore

/// The shell of `RedisConnectionState`: bytes into replies, instants into timers, answers to those who wait.
///
/// Lives on the channel's event loop.
final class RedisChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var state: RedisConnectionState
    private var reader: RedisReplyReader
    private var waiting: [UInt64: CheckedContinuation<RedisRequest.Outcome, Never>] = [:]
    private var context: ChannelHandlerContext?
    private var timer: (at: ContinuousClock.Instant, task: Scheduled<Void>)?
    /// Gets the reason when the connection takes and gives nothing any more.
    private let ended: EventLoopPromise<String>
    private let onRequest: @Sendable (String) -> Void

    init(
        server: String,
        limits: RedisLimits,
        ended: EventLoopPromise<String>,
        onRequest: @escaping @Sendable (String) -> Void
    ) throws(RedisReplyReader.Failure) {
        state = RedisConnectionState(server: server, limits: limits)
        reader = try RedisReplyReader(limits: limits)
        self.ended = ended
        self.onRequest = onRequest
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        apply(state.close(reason: "closed"))
        self.context = nil
    }

    /// Sends a batch, or says at once why not.
    func send(_ request: RedisRequest) {
        let commands = request.batch.commands
        guard !request.cancellation.isCancelled else {
            let error = RedisError.cancelled(server: state.server, command: commands[0], wasSent: false)
            return request.continuation.resume(returning: .refused(error))
        }
        let sending = state.send(
            id: request.id,
            commands: commands,
            bytes: request.batch.bytes.readableBytes,
            deadline: request.deadline,
            now: .now
        )
        switch sending {
        case .refuse(let error): request.continuation.resume(returning: .refused(error))
        case .useAnother(let reason): request.continuation.resume(returning: .useAnother(reason: reason))
        case .write:
            waiting[request.id] = request.continuation
            commands.forEach(onRequest)
            // A write that fails closes the channel, which answers all who wait.
            context?.writeAndFlush(wrapOutboundOut(request.batch.bytes), promise: nil)
            schedule(request.deadline)
        }
    }

    /// Whoever waits for that request does not any more.
    func cancel(_ id: UInt64) { apply(state.cancel(id)) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        do throws(RedisReplyReader.Failure) {
            try read(buffer)
        } catch {
            apply(state.close(reason: error.reason, isInvalid: true))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        apply(state.close(reason: "the server closed it"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        apply(state.close(reason: NetworkFailureWords.reason(error)))
    }

    private func read(_ buffer: ByteBuffer) throws(RedisReplyReader.Failure) {
        var failure: RedisReplyReader.Failure?
        buffer.withUnsafeReadableBytes { bytes in
            do throws(RedisReplyReader.Failure) {
                try reader.read(bytes) { apply(state.receive($0)) }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    private func apply(_ outcome: RedisConnectionState.Outcome) {
        for answer in outcome.answers {
            waiting.removeValue(forKey: answer.id)?.resume(returning: .replies(answer.replies))
        }
        guard outcome.closes else { return }
        timer?.task.cancel()
        timer = nil
        ended.succeed(state.closeReason ?? "closed")
        context?.close(promise: nil)
    }

    /// Sees to it that `state.wake` is called then or earlier.
    private func schedule(_ instant: ContinuousClock.Instant) {
        if let timer {
            guard instant < timer.at else { return }
            timer.task.cancel()
        }
        guard let loop = context?.eventLoop else { return }
        let delay = max(.zero, instant - .now)
        timer = (
            instant,
            loop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { [self] in
                timer = nil
                apply(state.wake(now: .now))
                if let next = state.nextWake { schedule(next) }
            }
        )
    }
}
