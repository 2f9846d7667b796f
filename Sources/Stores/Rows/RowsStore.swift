package import Retention

/// Rows of one table of a database, chosen and removed by the database itself: the port's implementation for every
/// engine, on a `RowsBackend`.
///
/// - What is due is fixed by one instant; every cutoff is bound as a parameter, never written into SQL.
/// - `time` decides age. A row whose time is NULL, infinite, of the future or no time at all is never due by it. Where
///   neither `older_than` nor `keep` asks for it, `time` is the order only.
/// - `keep` and `at_least` count the candidates (what `where` leaves) of each group, and are evaluated again by each
///   deleting statement.
/// - References on other connections are read when a plan is made, and again when its run begins, as of the same instant.
package struct RowsStore: MutableBatchStore {
    /// A reference that names more rows than this is a mistake, or needs to live in the same database.
    package static let maximumReferences = 1_000_000
    /// How long the probe for what is overdue may take before a plainer one is tried.
    private static let probeTimeout: Duration = .seconds(1)

    let specification: RowsSpecification
    let backend: any RowsBackend
    let pace: RowsPace
    let owned: [RowsOwned]
    let referenceValues: RowsReferenceValues
    private let orphans: RowsOrphanGuard

    /// - Parameters:
    ///   - owned: what goes with each row, before it.
    ///   - orphans: which answers are believed where rows go because nothing names them; `nil` = any but none.
    ///   - referenceValues: reads the first column of a query on another named connection.
    package init(
        _ specification: RowsSpecification,
        backend: any RowsBackend,
        pace: RowsPace = RowsPace(),
        owned: [RowsOwned] = [],
        orphans: RowsOrphanGuard? = nil,
        referenceValues: @escaping RowsReferenceValues
    ) {
        self.specification = specification
        self.backend = backend
        self.pace = pace
        self.owned = owned
        self.referenceValues = referenceValues
        self.orphans = orphans ?? RowsOrphanGuard(rules: ReferenceRules(isOrphan: specification.orphanOf != nil))
    }

    package func plan(_ request: BatchPlanRequest, isCancelled: @Sendable () -> Bool) throws -> BatchPlan {
        let frozen = try RowsFrozen(engine: backend.engine, specification: specification, now: request.now)
        let references = try readReferences(asOf: request.now, isCancelled)
        var plan = BatchPlan(predicate: try frozen.encoded(), sentence: "")
        try read(isCancelled) { reader in
            let prepared = try prepare(now: request.now, references, reader)
            try orphans.check(prepared, dialect: backend.dialect, reader: reader, isRun: false)
            plan.sentence = specification.sentence(prepared.instants, order: prepared.job.order)
            plan.warnings =
                prepared.job.table.warnings
                + prepared.job.table.blockers.map { blocker in
                    "Rows of \(specification.table) to which table \(blocker.table) refers stay (foreign key)."
                }
            try RowsCounting(prepared, reader: reader, request: request).fill(&plan)
        }
        plan.oldestOverdueSeconds = plan.tally.remove > 0 ? try probe(at: request.now, references, isCancelled) : 0
        return plan
    }

    package func oldestOverdue(at now: Instant, isCancelled: @Sendable () -> Bool) throws -> Double {
        try probe(at: now, try readReferences(asOf: now, isCancelled), isCancelled)
    }

    package var setsRows: Bool {
        if case .set = specification.action { true } else { false }
    }

    package func advice() throws -> [String] {
        let now = Instant(nanoseconds: 0)
        let job = try read({ false }) { try prepare(now: now, noReferences, $0).job }
        var advice = job.table.warnings
        if let order = job.order, !order.isIndexed {
            advice.append(
                "No index serves the order of \(specification.table) by \(order.column.name), so that each batch reads "
                    + "the whole table. Run: \(backend.dialect.indexAdvice(job.table, order.column))"
            )
        }
        return advice + (try backend.advice(job))
    }

    package func openRemover(
        of plan: BatchPlan,
        run: String,
        fence: Fence?,
        isCancelled: @Sendable () -> Bool
    ) throws -> any BatchRemover {
        let frozen = try RowsFrozen.decode(plan.predicate, engine: backend.engine, specification: specification)
        let references = try readReferences(asOf: frozen.now, isCancelled)
        let job = try read(isCancelled) { reader in
            let prepared = try prepare(now: frozen.now, references, reader)
            try orphans.check(prepared, dialect: backend.dialect, reader: reader, isRun: true)
            return prepared.job
        }
        return try backend.openRemover(job, owned: owned, fence: fence, isCancelled: isCancelled)
    }

    // MARK: Parts

    private var noReferences: [RowsReference: [String]] { [:] }

    private func read<Result>(
        _ isCancelled: () -> Bool,
        timeout: Duration? = nil,
        _ body: (any RowsReader) throws -> Result
    ) throws -> Result {
        try backend.withReader(
            task: specification.task,
            timezone: specification.timezone,
            timeout: timeout,
            isCancelled: isCancelled,
            body
        )
    }

    private func prepare(
        now: Instant,
        _ references: [RowsReference: [String]],
        _ reader: any RowsReader
    ) throws -> RowsPreparation {
        let prepared = try RowsPreparation(
            specification,
            now: now,
            store: self,
            references: references,
            reader: reader
        )
        try RowsGuards(specification: specification, table: prepared.job.table).check()
        if backend.engine == "postgres", prepared.job.table.sql.hasPrefix("\"cleanupd\".") {
            throw StoreError.isOwnState(specification.task, specification.table)
        }
        for owned in owned where prepared.job.table.column(owned.column) == nil {
            throw StoreError(
                .absent,
                "Task \(specification.task): table \(specification.table) has no column \(owned.column), which owns "
                    + "\(owned.resource). Correct the column's name."
            )
        }
        return prepared
    }

    private func readReferences(
        asOf now: Instant,
        _ isCancelled: () -> Bool
    ) throws -> [RowsReference: [String]] {
        let instants = try RowsInstants(specification, now: now)
        var answers: [RowsReference: [String]] = [:]
        for reference in specification.listedBy + specification.referencedBy {
            guard let connection = reference.connection, answers[reference] == nil else { continue }
            let values: [String]
            do {
                let query = RowsQuery(reference, instants: instants)
                values = try referenceValues(query, Self.maximumReferences + 1, isCancelled)
            } catch let error as StoreError where error.code == .absent {
                // A task whose own table is missing has nothing to do; one that cannot know what is needed has failed.
                throw StoreError(
                    .unreadable,
                    "Task \(specification.task): the reference on connection \(connection) could not be read: "
                        + "\(error.message) Nothing was removed."
                )
            }
            guard values.count <= Self.maximumReferences else {
                throw StoreError(
                    .denied,
                    "Task \(specification.task): the reference on connection \(connection) names more than "
                        + "\(Self.maximumReferences) rows. Narrow its query, or keep it in the same database.",
                    guardName: .references
                )
            }
            answers[reference] = values
        }
        return answers
    }

    /// Seconds by which the oldest due row is past its time. Where that takes longer than a second because no index
    /// serves all its conditions, it is the oldest row past its time that is told, due or not.
    private func probe(
        at now: Instant,
        _ references: [RowsReference: [String]],
        _ isCancelled: () -> Bool
    ) throws -> Double {
        do {
            return try read(isCancelled, timeout: Self.probeTimeout) { reader in
                let prepared = try prepare(now: now, references, reader)
                return try overdue(prepared, prepared.job.due, reader)
            }
        } catch is RowsTimeout {
            return try read(isCancelled) { reader in
                let prepared = try prepare(now: now, references, reader)
                guard let aged = prepared.aged else { return 0 }
                return try overdue(prepared, aged, reader)
            }
        }
    }

    private func overdue(_ prepared: RowsPreparation, _ rows: RowsStatement, _ reader: any RowsReader) throws -> Double
    {
        guard let overdue = prepared.overdue else { return 0 }
        let table = prepared.job.table
        let column = table.alias + "." + backend.dialect.quote(overdue.column.name)
        let oldest = try reader.integer(
            RowsStatement(
                "SELECT \(overdue.microseconds) FROM \(table.sql) AS \(table.alias) WHERE \(rows.sql) "
                    + "ORDER BY \(backend.dialect.ascending(column)) LIMIT 1",
                rows.values
            )
        )
        guard let oldest else { return 0 }
        return max(0, overdue.cutoff.secondsSinceEpoch - Double(oldest) / 1e6)
    }
}
