import Clients

/// What PostgreSQL knows of a table that an operator should.
struct PostgresAdvice {
    /// Fewer dead rows than this are nobody's worry.
    private static let fewDead: Int64 = 10_000

    let job: RowsJob
    let connection: PostgresConnection

    func list() throws -> [String] {
        try rights() + dead()
    }

    private func rights() throws -> [String] {
        let isUpdate = !job.assignments.isEmpty
        guard job.specification.action != .none else { return [] }
        let right = isUpdate ? "UPDATE" : "DELETE"
        let row = try connection.query(
            """
            SELECT has_table_privilege(to_regclass($1), $2) AS may, current_user AS role,
                has_table_privilege(to_regclass($1), 'SELECT') AS reads,
                has_table_privilege(to_regclass($1), 'UPDATE') OR has_any_column_privilege(to_regclass($1), 'UPDATE') AS locks
            """,
            [.text(job.table.sql), .text(right)]
        ).first
        guard let row, let role = try row.text("role") else { return [] }
        var missing: [String] = []
        if try row.bool("reads") != true { missing.append("SELECT") }
        if try row.bool("may") != true, try !(isUpdate && row.bool("locks") == true) { missing.append(right) }
        if missing.isEmpty, try row.bool("locks") != true {
            return [PostgresWords.mayNotLock(role, job.table.written, Self.grantOfLocks(job, role: role))]
        }
        guard !missing.isEmpty else { return [] }
        let list = missing.joined(separator: ", ")
        return [PostgresWords.mayNotClean(role, list, on: job.table.written, job.table.sql)]
    }

    /// What to do for a role that may not lock rows. Any column will do.
    static func grantOfLocks(_ job: RowsJob, role: String) -> String {
        let column = job.table.primaryKey.first ?? job.table.columns.first?.name ?? ""
        return PostgresWords.grantOfLocks(column, on: job.table.sql, to: role)
    }

    /// More dead rows than autovacuum lets gather, by its own settings, twice over, and no vacuum for a while: the figure
    /// of a table that has just been vacuumed is old.
    private func dead() throws -> [String] {
        let row = try connection.query(
            """
            SELECT s.n_dead_tup AS dead, s.n_live_tup AS live,
                greatest(s.last_autovacuum, s.last_vacuum)::text AS last,
                coalesce(greatest(s.last_autovacuum, s.last_vacuum) > now() - interval '10 minutes', false) AS recent,
                2 * (current_setting('autovacuum_vacuum_threshold')::float8
                    + current_setting('autovacuum_vacuum_scale_factor')::float8 * greatest(c.reltuples, 0))::int8 AS most
            FROM pg_stat_all_tables s JOIN pg_class c ON c.oid = s.relid WHERE s.relid = to_regclass($1)
            """,
            [.text(job.table.sql)]
        ).first
        guard let row, let dead = try row.int("dead"), let most = try row.int("most") else { return [] }
        guard dead > max(most, Self.fewDead), try row.bool("recent") != true else { return [] }
        let live = try row.int("live") ?? 0
        return [
            PostgresWords.fullOfDeadRows(job.table.written, dead: dead, live: live, last: try row.text("last"))
        ]
    }
}
