import Clients

/// Finds due rows, oldest first, a piece at a time.
///
/// A piece begins where the last one ended, so that rows which stay at the front of the order (kept, refused) are not
/// walked over again for each batch.
struct SQLiteSelection {
    /// A due row: what names it, and where it stands in the order.
    struct Row {
        var identity: [SQLiteValue]
        /// `nil` where no order is stated.
        var time: SQLiteValue?
    }

    private let job: RowsJob

    init(_ job: RowsJob) {
        self.job = job
    }

    /// At most `limit` due rows beyond `position`, in order. Throws `SQLiteError`.
    func fetch(
        _ limit: Int,
        beyond position: Row?,
        _ session: SQLiteSession,
        isCancelled: () -> Bool
    ) throws -> [Row] {
        var values = session.values(job.due.values)
        var conditions = ["(\(job.due.sql))"]
        if let position { conditions.append(beyond(position, &values)) }
        let columns = identity + [time].compactMap { $0 }
        let order = ([time].compactMap { $0 } + identity).joined(separator: ", ")
        let sql = """
            SELECT \(columns.joined(separator: ", ")) FROM \(job.table.sql) AS \(job.table.alias)
            WHERE \(conditions.joined(separator: " AND ")) ORDER BY \(order) LIMIT \(limit)
            """
        var rows: [Row] = []
        try session.connection.stream(sql, values, isCancelled: isCancelled) { row in
            var all = try row.values()
            let time = time == nil ? nil : all.removeLast()
            rows.append(Row(identity: all, time: time))
            return true
        }
        return rows
    }

    private var identity: [String] { job.table.identity.map { "\(job.table.alias).\($0)" } }

    private var time: String? {
        job.order.map { "\(job.table.alias).\(SQLiteIdentifier.quote($0.column.name))" }
    }

    /// Rows after this one in the order, written so that an index over the time serves it. NULL comes first.
    private func beyond(_ row: Row, _ values: inout [SQLiteValue]) -> String {
        func bind(_ value: SQLiteValue) -> String {
            values.append(value)
            return "?\(values.count)"
        }
        let later = "(\(identity.joined(separator: ", "))) > (\(row.identity.map(bind).joined(separator: ", ")))"
        guard let time, let last = row.time else { return "(\(later))" }
        if last == .null { return "(\(time) IS NOT NULL OR (\(later)))" }
        let place = bind(last)
        return "(\(time) >= \(place) AND (\(time) > \(place) OR (\(later))))"
    }
}
