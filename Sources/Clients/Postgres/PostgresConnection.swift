import CLibPQ

/// One session on a PostgreSQL server, lent by `PostgresServer.withConnection` to one owner at a time.
///
/// Every call blocks its thread until the server has answered, and asks `isCancelled` about every 50 ms; then the query
/// is cancelled on the server and `.cancelled` is thrown. A statement that was done before it could be cancelled gives
/// its result: what is done must be counted. Not `Sendable`, and not to be kept after it was given back.
package final class PostgresConnection {
    let handle: PostgresHandle
    let settings: PostgresSettings
    var statements = PostgresStatements()
    /// The rows of a stream are being read, so that nothing else can be sent.
    var isStreaming = false
    /// What the server knows as application_name.
    var application: String
    /// Asked once; `.some(nil)`: the server does not say.
    var knownIncarnation: PostgresIncarnation??
    private let onCall: CallObserver?

    init(
        _ handle: PostgresHandle,
        settings: PostgresSettings,
        application: String,
        onCall: CallObserver? = nil
    ) {
        self.handle = handle
        self.settings = settings
        self.application = application
        self.onCall = onCall
    }

    /// For example 150020 for 15.20.
    package var serverVersion: Int { Int(PQserverVersion(handle.raw)) }

    /// Whether statements can be sent. It is false after the connection broke, and says nothing about the server now.
    package var isUsable: Bool { handle.isUsable }

    /// What the server remarked about the last statement; no more than 32 remarks.
    package var notices: [PostgresNotice] { handle.notices.list }

    /// Makes sure that the connection is closed when it is given back: for owners that changed the session (SET, session
    /// locks, temporary tables).
    package func retire() { handle.abandon() }

    /// Runs one statement and gives all its rows; they are in memory.
    ///
    /// If the connection is lost (`isConnectionLost`) outside a transaction, whether it was done is not known.
    /// - Throws: what the server refused, `.cancelled`, `.connection`.
    package func query(
        _ sql: String,
        _ parameters: [PostgresValue] = [],
        isCancelled: () -> Bool = { false }
    ) throws(PostgresError) -> PostgresRows {
        let encoded = try PostgresParameters(parameters, connection: handle.name)
        let key = PostgresStatements.Key(sql: sql, types: encoded.types)
        let wasIdle = handle.isIdle
        return try observing { () throws(PostgresError) in
            do throws(PostgresError) {
                return try run(key, encoded, isCancelled)
            } catch  where error.isStaleStatement {
                // The table was altered, or a pooler lent another session: it failed before it began.
                guard statements.forget(key), wasIdle, isUsable else { throw error }
                return try run(key, encoded, isCancelled)
            }
        }
    }

    /// Tells how long a statement took, and whether it failed.
    func observing<Result>(_ body: () throws(PostgresError) -> Result) throws(PostgresError) -> Result {
        guard let onCall else { return try body() }
        let start = ContinuousClock.now
        do throws(PostgresError) {
            let result = try body()
            onCall(.query(since: start, error: nil))
            return result
        } catch {
            onCall(.query(since: start, error: error))
            throw error
        }
    }

    /// Runs one statement and gives the number of rows that it inserted, changed or deleted.
    ///
    /// - Throws: as `query`; outside a transaction a lost connection is `.commitUnknown`.
    @discardableResult
    package func execute(
        _ sql: String,
        _ parameters: [PostgresValue] = [],
        isCancelled: () -> Bool = { false }
    ) throws(PostgresError) -> Int {
        let commitsItself = isUsable && handle.isIdle
        do throws(PostgresError) {
            return try query(sql, parameters, isCancelled: isCancelled).affectedRows
        } catch  where error.isConnectionLost && commitsItself && error.code != .cancelled {
            throw .commitUnknown(handle.name, error)
        }
    }

    /// Runs several statements without parameters, as one transaction unless they say otherwise: for schemas.
    package func executeScript(_ sql: String, isCancelled: () -> Bool = { false }) throws(PostgresError) {
        try check(sql, isCancelled)
        _ = try observing { () throws(PostgresError) in try handle.simple(sql, isCancelled: isCancelled) }
    }
}
