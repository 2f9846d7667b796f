import Clients

/// Finds out what became of a transaction whose COMMIT was not answered.
struct PostgresCommitFate {
    /// How long it may stay undecided: a server that was stopped has to recover first.
    private static let patience: Duration = .seconds(30)
    /// The same for who is asked to stop.
    private static let lastPatience: Duration = .seconds(5)

    /// As `pg_current_xact_id()` gave it.
    let number: String
    let server: PostgresServer
    let task: String

    /// Blocks until the server knows.
    /// - Parameter error: what was heard of the COMMIT; thrown if nothing more can be found out in time.
    func isCommitted(asked error: PostgresError, isCancelled: () -> Bool) throws -> Bool {
        let start = ContinuousClock.now
        while ContinuousClock.now - start < (isCancelled() ? Self.lastPatience : Self.patience) {
            do {
                switch try status() {
                case "committed": return true
                case "aborted": return false
                // Still under way: its session has not noticed yet that it was left.
                default: break
                }
            } catch let failure as PostgresError where failure.isRetryable {
                // The server comes back, or the time is up.
            }
            pause(.milliseconds(100)) { false }
        }
        throw error
    }

    private func status() throws -> String? {
        try server.withConnection(as: task) { connection in
            try connection.query("SELECT pg_xact_status($1::xid8)", [.inferred(number)]).first?.text(0)
        }
    }
}
