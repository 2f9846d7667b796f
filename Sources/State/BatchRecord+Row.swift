import Retention

extension BatchRecord {
    /// A row of the table of batches.
    init(_ row: some StoredRow) throws {
        self.init(
            sequence: try row.required("sequence"),
            limit: try row.required("row_limit"),
            startedAt: Instant(nanoseconds: try row.required("started_at")),
            rows: try row.integer("rows").map { Int($0) },
            seconds: try row.requiredNumber("seconds")
        )
    }

    /// Rows of `id`, a run, and `batches`, how many it has.
    static func counts(_ rows: some Sequence<some StoredRow>) throws -> [RunID: Int] {
        var counts: [RunID: Int] = [:]
        for row in rows {
            let id = try RunID(stored: row.requiredText("id"))
            counts[id] = try row.required("batches", as: Int.self)
        }
        return counts
    }
}
