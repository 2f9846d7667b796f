import NIOCore
import NIOPosix
import Synchronization

/// A client of Redis: one connection, which is made again whenever it is lost, for any number of callers at once.
///
/// Nothing is sent before `run` has been called, and nothing after it has ended. Commands of all callers share the
/// connection, and are answered in the order in which they were sent: a command that blocks on the server (`BLPOP`,
/// `XREADGROUP … BLOCK`) holds up all others, so it needs a client of its own.
///
/// No command is ever repeated by the client: after an error whose `isFateUnknown` is true, the caller must find out.
package final class RedisClient: Sendable {
    /// What a caller wants while there is no connection.
    package enum Patience: Sendable {
        /// To wait for one, within the time-out.
        case wait
        /// To fail at once.
        case fail
    }

    /// What has happened to the connection, for logs and metrics.
    package enum Event: Sendable, Equatable {
        case connected(server: String)
        /// - Parameter reason: how the connection ended, or why none could be made.
        case disconnected(reason: String)
    }

    typealias Offer = RedisLink<RedisConnection, CheckedContinuation<Waited, Never>>.Offer

    /// What somebody who waited for a connection gets.
    enum Waited: Sendable {
        case offer
        case timedOut
        case cancelled
    }

    let settings: RedisSettings
    private let onRequest: @Sendable (String) -> Void
    private let onEvent: @Sendable (Event) -> Void
    private let link = Mutex(RedisLink<RedisConnection, CheckedContinuation<Waited, Never>>())
    private let ids = Atomic<UInt64>(0)

    /// Does nothing yet; see `run`.
    /// - Parameters:
    ///   - settings: the server.
    ///   - onRequest: called with a command's name for each command that is sent, those of a new connection included.
    ///     Must return at once.
    ///   - onEvent: called when a connection has been made, lost, or could not be made. Must return at once.
    package init(
        settings: RedisSettings,
        onRequest: @escaping @Sendable (_ command: String) -> Void = { _ in },
        onEvent: @escaping @Sendable (Event) -> Void = { _ in }
    ) {
        self.settings = settings
        self.onRequest = onRequest
        self.onEvent = onEvent
    }

    /// The server, as errors and logs name it, without user and password.
    package var server: String { settings.server }

    /// Why there is no connection; `nil` while there is one.
    package var disconnectedReason: String? {
        switch link.withLock({ $0.offer }) {
        case .connection: nil
        case .none(let reason): reason
        case .ended: RedisReasons.ended
        }
    }

    // MARK: Life

    /// Keeps a connection until the task is cancelled. To be called once.
    ///
    /// Pauses between attempts grow from 50 ms to 2 s. At the end the connection is closed without waiting for replies:
    /// whoever has something to say last must have said it before.
    package func run() async {
        guard link.withLock({ $0.start() }) else { preconditionFailure("RedisClient.run() is called once") }
        var connector = RedisConnector(settings: settings, onRequest: onRequest)
        var backOff = RedisBackOff()
        while !Task.isCancelled {
            do throws(RedisError) {
                let connection = try await connector.connect()
                let start = ContinuousClock.now
                await hold(connection)
                // Otherwise a server that takes connections and drops them would be asked without a pause.
                if ContinuousClock.now - start > .seconds(2) { backOff = RedisBackOff() }
            } catch {
                down(reason: error.reason)
            }
            do {
                try await Task.sleep(for: backOff.next(random: .random(in: 0..<1)))
            } catch {
                // Cancelled: the loop's condition says so, too.
                break
            }
        }
        for waiter in link.withLock({ $0.end() }) { waiter.resume(returning: .offer) }
    }

    private func hold(_ connection: RedisConnection) async {
        let (number, waiters) = link.withLock { $0.connected(connection) }
        onEvent(.connected(server: connection.server))
        for waiter in waiters { waiter.resume(returning: .offer) }
        let reason = "the connection to \(connection.server) ended: \(await connection.untilEnd())"
        link.withLock { $0.lost(number, reason: reason) }
        onEvent(.disconnected(reason: reason))
    }

    private func down(reason: String) {
        link.withLock { $0.failed(reason: reason) }
        onEvent(.disconnected(reason: reason))
    }

    // MARK: Commands

    /// Sends a command and waits for its reply.
    /// - Parameters:
    ///   - timeout: for all of it: the wait for a connection, if there is none, and that for the reply.
    ///   - patience: whether to wait for a connection.
    /// - Throws: `reply` if the server refuses; see `RedisError.isFateUnknown` for the others.
    package func send(
        _ command: RedisCommand,
        timeout: Duration,
        patience: Patience = .wait
    ) async throws(RedisError) -> RedisValue {
        let replies = try await pipeline([command], timeout: timeout, patience: patience)
        return try replies[0].get()
    }

    /// Sends commands at once, without waiting for each other's replies. Others' commands do not come between them, but
    /// they are not a transaction: each may fail by itself.
    /// - Parameters:
    ///   - timeout: for all of it, as for `send`.
    ///   - patience: whether to wait for a connection.
    /// - Returns: one result for each command, in order.
    /// - Throws: only if nothing was sent.
    package func pipeline(
        _ commands: [RedisCommand],
        timeout: Duration,
        patience: Patience = .wait
    ) async throws(RedisError) -> [Result<RedisValue, RedisError>] {
        let deadline = ContinuousClock.now + timeout
        guard let first = commands.first else { return [] }
        let batch = try RedisFormatter.format(commands, limit: settings.limits.bytesInFlight)
        while true {
            let (connection, number) = try await connection(for: first.name, until: deadline, patience)
            switch await connection.exchange(batch, deadline: deadline) {
            case .replies(let replies): return replies
            case .refused(let error): throw error
            case .useAnother(let reason):
                link.withLock { $0.lost(number, reason: "the connection to \(connection.server) ended: \(reason)") }
            }
        }
    }

    /// Waits until there is a connection.
    /// - Throws: `notConnected` if there is none in time.
    package func waitUntilConnected(timeout: Duration) async throws(RedisError) {
        _ = try await connection(for: "nothing", until: .now + timeout, .wait)
    }

    private func connection(
        for command: String,
        until deadline: ContinuousClock.Instant,
        _ patience: Patience
    ) async throws(RedisError) -> (RedisConnection, number: Int) {
        while true {
            switch link.withLock({ $0.offer }) {
            case .connection(let connection, let number): return (connection, number)
            case .ended: throw .notConnected(server: server, reason: RedisReasons.ended)
            case .none(let reason):
                guard case .wait = patience, ContinuousClock.now < deadline else {
                    throw .notConnected(server: server, reason: reason)
                }
            }
            switch await wait(until: deadline) {
            // Another caller may have found out meanwhile that the connection is of no use.
            case .offer, .timedOut: break
            case .cancelled: throw .cancelled(server: server, command: command, wasSent: false)
            }
        }
    }

    private func wait(until deadline: ContinuousClock.Instant) async -> Waited {
        let id = ids.add(1, ordering: .relaxed).newValue
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard case .none = link.withLock({ $0.wait(id, continuation) }) else {
                    return continuation.resume(returning: .offer)
                }
                // It is not taken back when there is a connection; it then finds nobody.
                MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: TimeAmount(max(.zero, deadline - .now))) {
                    self.leave(id, .timedOut)
                }
                // The handler below may have run before this one joined.
                if Task.isCancelled { leave(id, .cancelled) }
            }
        } onCancel: {
            leave(id, .cancelled)
        }
    }

    private func leave(_ id: UInt64, _ why: Waited) {
        link.withLock { $0.leave(id) }?.resume(returning: why)
    }
}

extension RedisError {
    /// Why there is no connection, without the sentence around it.
    fileprivate var reason: String {
        if case .notConnected(_, let reason) = self { reason } else { "\(self)" }
    }
}
