import NIOCore
import NIOHTTP1

/// Ends connections that are slow, or that an answer has said to close.
///
/// It sits behind the decoder: a head must be there 10 s after its first byte (or the connection's begin), a whole
/// request 60 s after its head; between requests a connection may rest 60 s; a client that takes nothing of an answer
/// for 60 s is given up.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    struct Limits: Sendable {
        var head = TimeAmount.seconds(10)
        var body = TimeAmount.seconds(60)
        var rest = TimeAmount.seconds(60)
        var stall = TimeAmount.seconds(60)
        /// How long what a client still sends is thrown away, so that it can read the answer before the end.
        var linger = TimeAmount.seconds(1)
        /// And how many bytes of it; from then on, or at once where no request can be made out, nothing is read any more.
        var leavings = 1_048_576
        /// Open at once.
        var connections = 1_000
    }

    private enum State {
        /// No byte of a head is there, of a first request or a further one.
        case resting
        case head
        case body
        case answering
        case closing
    }

    private let limits: Limits
    private let census: ConnectionCensus
    private var state = State.resting
    private var timer: Scheduled<Void>?
    private var stall: Scheduled<Void>?
    private var closesAfterAnswer = false
    private var thrownAway = 0
    private var readsOn = true
    private var number = 0

    init(limits: Limits, census: ConnectionCensus) {
        self.limits = limits
        self.census = census
    }

    func handlerAdded(context: ChannelHandlerContext) {
        number = census.opened(context.channel)
        end(context, in: limits.head)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        stall?.cancel()
        census.closed(number)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        stall?.cancel()
        census.closed(number)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head where state != .closing:
            state = .body
            // It waits for the rest of its request, from now on.
            census.waits(number)
            end(context, in: limits.body)
        case .end where state == .body:
            state = .answering
            census.works(number)
            timer?.cancel()
        case .body(let bytes) where state == .closing:
            thrownAway += bytes.readableBytes
            readsOn = thrownAway <= limits.leavings
        default: break
        }
        context.fireChannelRead(data)
    }

    /// Bytes have come. While nothing of a request was known, they are the first of a head.
    func channelReadComplete(context: ChannelHandlerContext) {
        if state == .resting {
            state = .head
            end(context, in: limits.head)
        }
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if readsOn { context.read() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            closesAfterAnswer = head.headers[canonicalForm: "connection"].contains("close")
        case .end where closesAfterAnswer: lingers(context)
        case .end where state == .answering:
            state = .resting
            census.waits(number)
            end(context, in: limits.rest)
        default: break
        }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stall?.cancel()
        if !context.channel.isWritable {
            stall = closing(context, in: limits.stall)
            census.waits(number)
        } else if state == .answering {
            census.works(number)
        }
        context.fireChannelWritabilityChanged()
    }

    /// What cannot be read gets an answer like all others, where no other one is under way; then it is the end.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError, state == .resting || state == .head else {
            context.fireErrorCaught(error)
            return
        }
        do {
            let answer = try UnreadableHead.answer(to: error)
            context.write(wrapOutboundOut(.head(answer.head)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            readsOn = false
            lingers(context)
        } catch {
            context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The service ends: a request that is not wholly there need not be waited for, nor who goes on after an answer.
        let isOver = state == .body || state == .head || state == .closing
        if event is ChannelShouldQuiesceEvent, isOver { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    private func lingers(_ context: ChannelHandlerContext) {
        state = .closing
        census.waits(number)
        end(context, in: limits.linger)
    }

    private func end(_ context: ChannelHandlerContext, in time: TimeAmount) {
        timer?.cancel()
        timer = closing(context, in: time)
    }

    private func closing(_ context: ChannelHandlerContext, in time: TimeAmount) -> Scheduled<Void> {
        let channel = context.channel
        return context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}

/// Puts a guard behind the decoder of a new connection, where bytes have become parts of requests.
final class ConnectionGuardInstaller: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let limits: ConnectionGuard.Limits
    private let census: ConnectionCensus

    init(limits: ConnectionGuard.Limits, census: ConnectionCensus) {
        self.limits = limits
        self.census = census
    }

    func handlerAdded(context: ChannelHandlerContext) {
        do {
            let pipeline = context.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(ConnectionGuard(limits: limits, census: census), position: .after(decoder))
        } catch {
            // Without its guard a connection must not go on.
            context.close(promise: nil)
        }
    }
}
