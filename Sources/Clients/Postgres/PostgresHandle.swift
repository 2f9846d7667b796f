import CLibPQ

/// Owns one connection of libpq: sends, waits in slices, takes results, cancels. Knows nothing of SQL.
///
/// Everything that libpq itself would wait for (sending much, taking results) is polled for here.
final class PostgresHandle {
    let name: String
    /// Owned; closed in `deinit`.
    let raw: OpaquePointer
    let notices = PostgresNotices()
    let secrets: PostgresSecrets
    /// Closed, or in a state that nobody knows.
    var isLost = false

    /// How long the server may take to confirm what it does at once: a cancellation, a rollback.
    static let confirmation: Duration = .seconds(5)

    /// - Parameter raw: a connection that is ready for statements.
    /// - Throws: if it cannot be switched to sending without waiting.
    init(owning raw: OpaquePointer, name: String, secrets: PostgresSecrets) throws(PostgresError) {
        self.raw = raw
        self.name = name
        self.secrets = secrets
        notices.receive(from: raw)
        PQsetErrorVerbosity(raw, PQERRORS_DEFAULT)
        // 0: done; -1: the connection is gone.
        guard PQsetnonblocking(raw, 1) == 0 else { throw lose() }
    }

    deinit { PQfinish(raw) }

    /// What the server said last about transactions; it is not asked.
    var transactionStatus: PGTransactionStatusType { PQtransactionStatus(raw) }
    var isIdle: Bool { transactionStatus == PQTRANS_IDLE }
    var isUsable: Bool { !isLost && PQstatus(raw) == CONNECTION_OK }

    /// Sends one request by a `PQsend…` call; 1: it is on its way, 0: it is not.
    func send(_ call: (OpaquePointer) -> Int32) throws(PostgresError) {
        guard isUsable else { throw lose() }
        notices.list.removeAll(keepingCapacity: true)
        guard call(raw) == 1 else {
            if PQstatus(raw) != CONNECTION_OK { throw lose() }
            throw .misuse(name, secrets.redact(errorMessage))
        }
    }

    /// What becomes of a statement whose caller does not want to wait any longer.
    enum Stop {
        /// It is cancelled on the server. If that comes too late, its result is given: what is done must be counted.
        case cancel
        /// It cannot be cancelled without harm, so that the connection is closed.
        case lose
    }

    /// Sends SQL that needs no parameters and gives the last result; for several statements at once.
    @discardableResult
    func simple(
        _ sql: String,
        onStop stop: Stop = .cancel,
        isCancelled: () -> Bool
    ) throws(PostgresError) -> PostgresRows {
        try send { PQsendQuery($0, sql) }
        return try collect(onStop: stop, isCancelled: isCancelled)
    }

    /// The last result of what was sent, after all are taken.
    func collect(onStop stop: Stop = .cancel, isCancelled: () -> Bool) throws(PostgresError) -> PostgresRows {
        var last: PostgresRows?
        while true {
            switch wait(isCancelled: isCancelled) {
            case .lost: throw lose()
            case .stopped:
                guard stop == .cancel else { throw lose(PostgresError.noAnswer) }
                guard case .tooLate(let rest) = try cancel() else { throw .cancelled(name) }
                guard let done = rest ?? last else { throw lose(PostgresError.noResult) }
                return done
            case .ready:
                guard let result = PQgetResult(raw) else {
                    guard let last else { throw lose(PostgresError.noResult) }
                    return last
                }
                last = try checked(result)
            }
        }
    }

    /// The next result of what was sent, which may be a single row; `nil` after the last.
    /// - Throws: `.cancelled` after the server has confirmed it.
    func next(isCancelled: () -> Bool, columns: PostgresColumns?) throws(PostgresError) -> PostgresRows? {
        switch wait(isCancelled: isCancelled) {
        case .lost: throw lose()
        case .stopped:
            try cancel()
            throw .cancelled(name)
        case .ready:
            guard let result = PQgetResult(raw) else { return nil }
            return try checked(result, columns: columns)
        }
    }

    /// What a cancellation came to.
    enum Cancellation {
        /// An error ended the statement.
        case inTime
        /// The statement was done; with its last result, unless that had been taken.
        case tooLate(PostgresRows?)
    }

    /// Cancels what the server does, takes all that is left of it, and leaves the connection ready.
    /// - Throws: if the connection is lost by it.
    @discardableResult
    func cancel() throws(PostgresError) -> Cancellation {
        let deadline = ContinuousClock.now + Self.confirmation
        guard let request = PostgresCancelRequest(raw) else { throw lose() }
        var outcome = Cancellation.tooLate(nil)
        drain: while true {
            switch wait(isCancelled: { ContinuousClock.now >= deadline }) {
            case .lost: throw lose()
            case .stopped:
                isLost = true
                throw .cancelUnanswered(name)
            case .ready:
                guard let result = PQgetResult(raw) else { break drain }
                let isError = PQresultStatus(result) == PGRES_FATAL_ERROR
                let rows = PostgresRows(owning: result)
                outcome = isError ? .inTime : .tooLate(rows)
            }
        }
        // Delivered later, it could hit another statement.
        if !request.hasEnded(by: deadline) { isLost = true }
        return outcome
    }

    /// Closes the connection as far as its users are concerned.
    func abandon() { isLost = true }

    private enum Waited {
        case ready
        case stopped
        case lost
    }

    /// Waits until libpq has a whole result, or knows that there is none.
    private func wait(isCancelled: () -> Bool) -> Waited {
        while true {
            // 0: all is sent; 1: there is more; -1: it cannot be sent, but an answer may be there.
            let isSending = PQflush(raw) == 1
            // 0: PQgetResult will not wait.
            if !isSending, PQisBusy(raw) == 0 { return .ready }
            let ready = SocketWait.poll(PQsocket(raw), for: isSending ? [.readable, .writable] : .readable)
            // 1: read, 0: the connection is gone.
            if ready.contains(.readable), PQconsumeInput(raw) == 0 { return .lost }
            if isCancelled() { return .stopped }
        }
    }

    /// Wraps a result; if it is an error, takes what follows and throws.
    private func checked(
        _ result: OpaquePointer,
        columns: PostgresColumns? = nil
    ) throws(PostgresError) -> PostgresRows {
        let status = PQresultStatus(result)
        switch status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE, PGRES_EMPTY_QUERY:
            return PostgresRows(owning: result, columns: columns)
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            PQclear(result)
            isLost = true
            throw .copying(name)
        default:
            let error = error(of: result)
            PQclear(result)
            if error.isConnectionLost { isLost = true } else { drain() }
            throw error
        }
    }

    /// Takes what follows an error, which is there at once or never.
    private func drain() {
        let deadline = ContinuousClock.now + Self.confirmation
        while case .ready = wait(isCancelled: { ContinuousClock.now >= deadline }) {
            guard let result = PQgetResult(raw) else { return }
            PQclear(result)
        }
        isLost = true
    }
}
