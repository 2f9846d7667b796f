import NIOCore
import NIOEmbedded
import NIOHTTP1

@testable import Clients

/// What an S3 server answers over HTTP/1.1, in pieces of as many bytes as the first one says.
enum S3HTTPFuzz {
    static let target = FuzzTarget("s3http", longest: 4096) { bytes in
        var input = FuzzInput(bytes)
        let size = max(1, Int(input.byte()))
        let stream = Array(input.rest)
        let channel = EmbeddedChannel()
        defer { _ = channel }
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(HTTPRequestEncoder())
        try pipeline.addHandler(ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)))
        var limits = S3Limits()
        limits.replyBytes = 512
        let handler = S3ConnectionHandler(limits: limits, isEncrypted: false)
        try pipeline.addHandler(handler)
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/s3")).wait()
        let exchange = InlineExchange(S3Connection(channel, handler))
        for start in stride(from: 0, to: stream.count, by: size) where channel.isActive {
            send(stream[start..<min(start + size, stream.count)], to: channel)
        }
        let answered = exchange.outcome != nil
        if let answer = exchange.outcome?.answer { try check(answer, limits, channel) }
        // Whoever asked is told at the latest when the connection ends, and never twice.
        channel.pipeline.fireChannelInactive()
        channel.embeddedEventLoop.run()
        try require(exchange.outcome != nil, "a question gets no answer when the connection ends")
        if !answered, exchange.outcome?.answer != nil {
            try require(!stream.isEmpty, "nothing counts as an answer")
        }
        do {
            _ = try channel.finish(acceptAlreadyClosed: true)
        } catch {
            // As in `send`.
        }
    }

    private static func send(_ bytes: ArraySlice<UInt8>, to channel: EmbeddedChannel) {
        do {
            try channel.writeInbound(ByteBuffer(bytes: bytes))
        } catch {
            // What the decoder refuses has reached the handler, too, which ends the exchange.
        }
        channel.embeddedEventLoop.run()
    }

    private static func check(_ answer: S3Answer, _ limits: S3Limits, _ channel: EmbeddedChannel) throws {
        let reply = answer.reply
        try require(reply.body.count <= limits.replyBytes, "an answer is longer than it may be")
        if let length = reply.headers.first(name: "content-length").flatMap({ Int($0) }),
            reply.headers["transfer-encoding"].isEmpty, reply.status != 204, reply.status != 304
        {
            try require(reply.body.count == length, "a cut answer counts as a whole one")
        }
        _ = (reply.refusal?.awsCode, reply.date, reply.isGone, reply.isNumbered)
    }
}
