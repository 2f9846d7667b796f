import Clients

/// The statements of a batch, each written once so that a session prepares it once.
///
/// - A *stretch* deletes all that is due within a stretch of time, whose end a probe of the index has found `limit`
///   rows further on, or within some pages. It takes no locks beforehand and is nearly as fast as one big DELETE; a row
///   that somebody holds makes it wait.
/// - A *pick* chooses rows, locks them, with SKIP LOCKED or waiting, and deletes them by their place.
///
/// In READ COMMITTED both look again at a row that was changed meanwhile, as it is then.
struct PostgresBatchSQL {
    let job: RowsJob
    let mayLock: Bool
    private let values: [PostgresValue]
    private let dialect = PostgresRowsDialect()
    private static let number = "count(*)"  // banned-ok: of the rows of one batch, or bounded by LIMIT

    /// - Parameter mayLock: rows can be locked before they are deleted.
    init(_ job: RowsJob, mayLock: Bool) {
        self.job = job
        self.mayLock = mayLock
        values = job.due.values.map { PostgresValue($0) }
    }

    /// Where a stretch may be used: an index gives the order, and nothing but the row decides.
    var hasStretches: Bool {
        guard let order = job.order, order.isIndexed else { return false }
        return job.specification.looksAtRowAlone(in: job.table)
    }

    /// Learns what the transaction is known by, for the case that its COMMIT is not answered, and sets it up.
    ///
    /// What a crash can undo after it was counted would be counted twice: `synchronous_commit = off` is not for batches.
    static func opening(timezone: String, lockTimeout: Duration) -> (String, [PostgresValue]) {
        let milliseconds = Int64(lockTimeout / .milliseconds(1))
        return (
            """
            SELECT \(PostgresTransactionMark.columns), set_config('TimeZone', $1, true), set_config('lock_timeout', $2, true),
                set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
                    ELSE current_setting('synchronous_commit') END, true)
            """,
            [.text(timezone), .text("\(milliseconds)")]
        )
    }

    /// The time of the row that lies `limit` due rows after the beginning: the end of a stretch. No row: there are
    /// fewer.
    func probe(from low: String?, limit: Int) -> (String, [PostgresValue]) {
        var bound = values
        let conditions = within(.from(low), &bound)
        bound.append(.int(Int64(limit)))
        return (
            "SELECT (\(orderColumn))::text FROM \(target) WHERE \(conditions) ORDER BY \(orderColumn) "
                + "OFFSET $\(bound.count) LIMIT 1",
            bound
        )
    }

    /// Where a batch looks.
    enum Place {
        case everywhere
        /// From a time on, as text.
        case since(String)
        /// Up to a time, which is not included.
        case between(String?, String)
        /// Pages, the last not included.
        case pages(Int64, Int64)

        static func from(_ low: String?) -> Place { low.map { .since($0) } ?? .everywhere }
    }

    /// All that is due in one place.
    func stretch(_ place: Place) -> (String, [PostgresValue]) {
        var bound = values
        let conditions = within(place, &bound)
        if job.assignments.isEmpty { return ("DELETE FROM \(target) WHERE \(conditions)", bound) }
        return (
            "WITH x AS (UPDATE \(target) SET \(settings) WHERE \(conditions) RETURNING \(remains) AS still) "
                + "SELECT \(Self.number), \(Self.number) FILTER (WHERE still) FROM x",
            bound
        )
    }

    enum Locking: String {
        case skip = " SKIP LOCKED"
        case wait = ""
    }

    /// One row: how many were chosen, how many were deleted or set, how many of these are still due, and the last time
    /// among the chosen.
    func pick(_ locking: Locking, _ place: Place, limit: Int) -> (String, [PostgresValue]) {
        var bound = values
        let conditions = within(place, &bound)
        bound.append(.int(Int64(limit)))
        let identity = job.table.identity.enumerated().map { "\(job.table.alias).\($1) AS i\($0)" }
        let last = job.order == nil ? "" : ", \(orderColumn) AS o"
        let order = job.order == nil ? "" : " ORDER BY \(dialect.ascending(orderColumn))"
        let lock = mayLock ? " FOR UPDATE OF \(job.table.alias)\(locking.rawValue)" : ""
        let verb = job.assignments.isEmpty ? "DELETE FROM \(target)" : "UPDATE \(target) SET \(settings)"
        return (
            """
            WITH d AS MATERIALIZED (SELECT \(identity.joined(separator: ", "))\(last) FROM \(target) WHERE \(conditions)\
            \(order) LIMIT $\(bound.count)\(lock)),
            x AS (\(verb) WHERE \(isPicked) AND (\(job.recheck)) RETURNING \(remains) AS still)
            SELECT (SELECT \(Self.number) FROM d), (SELECT \(Self.number) FROM x), (SELECT \(Self.number) FROM x WHERE still),
                \(job.order == nil ? "NULL" : "(SELECT max(o)::text FROM d)")
            """,
            bound
        )
    }

    /// How many rows are still due, no further than that.
    func remaining(limit: Int) -> (String, [PostgresValue]) {
        ("SELECT \(Self.number) FROM (SELECT 1 FROM \(target) WHERE \(job.due.sql) LIMIT \(limit)) AS r", values)
    }

    /// What the planner expects, without running anything.
    var explanation: (String, [PostgresValue]) {
        ("EXPLAIN (FORMAT JSON) SELECT 1 FROM \(target) WHERE \(job.due.sql)", values)
    }

    // MARK: Pieces

    private var target: String { "\(job.table.sql) AS \(job.table.alias)" }

    private var orderColumn: String {
        job.order.map { "\(job.table.alias).\(dialect.quote($0.column.name))" } ?? "NULL"
    }

    /// A place is looked up in the array first, because that needs no scan.
    private var isPicked: String {
        let identity = job.table.identity
        let chosen = identity.indices.map { "d.i\($0)" }.joined(separator: ", ")
        let own = identity.map { "\(job.table.alias).\($0)" }.joined(separator: ", ")
        let isAmong = "(\(own)) IN (SELECT \(chosen) FROM d)"
        guard let place = identity.firstIndex(of: "ctid") else { return isAmong }
        let byPlace = "\(job.table.alias).ctid = ANY(ARRAY(SELECT d.i\(place) FROM d))"
        return identity.count == 1 ? byPlace : "\(byPlace) AND \(isAmong)"
    }

    private var settings: String {
        job.assignments.map { "\(dialect.quote($0.column.name)) = \($0.value)" }.joined(separator: ", ")
    }

    /// Whether a row that was set is still not as it should be, and would be set for ever.
    private var remains: String {
        let tests = job.assignments.filter { $0.assignment.value != .now }.map { assignment in
            let column = "\(job.table.alias).\(dialect.quote(assignment.column.name))"
            return "(\(dialect.differs(assignment.column, column, from: assignment.value)))"
        }
        return tests.isEmpty ? "false" : "(\(tests.joined(separator: " OR ")))"
    }

    private func within(_ place: Place, _ bound: inout [PostgresValue]) -> String {
        var conditions = ["(\(job.due.sql))"]
        func add(_ column: String, _ sign: String, _ value: String, _ type: String) {
            bound.append(.text(value))
            conditions.append("\(column) \(sign) CAST($\(bound.count) AS \(type))")
        }
        let type = job.order?.column.typeName ?? "text"
        switch place {
        case .everywhere: break
        case .since(let low): add(orderColumn, ">=", low, type)
        case .between(let low, let high):
            if let low { add(orderColumn, ">=", low, type) }
            add(orderColumn, "<", high, type)
        case .pages(let first, let end):
            add("\(job.table.alias).ctid", ">=", "(\(first),0)", "tid")
            add("\(job.table.alias).ctid", "<", "(\(end),0)", "tid")
        }
        return conditions.joined(separator: " AND ")
    }
}
