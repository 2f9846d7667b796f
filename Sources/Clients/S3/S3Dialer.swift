import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// Opens connections, on one event loop.
final class S3Dialer: Sendable {
    private let loop: any EventLoop
    private let limits: S3Limits
    private let configuration: TLSConfiguration
    /// Made with the first connection that needs it.
    private let tls = Mutex<NIOSSLContext?>(nil)

    init(loop: any EventLoop, limits: S3Limits, tls configuration: TLSConfiguration) {
        self.loop = loop
        self.limits = limits
        self.configuration = configuration
    }

    /// Opens a connection; TLS begins with the first request.
    func open(_ origin: S3Origin) async throws -> S3Connection {
        let context = origin.isEncrypted ? try await context() : nil
        let (limits, name) = (limits, origin.name)
        return try await ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(limits.connectTimeout))
            .connect(host: origin.host, port: origin.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let context {
                        try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: name))
                    }
                    try pipeline.addHandler(HTTPRequestEncoder())
                    let decoder = HTTPResponseDecoder(
                        leftOverBytesStrategy: .dropBytes,
                        informationalResponseStrategy: .forward
                    )
                    try pipeline.addHandler(ByteToMessageHandler(decoder))
                    let handler = S3ConnectionHandler(limits: limits, isEncrypted: context != nil)
                    try pipeline.addHandler(handler)
                    return S3Connection(channel, handler)
                }
            }
    }

    /// Off the event loop: the system's CAs are many.
    private func context() async throws -> NIOSSLContext {
        try await NIOThreadPool.singleton.runIfActive {
            try self.tls.withLock { known in
                if let known { return known }
                let made = try NIOSSLContext(configuration: self.configuration)
                known = made
                return made
            }
        }
    }
}

/// A connection that is waited for.
final class S3Opening: Sendable {
    private let promise: EventLoopPromise<S3Connection>
    private let isSettled = Atomic(false)

    init(on loop: any EventLoop) { promise = loop.makePromise() }

    /// To be waited for once.
    var connection: S3Connection {
        get async throws { try await promise.futureResult.get() }
    }

    /// - Returns: whether this is what whoever waits gets; the first one is.
    @discardableResult
    func settle(_ result: Result<S3Connection, any Error>) -> Bool {
        guard !isSettled.exchange(true, ordering: .relaxed) else { return false }
        promise.completeWith(result)
        return true
    }
}
