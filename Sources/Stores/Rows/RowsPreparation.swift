import Retention

/// What the catalog and the specification come to at one instant: the statements of a plan and of its run.
struct RowsPreparation {
    let job: RowsJob
    let instants: RowsInstants
    /// All rows that the task looks at, for shares.
    let candidates: RowsStatement
    /// Rows past their time, whatever else keeps them: what an index can always say. `nil` = no time decides.
    let aged: RowsStatement?
    /// The time that decides, as microseconds, and since when a row of that time is due.
    let overdue: (microseconds: String, column: RowsColumn, cutoff: Instant)?
    /// What names the rows that are no orphans.
    let orphanSources: [RowsOrphanSource]

    /// Reads the catalog and writes the statements. Throws `StoreError`.
    init(
        _ specification: RowsSpecification,
        now: Instant,
        store: RowsStore,
        references: [RowsReference: [String]],
        reader: any RowsReader
    ) throws {
        let dialect = store.backend.dialect
        let table = try Self.table(specification, dialect, reader)
        let instants = try RowsInstants(specification, now: now)
        let order = try specification.order(in: table, dialect: dialect)
        var predicate = RowsPredicate(
            specification: specification,
            table: table,
            instants: instants,
            order: order,
            references: references,
            clause: RowsClause(dialect)
        )
        let comparisons = try RowsComparisons(predicate, reader: reader)
        predicate.comparisons = comparisons.references
        predicate.orphanComparison = comparisons.orphan
        orphanSources = comparisons.sources
        var share = predicate
        candidates = RowsStatement(try share.conditionText() ?? "1 = 1", share.clause.values)
        job = try Self.job(&predicate, of: store)
        self.instants = instants
        let decides = try Self.deciding(specification, table, order, instants)
        overdue = decides.map { order, cutoff in (Self.microseconds(order, predicate), order.column, cutoff) }
        aged = decides.map { order, cutoff in Self.aged(order, cutoff, predicate) }
    }

    private static func job(_ predicate: inout RowsPredicate, of store: RowsStore) throws -> RowsJob {
        let text = try predicate.write()
        let assignments = try predicate.assignments()
        let (order, written) = (predicate.order, predicate)
        return RowsJob(
            specification: written.specification,
            table: written.table,
            due: RowsStatement(text.due, written.clause.values),
            recheck: text.recheck,
            assignments: assignments,
            order: order,
            unreadable: try order.flatMap { try unreadable($0, written) },
            pace: store.pace,
            referenceValues: store.referenceValues
        )
    }

    /// The time that decides.
    private static func microseconds(_ order: RowsOrder, _ predicate: RowsPredicate) -> String {
        let dialect = predicate.clause.dialect
        let column = predicate.column(order.column.name)
        return dialect.microseconds(dialect.time(column, order, timezone: predicate.specification.timezone))
    }

    private static func aged(_ order: RowsOrder, _ cutoff: Instant, _ predicate: RowsPredicate) -> RowsStatement {
        let dialect = predicate.clause.dialect
        var clause = RowsClause(dialect)
        let (column, timezone) = (predicate.column(order.column.name), predicate.specification.timezone)
        let sql = dialect.isBefore(cutoff, column, order, timezone: timezone) { clause.bind($0) }
        return RowsStatement(sql, clause.values)
    }

    private static func table(
        _ specification: RowsSpecification,
        _ dialect: any RowsDialect,
        _ reader: any RowsReader
    ) throws -> RowsTable {
        guard var table = try reader.table(specification.table) else {
            throw StoreError(.absent, "There is no table \(specification.table). The task is skipped.")
        }
        for name in specification.key { _ = try table.existing(name, for: "key") }
        if table.identity.isEmpty { table.identity = specification.key.map(dialect.quote) }
        guard !table.identity.isEmpty else { throw StoreError.needsKey(specification.task, specification.table) }
        return table
    }

    /// The column by which rows become due, and the instant that it is compared with.
    private static func deciding(
        _ specification: RowsSpecification,
        _ table: RowsTable,
        _ order: RowsOrder?,
        _ instants: RowsInstants
    ) throws -> (RowsOrder, Instant)? {
        // Such rows stay as they are, past their time for ever.
        guard specification.action != .none else { return nil }
        if let order, let cutoff = instants.cutoff { return (order, cutoff) }
        return specification.expired ? (try specification.expires(in: table), instants.graceCutoff) : nil
    }

    /// Rows whose text is no time.
    private static func unreadable(_ order: RowsOrder, _ predicate: RowsPredicate) throws -> RowsStatement? {
        guard order.column.type == .text || order.column.type == .other else { return nil }
        var predicate = predicate
        let column = predicate.column(order.column.name)
        let dialect = predicate.clause.dialect
        let time = dialect.time(column, order, timezone: predicate.specification.timezone)
        let condition = try predicate.conditionText()
        let sql = allOf([condition, "\(column) IS NOT NULL AND (\(time)) IS NULL"].compactMap { $0 })
        return RowsStatement(sql, predicate.clause.values)
    }
}

extension RowsPredicate {
    /// `where` alone.
    mutating func conditionText() throws -> String? {
        try specification.condition.map { try written($0, place: "where") }
    }
}
