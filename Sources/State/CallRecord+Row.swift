import Retention

extension CallRecord {
    init(_ row: some StoredRow) throws {
        self.init(
            id: try RunID(stored: row.requiredText("id")),
            at: Instant(nanoseconds: try row.required("at")),
            who: try row.requiredText("who"),
            from: try row.requiredText("address"),
            call: try row.requiredText("call"),
            detail: try row.requiredText("detail"),
            status: try row.integer("status").map { Int($0) },
            endedAt: try row.integer("ended_at").map { Instant(nanoseconds: $0) },
            message: try row.text("message")
        )
    }
}
