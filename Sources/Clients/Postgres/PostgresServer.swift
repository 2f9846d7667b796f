import Synchronization

/// One configured connection to PostgreSQL: lends sessions to all its users, and shares one circuit breaker among them.
package final class PostgresServer: Sendable {
    /// The connection's name in the configuration.
    package let name: String
    private let connector: PostgresConnector
    private let now: @Sendable () -> ContinuousClock.Instant
    private let random: @Sendable () -> Double
    private let onCall: CallObserver?
    private let state = Mutex(State())

    private struct State {
        var breaker = CircuitBreaker()
        var lastFailure = ""
        var idle: [IdleConnection] = []
    }

    /// Kept for the next user; more are closed.
    private static let idleLimit = 8
    /// Closed when somebody comes by after this long.
    private static let idleTime: Duration = .seconds(300)
    /// Idle for longer, it is asked whether it still lives.
    private static let doubtfulTime: Duration = .seconds(30)

    /// - Parameters:
    ///   - name: of the connection in the configuration; in every error.
    ///   - now: a clock that never goes back; for the circuit breaker and the age of idle sessions.
    ///   - random: 0..<1, so that programs that lost the same server do not all come back at once.
    ///   - onCall: is told each connection that was made or not, and each statement.
    package init(
        name: String,
        settings: PostgresSettings,
        now: @escaping @Sendable () -> ContinuousClock.Instant,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        onCall: CallObserver? = nil
    ) {
        self.name = name
        connector = PostgresConnector(name: name, settings: settings)
        self.now = now
        self.random = random
        self.onCall = onCall
    }

    /// The circuit breaker as it is now, for status pages and its gauge.
    package var breaker: CircuitBreaker { state.withLock { $0.breaker } }

    /// Lends a session, which is new or has been used before and still lives, until `body` returns or throws.
    ///
    /// If it cannot connect, it tries up to three times within two seconds, unless the refusal is final (password, TLS).
    /// After five calls in a row that could not connect, calls are refused for 30 s; then one tries. A session that is
    /// given back broken or within a transaction is closed. What `body` does is not repeated.
    /// - Parameters:
    ///   - application: the task; the server's administrator sees `cleanupd/<task>`, or `cleanupd` if that is longer
    ///     than 63 bytes.
    ///   - isCancelled: asked while it connects.
    /// - Throws: `.connection`, `.breakerOpen`, `.cancelled`, `.resources`, `.permission`, and what `body` throws.
    @discardableResult
    package func withConnection<Result>(
        as application: String,
        isCancelled: () -> Bool = { false },
        _ body: (PostgresConnection) throws -> Result
    ) throws -> Result {
        let connection = try lend(PostgresConnector.applicationName(application), isCancelled)
        defer { giveBack(connection) }
        return try body(connection)
    }

    /// Closes all sessions that nobody uses: for the end of the program.
    package func closeIdle() {
        // Closed outside the lock, when the array is let go.
        _ = state.withLock { state in
            defer { state.idle = [] }
            return state.idle
        }
    }

    private func lend(_ application: String, _ isCancelled: () -> Bool) throws(PostgresError) -> PostgresConnection {
        while let idle = takeIdle() {
            let isDoubtful = now() - idle.since > Self.doubtfulTime
            let connection = idle.connection
            if connection.revive(as: application, isDoubtful: isDoubtful, isCancelled: isCancelled) {
                return connection
            }
            if isCancelled() { throw .cancelled(name) }
        }
        let permit = try enter()
        do throws(PostgresError) {
            let handle = try connect(application, attempts: permit.isProbe ? 1 : 3, isCancelled)
            state.withLock { $0.breaker.succeeded(permit) }
            return PostgresConnection(
                handle,
                settings: connector.settings,
                application: application,
                onCall: onCall
            )
        } catch {
            let instant = now()
            state.withLock { state in
                if error.code == .cancelled {
                    state.breaker.abandoned(permit, at: instant)
                } else {
                    state.breaker.failed(permit, at: instant)
                    state.lastFailure = error.message
                }
            }
            throw error
        }
    }

    private func enter() throws(PostgresError) -> CircuitBreaker.Permit {
        let instant = now()
        let (answer, last) = state.withLock { ($0.breaker.enter(instant), $0.lastFailure) }
        switch answer {
        case .allowed(let permit): return permit
        case .refused(let until):
            let seconds = until.map { Int64((($0 - instant) / .seconds(1)).rounded(.up)) }
            throw .breakerOpen(name, seconds: seconds, last: last)
        }
    }

    private func connect(
        _ application: String,
        attempts: Int,
        _ isCancelled: () -> Bool
    ) throws(PostgresError) -> PostgresHandle {
        let start = ContinuousClock.now
        var backOff = BackOff()
        while true {
            do throws(PostgresError) {
                let handle = try connector.connect(as: application, isCancelled: isCancelled)
                onCall?(.connect(since: start, retries: backOff.attempts, error: nil))
                return handle
            } catch {
                let pause = error.mayPass && backOff.attempts + 1 < attempts ? backOff.next(random: random()) : nil
                guard let pause, ContinuousClock.now - start + pause < .seconds(2) else {
                    onCall?(.connect(since: start, retries: backOff.attempts, error: error))
                    throw error
                }
                SocketWait.pause(pause, isCancelled: isCancelled)
            }
        }
    }

    private func takeIdle() -> IdleConnection? {
        let oldest = now() - Self.idleTime
        // The aged ones are closed outside the lock, when the array is let go.
        let (idle, aged) = state.withLock { state in
            let aged = state.idle.filter { $0.since < oldest }
            state.idle.removeAll { $0.since < oldest }
            return (state.idle.popLast(), aged)
        }
        return withExtendedLifetime(aged) { idle }
    }

    private func giveBack(_ connection: PostgresConnection) {
        guard connection.isUsable, connection.handle.isIdle else { return }
        let idle = IdleConnection(connection: connection, since: now())
        state.withLock { if $0.idle.count < Self.idleLimit { $0.idle.append(idle) } }
    }
}

/// A session that nobody uses.
private struct IdleConnection: @unchecked Sendable {  // banned-ok: only reached under the lock `PostgresServer.state`
    let connection: PostgresConnection
    let since: ContinuousClock.Instant
}
