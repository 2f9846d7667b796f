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
}
