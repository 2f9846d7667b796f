import Clients

/// What a transaction is known by when its session is gone.
///
/// Its number alone is not enough: a server that crashes before anything of the transaction has reached the disk gives the
/// same number once more, and then tells what became of the other one.
struct PostgresTransactionMark: Sendable {
    /// What the opening statement of a transaction selects first, in this order.
    static let columns = "pg_current_xact_id()::text, extract(epoch FROM clock_timestamp())::text"

    /// As `pg_current_xact_id()` gave it.
    let number: String
    /// Seconds, by the server's clock, when it had given the number.
    let begunAt: String
    /// Of the server when it was asked last before the transaction.
    let incarnation: PostgresIncarnation?

    /// - Returns: `nil` where the server says nothing.
    init?(_ row: PostgresRow?, _ incarnation: PostgresIncarnation?) throws {
        guard let number = try row?.text(0), let begunAt = try row?.text(1) else { return nil }
        self.number = number
        self.begunAt = begunAt
        self.incarnation = incarnation
    }

    /// One word: `committed`, `aborted`, `in progress`, or `ahead` of all numbers that the server has seen end.
    var status: (sql: String, values: [PostgresValue]) {
        let sql = """
            SELECT CASE WHEN $1::xid8 < pg_snapshot_xmax(pg_current_snapshot())
                THEN pg_xact_status($1::xid8) ELSE 'ahead' END
            """
        return (sql, [.inferred(number)])
    }

    /// What a crash has left of the number: `own` if nobody else can have got it, `lost` if the server has forgotten that it
    /// gave it, or `unknown`.
    ///
    /// A server that recovers makes a checkpoint before it lets anybody in, which begins where it is written: so do those of a
    /// shutdown, which are older than the server's start, and where little is logged others, too. What another checkpoint since
    /// the crash says, or one of before the transaction, proves nothing.
    var afterCrash: (sql: String, values: [PostgresValue]) {
        let sql = """
            SELECT CASE
                WHEN redo_lsn <> checkpoint_lsn OR current_setting('wal_level') = 'minimal' OR extract(epoch FROM checkpoint_time)
                    < floor(extract(epoch FROM pg_postmaster_start_time())) THEN 'unknown'
                WHEN $1::numeric < split_part(next_xid, ':', 1)::numeric * 4294967296
                    + split_part(next_xid, ':', 2)::numeric THEN 'own'
                WHEN extract(epoch FROM checkpoint_time) > $2::numeric THEN 'lost'
                ELSE 'unknown' END
            FROM pg_control_checkpoint()
            """
        return (sql, [.inferred(number), .inferred(begunAt)])
    }
}
