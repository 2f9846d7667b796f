import Foundation
import Support
import Synchronization

/// What the sessions of the replicas do at PostgreSQL, as its administrator sees it.
final class SoakTransactions: Sendable {
    /// Milliseconds for which a session waits for a lock, carries out a statement, or lies idle within a transaction,
    /// at most: what the server is told with each transaction (lock_timeout, statement_timeout and
    /// idle_in_transaction_session_timeout), whatever becomes of the replica.
    static let bounds = ["idle": 60_000, "lock": 2_000, "statement": 30_000]
    /// The server ends them by its own timers, which are late on a machine that others use as well.
    static let slack = 10_000

    private struct State {
        var looks = 0
        var longest: [String: Int] = [:]
    }

    private let state = Mutex(State())

    var looks: Int { state.withLock { $0.looks } }
    /// The longest that was seen of each kind, in milliseconds; `transaction` is from its beginning.
    var longest: [String: Int] { state.withLock { $0.longest } }

    /// Looks once.
    func look(_ world: SoakWorld) async throws {
        let found = try await world.ledger(Self.query)
        state.withLock { state in
            state.looks += 1
            state.longest.merge(found) { max($0, $1) }
        }
    }

    /// A VACUUM behind many deletions is in no transaction, holds up nobody, and takes as long as it takes.
    private static let query = """
        WITH ours AS (
            SELECT pid, state, state_change, xact_start FROM pg_stat_activity
            WHERE application_name LIKE 'cleanupd%' AND datname LIKE 'test_%' AND query NOT LIKE 'VACUUM%'
        ), seen (kind, since) AS (
            SELECT 'idle', state_change FROM ours WHERE state LIKE 'idle in transaction%'
            UNION ALL SELECT 'statement', state_change FROM ours WHERE state = 'active'
            UNION ALL SELECT 'lock', waitstart FROM pg_locks JOIN ours USING (pid) WHERE NOT granted
            UNION ALL SELECT 'transaction', xact_start FROM ours WHERE xact_start IS NOT NULL
        )
        SELECT kind, coalesce(max(1000 * extract(epoch FROM clock_timestamp() - since)), 0)::bigint
        FROM seen GROUP BY kind
        """
}
