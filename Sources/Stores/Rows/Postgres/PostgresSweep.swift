import Clients

/// Whether a table is better cleaned in the order in which it lies on disk, page by page, than by age; and how.
///
/// By age, rows that lie all over the table make each batch read, change and log thousands of pages, and the same ones
/// over and over. Where each page holds something that is due, or no index knows the order, the table is gone through
/// once instead. Not where a budget wants the oldest first.
struct PostgresSweep {
    /// Smaller tables are in memory anyhow.
    private static let fewPages: Int64 = 256
    /// From here on the order on disk is the order of age.
    private static let ordered = 0.8
    /// A row takes at least 28 bytes of a page of 8 KiB; in a table whose figures are not known this many are expected.
    private static let expectedRowsPerPage = 100.0

    let pages: Int64
    private(set) var rowsPerPage: Double

    /// `nil`: it is not better, or cannot be done.
    static func look(_ sql: PostgresBatchSQL, _ connection: PostgresConnection) throws -> PostgresSweep? {
        let job = sql.job
        // PostgreSQL 14 was the first that reads a range of pages without reading the others.
        guard job.table.kind == .table, job.specification.looksAtRowAlone(in: job.table),
            job.specification.budgetRows == nil, connection.serverVersion >= 140_000
        else { return nil }
        let row = try connection.query(
            """
            SELECT pg_relation_size(c.oid) / current_setting('block_size')::int8 AS pages, c.reltuples::float8 AS rows,
                (SELECT max(abs(s.correlation))::float8 FROM pg_stats s
                 WHERE s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = $2) AS correlation
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass($1)
            """,
            [.text(job.table.sql), .text(job.order?.column.name ?? "")]
        ).first
        guard let row, let pages = try row.int("pages"), pages >= fewPages else { return nil }
        let rows = try row.double("rows") ?? 0
        if job.order?.isIndexed == true {
            guard rows > 0, let correlation = try row.double("correlation"), correlation < ordered,
                try estimatedDue(sql, connection) >= Double(pages)
            else { return nil }
        }
        return PostgresSweep(
            pages: pages,
            rowsPerPage: rows > 0 ? max(1, rows / Double(pages)) : expectedRowsPerPage
        )
    }

    /// Pages that hold about so many rows.
    func window(limit: Int) -> Int64 { max(1, Int64(Double(limit) / rowsPerPage)) }

    /// A window held more than it should.
    mutating func foundDenser() { rowsPerPage *= 2 }

    private static func estimatedDue(_ sql: PostgresBatchSQL, _ connection: PostgresConnection) throws -> Double {
        let (text, values) = sql.explanation
        let plan = try connection.transaction(.readOnly) {
            try connection.configure(timezone: sql.job.specification.timezone, statementTimeout: nil)
            return try connection.query(text, values).compactMap { try $0.text(0) }.joined(separator: "\n")
        }
        // The first figure is that of the whole plan: `"Plan Rows": 1234,`.
        guard let line = plan.split(separator: "\n").first(where: { $0.contains("\"Plan Rows\":") }) else { return 0 }
        return Double(line.filter(\.isNumber)) ?? 0
    }
}
