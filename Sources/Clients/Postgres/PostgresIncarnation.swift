/// One life of a server, from its start to the next crash, and its line of succession.
///
/// A crash that the server recovers from by itself leaves its start as it is, but its statistics begin anew; a standby that
/// takes over opens another timeline.
package struct PostgresIncarnation: Sendable, Equatable {
    private let beganAt: String
    /// Of the write-ahead log, as its files are named.
    package let timeline: String

    /// - Parameter row: what tells this life from others, and the timeline.
    package init?(_ row: PostgresRow?) throws(PostgresError) {
        guard let beganAt = try row?.text(0), let timeline = try row?.text(1) else { return nil }
        self.beganAt = beganAt
        self.timeline = timeline
    }
}

extension PostgresConnection {
    /// Of the server as this session found it; `nil` where it does not say, as some that are no plain PostgreSQL.
    ///
    /// Outside a transaction, because an error would end it. A pooler may lend sessions of later incarnations: this is never
    /// later than the transaction that follows.
    /// - Throws: `.connection`, `.cancelled`.
    package func incarnation(isCancelled: () -> Bool = { false }) throws(PostgresError) -> PostgresIncarnation? {
        if let knownIncarnation { return knownIncarnation }
        let sql = """
            SELECT pg_postmaster_start_time()::text || stats_reset::text, left(pg_walfile_name(pg_current_wal_lsn()), 8)
            FROM pg_stat_bgwriter
            """
        let answer = Result { () throws(PostgresError) in try query(sql, isCancelled: isCancelled) }
        if case .failure(let error) = answer, error.isConnectionLost || error.code == .cancelled { throw error }
        var found: PostgresIncarnation?
        if case .success(let rows) = answer { found = try PostgresIncarnation(rows.first) }
        knownIncarnation = .some(found)
        return found
    }
}
