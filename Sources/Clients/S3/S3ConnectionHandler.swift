import NIOCore
import NIOHTTP1
import NIOTLS
import Synchronization

/// The upper end of a connection: sends a request, gathers the answer, and sees that neither takes too long.
///
/// All of it on the event loop of its channel.
final class S3ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// What is under way.
    private struct Exchange {
        let ticket: S3Ticket
        let isHead: Bool
        let deadline: NIODeadline
        let continuation: CheckedContinuation<S3Answer, any Error>
        /// Bytes of the request's body that are not sent yet.
        var unsent: Int
        var head: HTTPResponseHead?
        var body = ByteBuffer()
    }

    /// A connection that nobody needs is closed after this time.
    private static let idleTime: TimeAmount = .seconds(30)
    /// So much of a body is sent at once, so that what moves on is seen.
    private static let slice = 64 * 1024

    private let limits: S3Limits
    /// Without TLS from the beginning.
    private var isSecured: Bool
    private var hasEnded = false
    /// Whoever opened it has not asked for anything yet.
    private var isAwaited = true
    /// Why it ended meanwhile, as TLS may fail; whoever opened it is told.
    private var earlyFailure: (any Error)?
    private var context: ChannelHandlerContext?
    private var exchange: Exchange?
    /// When something was sent or received the last time.
    private var moved = NIODeadline.now()
    /// Looks at the time; moved only to an earlier one, because most exchanges end long before.
    private var watch: (at: NIODeadline, task: Scheduled<Void>)?

    init(limits: S3Limits, isEncrypted: Bool) {
        self.limits = limits
        isSecured = !isEncrypted
    }

    // MARK: Questions

    func begin(
        _ message: S3Message,
        _ ticket: S3Ticket,
        deadline: NIODeadline,
        _ continuation: CheckedContinuation<S3Answer, any Error>
    ) {
        isAwaited = false
        guard !ticket.isCancelled.load(ordering: .relaxed) else {
            keepWatch()
            return continuation.resume(throwing: S3ConnectionFailure.unsent)
        }
        guard let context, !hasEnded, exchange == nil, context.channel.isActive else {
            let failure = earlyFailure.map { S3Interruption(cause: $0, status: nil) }
            return continuation.resume(throwing: failure ?? S3ConnectionFailure.stale)
        }
        exchange = Exchange(
            ticket: ticket,
            isHead: message.head.method == .HEAD,
            deadline: deadline,
            continuation: continuation,
            unsent: message.body.count
        )
        moved = .now()
        keepWatch()
        context.write(wrapOutboundOut(.head(message.head)), promise: nil)
        for start in stride(from: 0, to: message.body.count, by: Self.slice) {
            send(message.body[start..<min(start + Self.slice, message.body.count)], ticket, context)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    private func send(_ bytes: ArraySlice<UInt8>, _ ticket: S3Ticket, _ context: ChannelHandlerContext) {
        let buffer = context.channel.allocator.buffer(bytes: bytes)
        let count = bytes.count
        context.write(wrapOutboundOut(.body(.byteBuffer(buffer)))).assumeIsolated().whenSuccess {
            guard self.exchange?.ticket === ticket else { return }
            self.exchange?.unsent -= count
            self.moved = .now()
        }
    }

    /// - Parameter ticket: of the exchange; any other one goes on.
    func cancel(_ ticket: S3Ticket) {
        if exchange?.ticket === ticket { fail(CancellationError()) }
    }

    /// Whoever opened it has left; others may ask.
    func rest() {
        isAwaited = false
        earlyFailure = nil
        keepWatch()
    }

    /// Closes the connection; what is under way fails.
    func fail(_ error: any Error) {
        if isAwaited, earlyFailure == nil { earlyFailure = error }
        hasEnded = true
        watch?.task.cancel()
        watch = nil
        if let exchange {
            self.exchange = nil
            let status = exchange.head.map { Int($0.status.code) }
            exchange.continuation.resume(throwing: S3Interruption(cause: error, status: status))
        }
        context?.close(promise: nil)
    }

    // MARK: Answers

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        moved = .now()
        switch unwrapInboundIn(data) {
        case .head(let head):
            guard exchange != nil else { return fail(S3ConnectionFailure.unasked) }
            // "Continue" and the like: the answer is still to come.
            guard !head.status.isInterim else { return }
            exchange?.head = head
            // Nobody asks for another protocol, and what follows would be none of HTTP.
            if head.status == .switchingProtocols { fail(S3ConnectionFailure.unasked) }
        case .body(var part):
            guard let exchange else { return }
            guard exchange.body.readableBytes + part.readableBytes <= limits.replyBytes else {
                return fail(S3ConnectionFailure.tooLong)
            }
            self.exchange?.body.writeBuffer(&part)
        case .end: finish()
        }
    }

    private func finish() {
        guard let exchange, let head = exchange.head else { return }
        self.exchange = nil
        // A server that answers before it has got everything may take the rest for the next request.
        let isWhole = exchange.isHead || head.tellsItsEnd
        let mayStay = isWhole && head.isKeepAlive && exchange.unsent == 0
        let body = Array(exchange.body.readableBytesView)
        let reply = S3Reply(status: Int(head.status.code), headers: head.headers, body: body)
        if mayStay { keepWatch() } else { fail(S3ConnectionFailure.closed) }
        guard isWhole else {
            let failure = S3Interruption(cause: S3ConnectionFailure.closed, status: reply.status)
            return exchange.continuation.resume(throwing: failure)
        }
        exchange.continuation.resume(returning: S3Answer(reply: reply, mayStay: mayStay))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event {
            isSecured = true
            moved = .now()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { fail(error) }

    func channelInactive(context: ChannelHandlerContext) {
        fail(S3ConnectionFailure.closed)
        context.fireChannelInactive()
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        fail(S3ConnectionFailure.closed)
    }

    // MARK: Time

    private var due: NIODeadline {
        guard let exchange else { return moved + Self.idleTime }
        guard isSecured else { return min(moved + TimeAmount(limits.connectTimeout), exchange.deadline) }
        return min(moved + TimeAmount(limits.idleTimeout), exchange.deadline)
    }

    private func keepWatch() {
        let due = due
        guard let context, !hasEnded, watch.map({ due < $0.at }) ?? true else { return }
        watch?.task.cancel()
        let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: due) { self.look() }
        watch = (due, task)
    }

    private func look() {
        watch = nil
        let now = NIODeadline.now()
        guard now >= due else { return keepWatch() }
        guard let exchange, now < exchange.deadline else { return fail(S3ConnectionFailure.late) }
        fail(isSecured ? S3ConnectionFailure.silent : .notSecured)
    }
}

extension HTTPResponseStatus {
    fileprivate var isInterim: Bool { (100..<200).contains(code) && self != .switchingProtocols }
}

extension HTTPResponseHead {
    /// Whether an answer that was cut can be told from a whole one (RFC 9112 §6.3); without a length, it ends with the
    /// connection, whatever ended that.
    fileprivate var tellsItsEnd: Bool {
        switch status {
        case .noContent, .notModified: true
        default: headers.contains(name: "content-length") || headers.contains(name: "transfer-encoding")
        }
    }
}
