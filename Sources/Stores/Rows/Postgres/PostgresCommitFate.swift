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
    /// - Returns: `nil` if it does not in time, or cannot tell it from another transaction.
    func isCommitted(_ isCancelled: () -> Bool) -> Bool? {
        let start = ContinuousClock.now
        while ContinuousClock.now - start < (isCancelled() ? Self.lastPatience : Self.patience) {
            do {
                switch try server.withConnection(as: task, verdict) {
                case .committed: return true
                case .rolledBack: return false
                case .doubtful: return nil
                case .underWay: break
                }
            } catch {
                // The server comes back, or the time is up: whatever hinders us now says nothing of the transaction.
            }
            pause(.milliseconds(100)) { false }
        }
        return nil
    }

    private func verdict(_ connection: PostgresConnection) throws -> Verdict {
        let status = try connection.query(mark.status.sql, mark.status.values).first?.text(0)
        if status == "aborted" { return .rolledBack }
        guard status == "committed" || status == "ahead" else { return .underWay }
        switch (try ownership(connection), status) {
        case (.lost, _): return .rolledBack
        case (.own, "committed"): return .committed
        case (.unknown, "committed"): return .doubtful
        default: return .underWay
        }
    }

    /// Whose the number is by now.
    private enum Ownership: String {
        case own, lost, unknown
    }

    private func ownership(_ connection: PostgresConnection) throws -> Ownership {
        guard let then = mark.incarnation, let now = try connection.incarnation(isFresh: true) else { return .unknown }
        // Nothing has happened.
        if then == now { return .own }
        // What a server that has taken over had got of the other one, it does not say.
        guard then.timeline == now.timeline else { return .unknown }
        let answer = Result { () throws(PostgresError) in
            try connection.query(mark.afterCrash.sql, mark.afterCrash.values)
        }
        // A server that does not show its checkpoints.
        if case .failure(let error) = answer, error.code == .permission || error.code == .other { return .unknown }
        return Ownership(rawValue: try answer.get().first?.text(0) ?? "") ?? .unknown
    }
}
