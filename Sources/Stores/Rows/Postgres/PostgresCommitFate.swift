import Clients

/// Finds out what became of a transaction whose COMMIT was not answered.
struct PostgresCommitFate {
    /// How long it may stay undecided: a server that was stopped has to recover first.
    private static let patience: Duration = .seconds(30)
    /// The same for who is asked to stop.
    private static let lastPatience: Duration = .seconds(5)

    let mark: PostgresTransactionMark
    let server: PostgresServer
    let task: String

    private enum Verdict {
        case committed
        case rolledBack
        /// Its session has not noticed yet that it was left.
        case underWay
        /// A transaction of that number was committed, which may be another one.
        case doubtful
    }

    /// Blocks until the server knows.
    /// - Parameter error: what was heard of the COMMIT; thrown if nothing more can be found out in time.
    func isCommitted(asked error: PostgresError, isCancelled: () -> Bool) throws -> Bool {
        let start = ContinuousClock.now
        while ContinuousClock.now - start < (isCancelled() ? Self.lastPatience : Self.patience) {
            do {
                switch try server.withConnection(as: task, verdict) {
                case .committed: return true
                case .rolledBack: return false
                case .doubtful: throw error
                case .underWay: break
                }
            } catch let failure as PostgresError where failure.isRetryable {
                // The server comes back, or the time is up.
            }
            pause(.milliseconds(100)) { false }
        }
        throw error
    }

    private func verdict(_ connection: PostgresConnection) throws -> Verdict {
        let status = try connection.query(mark.status.sql, mark.status.values).first?.text(0)
        if status == "aborted" { return .rolledBack }
        guard status == "committed" || status == "ahead" else { return .underWay }
        switch try ownership(connection) {
        case "lost": return .rolledBack
        case "own" where status == "committed": return .committed
        default: return status == "committed" ? .doubtful : .underWay
        }
    }

    private func ownership(_ connection: PostgresConnection) throws -> String? {
        let answer = Result { () throws(PostgresError) in
            try connection.query(mark.ownership.sql, mark.ownership.values)
        }
        // A server that does not show its checkpoints.
        if case .failure(let error) = answer, error.code == .permission || error.code == .other { return nil }
        return try answer.get().first?.text(0)
    }
}
