import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Makes connections that can be used: connected, encrypted, authenticated, with the database chosen.
struct RedisConnector: Sendable {
    private let settings: RedisSettings
    private let onRequest: @Sendable (String) -> Void
    /// The one that answered last comes first.
    private var sentinels: [RedisEndpoint]

    init(settings: RedisSettings, onRequest: @escaping @Sendable (String) -> Void) {
        self.settings = settings
        self.onRequest = onRequest
        if case .sentinels(let list, _) = settings.place { sentinels = list } else { sentinels = [] }
    }

    /// One attempt, within the time of the settings.
    /// - Throws: `notConnected`.
    mutating func connect() async throws(RedisError) -> RedisConnection {
        switch settings.place {
        case .server(let endpoint):
            return try await connect(endpoint, name: "\(endpoint)", isMasterWanted: false)
        case .sentinels(_, let master):
            let endpoint = try await find(master)
            return try await connect(endpoint, name: "\(endpoint) (master \(master))", isMasterWanted: true)
        }
    }

    private func connect(
        _ endpoint: RedisEndpoint,
        name: String,
        isMasterWanted: Bool
    ) async throws(RedisError) -> RedisConnection {
        let deadline = ContinuousClock.now + settings.connectTimeout
        let connection = try await open(endpoint, name: name, timeout: settings.connectTimeout)
        let greeting = RedisGreeting(
            credentials: settings.credentials,
            database: settings.database,
            isMasterWanted: isMasterWanted,
            isEncrypted: settings.isEncrypted
        )
        do {
            try await greeting.perform(on: connection, limit: settings.limits.bytesInFlight, deadline: deadline)
        } catch {
            connection.close()
            throw error
        }
        return connection
    }

    // MARK: Sentinel

    /// Asks one after the other until one knows the master.
    private mutating func find(_ master: String) async throws(RedisError) -> RedisEndpoint {
        var failures: [String] = []
        for (index, sentinel) in sentinels.enumerated() {
            do throws(RedisError) {
                let endpoint = try await ask(sentinel, for: master)
                sentinels.swapAt(0, index)
                return endpoint
            } catch {
                failures.append("\(error)")
            }
        }
        throw .notConnected(server: settings.server, reason: RedisReasons.noSentinel(names: master, failures))
    }

    private func ask(_ sentinel: RedisEndpoint, for master: String) async throws(RedisError) -> RedisEndpoint {
        let name = "\(sentinel) (Sentinel)"
        let deadline = ContinuousClock.now + settings.sentinelTimeout
        let connection = try await open(sentinel, name: name, timeout: settings.sentinelTimeout)
        defer { connection.close() }
        let question = RedisCommand("SENTINEL", "get-master-addr-by-name", master)
        let greeting = RedisGreeting(credentials: settings.sentinelCredentials, isEncrypted: settings.isEncrypted)
        let replies = try await greeting.perform(
            on: connection,
            asking: [question],
            limit: settings.limits.bytesInFlight,
            deadline: deadline
        )
        guard let reply = replies.last, !reply.isNull else {
            throw .notConnected(server: name, reason: RedisReasons.unknownMaster)
        }
        guard
            let parts = reply.elements, parts.count == 2, let host = parts[0].text, !host.isEmpty,
            let port = parts[1].int, (1...65_535).contains(port)
        else { throw .unexpectedReply(command: "SENTINEL", kind: reply.kind) }
        return .tcp(host: host, port: Int(port))
    }

    // MARK: Channel

    private func open(
        _ endpoint: RedisEndpoint,
        name: String,
        timeout: Duration
    ) async throws(RedisError) -> RedisConnection {
        let tls = try context(for: name)
        let opening = RedisOpening()
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(TimeAmount(timeout))
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelInitializer { [settings, onRequest] channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = try Self.prepare(channel, endpoint, name, tls, settings.limits, onRequest)
                    try opening.made(connection)
                }
            }
        do {
            return try await withTaskCancellationHandler {
                let channel = try await bootstrap.connect(to: endpoint).get()
                return try opening.connection(of: channel)
            } onCancel: {
                opening.cancel()
            }
        } catch {
            throw .notConnected(server: name, reason: NetworkFailureWords.reason(error))
        }
    }

    /// Read each time, so that a CA file may be replaced.
    private func context(for name: String) throws(RedisError) -> NIOSSLContext? {
        guard settings.isEncrypted else { return nil }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .fullVerification
        configuration.minimumTLSVersion = .tlsv12
        do {
            if let file = settings.caFile {
                configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(file))
            }
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw .notConnected(server: name, reason: RedisReasons.certificates(settings.caFile))
        }
    }

    private static func prepare(
        _ channel: any Channel,
        _ endpoint: RedisEndpoint,
        _ name: String,
        _ tls: NIOSSLContext?,
        _ limits: RedisLimits,
        _ onRequest: @escaping @Sendable (String) -> Void
    ) throws -> RedisConnection {
        if let tls {
            let handler = try NIOSSLClientHandler(context: tls, serverHostname: endpoint.nameForTLS)
            try channel.pipeline.syncOperations.addHandler(handler)
        }
        let ended = channel.eventLoop.makePromise(of: String.self)
        do {
            let handler = try RedisChannelHandler(server: name, limits: limits, ended: ended, onRequest: onRequest)
            try channel.pipeline.syncOperations.addHandler(handler)
            return RedisConnection(channel: channel, server: name, handler: handler, ended: ended.futureResult)
        } catch {
            ended.fail(error)
            throw error
        }
    }
}

extension ClientBootstrap {
    fileprivate func connect(to endpoint: RedisEndpoint) -> EventLoopFuture<any Channel> {
        switch endpoint {
        case .tcp(let host, let port): connect(host: host, port: port)
        case .unixSocket(let path): connect(unixDomainSocketPath: path)
        }
    }
}

extension RedisEndpoint {
    /// The name that the certificate must have and that SNI sends; `nil`: the address that it is connected to is
    /// looked for in the certificate, because SNI is for names only.
    fileprivate var nameForTLS: String? {
        guard case .tcp(let host, _) = self else { return nil }
        do {
            _ = try SocketAddress(ipAddress: host, port: 0)
            return nil
        } catch {
            // Not an address, so a name.
            return host
        }
    }
}
