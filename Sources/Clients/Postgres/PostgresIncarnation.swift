/// One life of a server, up to the next crash, and its line of succession.
///
/// A crash ends its statistics, which outlive a clean restart; a standby that takes over opens another timeline.
package struct PostgresIncarnation: Sendable, Equatable {
    private let statisticsSince: String
    /// Of the write-ahead log, as its files are named.
    package let timeline: String

    /// - Parameter row: since when there are statistics, and the timeline.
    package init?(_ row: PostgresRow?) throws(PostgresError) {
        guard let since = try row?.text(0), let timeline = try row?.text(1) else { return nil }
        statisticsSince = since
        self.timeline = timeline
    }
}

extension PostgresConnection {
    /// Of the server as this session found it; `nil` where it does not say, as some that are no plain PostgreSQL.
    ///
    /// Outside a transaction, because an error would end it. A pooler may lend sessions of later incarnations: what was asked
    /// earlier is never later than the transaction that follows.
    /// - Parameter isFresh: asks in any case, and not only once a session.
    /// - Throws: `.connection`, `.cancelled`.
    package func incarnation(
        isFresh: Bool = false,
        isCancelled: () -> Bool = { false }
    ) throws(PostgresError) -> PostgresIncarnation? {
        if let knownIncarnation, !isFresh { return knownIncarnation }
        let sql = """
            SELECT extract(epoch FROM stats_reset)::text, left(pg_walfile_name(pg_current_wal_lsn()), 8)
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
