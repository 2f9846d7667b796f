import Retention

/// The figures of a plan, counted no further than its guards and its reader need.
struct RowsCounting {
    /// Rows whose time cannot be read are counted up to here.
    private static let unreadableLimit: Int64 = 1_000
    /// Where the table's size is not known, a share needs an exact count; of more due rows it is refused instead.
    private static let shareLimit: Int64 = 10_000_000

    private let prepared: RowsPreparation
    private let reader: any RowsReader
    private let request: BatchPlanRequest

    init(_ prepared: RowsPreparation, reader: any RowsReader, request: BatchPlanRequest) {
        self.prepared = prepared
        self.reader = reader
        self.request = request
    }

    private var specification: RowsSpecification { prepared.job.specification }

    /// The table's size, if that says something of the candidates: none of them is filtered away.
    private var estimate: Int64? { specification.condition == nil ? prepared.job.table.estimatedRows : nil }

    func fill(_ plan: inout BatchPlan) throws {
        let limit = countLimit
        let due = try count(prepared.job.due, limit: limit)
        plan.isCountCut = due >= limit
        var tally = Tally(examined: Int(due), remove: Int(due))
        if let budget = specification.budgetRows, tally.remove > budget {
            tally.deferred = tally.remove - budget
            tally.remove = budget
        }
        if let percent = request.limits.maxPercent, tally.remove > 0 {
            tally.examined = max(tally.examined, try examined(for: tally.remove, percent: percent, due: due))
            if plan.isCountCut, estimate == nil, request.limits.check(tally) == nil {
                throw StoreError.cannotCheckShare(of: specification.table, limit: limit)
            }
        }
        plan.tally = tally
        plan.trip = request.limits.check(tally)
        if let unreadable = prepared.job.unreadable { try warn(&plan, of: unreadable) }
    }

    /// As far as anybody needs; one more than a limit, so that its passing shows.
    private var countLimit: Int64 {
        var limit = Int64(max(1, request.countLimit))
        if let maxItems = request.limits.maxItems { limit = max(limit, Int64(maxItems) + 1) }
        if let budget = specification.budgetRows { limit = max(limit, Int64(budget) + 1) }
        if let percent = request.limits.maxPercent {
            // Of more than twice its share of a table whose size is about known, the guard refuses anyhow.
            limit = max(limit, estimate.map { Int64(Double($0) / 50 * percent) + 20 } ?? Self.shareLimit)
        }
        return limit
    }

    /// How many rows the task looks at, counted as far as it takes to see whether `remove` is more than its share.
    private func examined(for remove: Int, percent: Double, due: Int64) throws -> Int {
        let needed = percent > 0 ? Double(remove) * 100 / percent : Double(Limits.percentFloor)
        let enough = Int64(min(needed.rounded(.up), 1e12)) + Int64(Limits.percentFloor)
        // The catalog's figure is about right; where it leaves room for that, it is enough.
        if let estimate, Double(estimate) * 0.8 > needed { return Int(estimate) }
        return Int(max(due, try count(prepared.candidates, limit: enough)))
    }

    private func count(_ rows: RowsStatement, limit: Int64) throws -> Int64 {
        let table = prepared.job.table
        return try reader.integer(
            RowsStatement(
                "SELECT count(*) FROM "  // banned-ok: bounded by LIMIT
                    + "(SELECT 1 FROM \(table.sql) AS \(table.alias) WHERE \(rows.sql) LIMIT \(limit)) AS cleanupd_rows",
                rows.values
            )
        ) ?? 0
    }

    private func warn(_ plan: inout BatchPlan, of unreadable: RowsStatement) throws {
        let found = try count(unreadable, limit: Self.unreadableLimit)
        guard found > 0, let column = prepared.job.order?.column.name else { return }
        let many = found >= Self.unreadableLimit ? "At least \(found)" : "\(found)"
        plan.warnings.append(
            "\(many) rows of \(specification.table) hold no time in column \(column) that can be read, and are never due. "
                + "Look at time_format, or mend them."
        )
    }
}
