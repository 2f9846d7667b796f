import Clients

/// What a transaction is known by when its session is gone.
///
/// Its number alone is not enough: a server that crashes before anything of the transaction has reached the disk gives the
/// same number once more, and then tells what became of the other one.
struct PostgresTransactionMark: Sendable {
    /// What the opening statement of a transaction selects first, in this order.
    static let columns = """
        pg_current_xact_id()::text, extract(epoch FROM clock_timestamp())::text, \(serverStart)
        """
    private static let serverStart = "extract(epoch FROM pg_postmaster_start_time())::text"

    /// As `pg_current_xact_id()` gave it.
    let number: String
    /// Seconds, by the server's clock, when it had given the number.
    let begunAt: String
    /// The same of when that server was started, which tells it from one that has taken over.
    let serverStartedAt: String

    /// - Returns: `nil` where the server says nothing.
    init?(_ row: PostgresRow?) throws {
        guard let number = try row?.text(0), let begunAt = try row?.text(1), let start = try row?.text(2) else {
            return nil
        }
        self.number = number
        self.begunAt = begunAt
        serverStartedAt = start
    }

    /// One word: `committed`, `aborted`, `in progress`, or `ahead` of all numbers that the server has seen end.
    var status: (sql: String, values: [PostgresValue]) {
        let sql = """
            SELECT CASE WHEN $1::xid8 < pg_snapshot_xmax(pg_current_snapshot())
                THEN pg_xact_status($1::xid8) ELSE 'ahead' END
            """
        return (sql, [.inferred(number)])
    }

    /// One word: `own` if nobody else can have got the number, `lost` if the server has forgotten that it gave it.
    ///
    /// After a crash the server makes a checkpoint before it lets anybody in. If the latest one is of before the transaction,
    /// there was no crash; if its next number is a later one, the crash has left the number where it was; if it is not,
    /// although the checkpoint is younger than the transaction, the number is free again. Whole seconds are all that is known
    /// of a checkpoint, and nothing of the crash of a server that another one has taken over from: `unknown`.
    var ownership: (sql: String, values: [PostgresValue]) {
        let sql = """
            SELECT CASE
                WHEN \(Self.serverStart) <> $3::text AND \(Self.serverStart)::numeric < $2::numeric THEN 'unknown'
                WHEN extract(epoch FROM checkpoint_time) < floor($2::numeric) THEN 'own'
                WHEN $1::numeric < split_part(next_xid, ':', 1)::numeric * 4294967296
                    + split_part(next_xid, ':', 2)::numeric THEN 'own'
                WHEN extract(epoch FROM checkpoint_time) > $2::numeric THEN 'lost'
                ELSE 'unknown' END
            FROM pg_control_checkpoint()
            """
        return (sql, [.inferred(number), .inferred(begunAt), .inferred(serverStartedAt)])
    }
}
