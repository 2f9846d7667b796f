import Retention

/// Writes what is due as SQL: a pure function of the specification, the catalog, an instant, and what other connections
/// named.
struct RowsPredicate {
    let specification: RowsSpecification
    let table: RowsTable
    let instants: RowsInstants
    let order: RowsOrder?
    /// Answers of references on other connections.
    let references: [RowsReference: [String]]
    /// How the keys of references are compared with the table's.
    var comparisons: [RowsReference: RowsComparison] = [:]
    var orphanComparison = RowsComparison.direct
    var clause: RowsClause

    private var dialect: any RowsDialect { clause.dialect }

    /// What is due.
    struct Text {
        /// Complete.
        var due: String
        /// The part that looks at the row alone.
        var recheck: String
    }

    mutating func write() throws -> Text {
        let candidates = try conditionText()
        let row = try allOf([candidates].compactMap { $0 } + ofTheRow())
        let whole = try allOf([row] + ofOthers())
        var due = whole
        if specification.countsGroups {
            due = allOf([row, try ofGroups(eligible: whole, candidates: candidates)])
        }
        return Text(due: due, recheck: row)
    }

    /// SQL of the configuration, on lines of its own so that a comment at its end ends there.
    /// - Parameter format: of the times that instants are compared with; `nil` = as the table has them.
    mutating func written(
        _ sql: String,
        place: String,
        format: RowsSpecification.TimeFormat? = nil,
        extra: [String: RowsValue] = [:]
    ) throws -> String {
        var clause = clause
        let (instants, format, dialect) = (instants, format ?? order?.format, clause.dialect)
        let text = try RowsSQL.replacingNames(in: sql, place: place, form: dialect.form) { name in
            if let value = extra[name] { return clause.bind(value) }
            return instants.named(name).map { clause.bind(dialect.bound($0, format: format)) }
        }
        self.clause = clause
        return "\n\(text)\n"
    }

    func column(_ name: String) -> String { table.alias + "." + dialect.quote(name) }

    // MARK: The row alone

    private mutating func ofTheRow() throws -> [String] {
        var conditions: [String] = []
        if let cutoff = instants.cutoff {
            guard let order else { throw refusal("older_than needs time") }
            conditions.append(isBefore(cutoff, order))
        }
        if specification.expired {
            let expires = try specification.expires(in: table)
            conditions.append(isBefore(instants.graceCutoff, expires))
        }
        for filter in specification.filters {
            conditions.append(
                try written(
                    filter.sql,
                    place: "filters.\(filter.name)",
                    extra: filter.value.names { dialect.bound($0, format: order?.format) }
                )
            )
        }
        if let change = try change() { conditions.append(change) }
        return conditions
    }

    private mutating func isBefore(_ instant: Instant, _ order: RowsOrder) -> String {
        var clause = clause
        defer { self.clause = clause }
        return dialect.isBefore(instant, column(order.column.name), order, timezone: specification.timezone) {
            clause.bind($0)
        }
    }

    /// The row is not yet as `action: set` makes it.
    private mutating func change() throws -> String? {
        let settings = try assignments().filter { $0.assignment.value != .now }
        guard case .set = specification.action else { return nil }
        guard !settings.isEmpty else {
            throw refusal("action.set names only now(), so that no row would ever be done; set a value besides")
        }
        return settings.map { "(\(dialect.differs($0.column, column($0.column.name), from: $0.value)))" }
            .joined(separator: " OR ")
    }

    /// What `action: set` puts where; empty for other actions.
    mutating func assignments() throws -> [RowsAssignment] {
        guard case .set(let assignments) = specification.action else { return [] }
        var clause = clause
        defer { self.clause = clause }
        return try assignments.map { assignment in
            let column = try table.existing(assignment.column, for: "action.set")
            let value = dialect.value(assignment.value, for: column, format: specification.timeFormat) {
                clause.bind($0)
            }
            return RowsAssignment(assignment: assignment, column: column, value: value)
        }
    }

    // MARK: Compared with other tables

    private mutating func ofOthers() throws -> [String] {
        var conditions: [String] = []
        if specification.action == .delete { conditions += table.blockers.map { "NOT (\($0.condition))" } }
        if let orphan = specification.orphanOf { conditions.append(isOrphan(orphan)) }
        for reference in specification.listedBy { conditions.append(try isNamed(by: reference, "remove.listed_by")) }
        for reference in specification.referencedBy {
            conditions.append("NOT (\(try isNamed(by: reference, "keep.referenced_by")))")
        }
        return conditions
    }

    private func isOrphan(_ orphan: RowsSpecification.OrphanOf) -> String {
        let own = column(orphan.column)
        let key = "cleanupd_parent." + dialect.quote(orphan.key)
        let isEqual = isEqual(key, own, orphanComparison)
        let parent = specification.orphanTableSQL(dialect)
        return "\(own) IS NOT NULL AND NOT EXISTS "
            + "(SELECT 1 FROM \(parent) AS cleanupd_parent WHERE \(isEqual))"
    }

    private func isEqual(_ other: String, _ key: String, _ comparison: RowsComparison) -> String {
        switch comparison {
        case .direct: "\(other) = \(key)"
        case .text: "\(dialect.text(other)) = \(dialect.text(key))"
        case .folded: "lower(\(dialect.text(other))) = lower(\(dialect.text(key)))"
        case .type(let type): "\(dialect.cast(other, to: type)) = \(key)"
        }
    }

    /// Values of another connection, as the key's type has them.
    private func values(of reference: RowsReference, for key: RowsColumn) throws -> [String] {
        let values = references[reference] ?? []
        guard case .type = comparisons[reference] ?? .text else { return values }
        return try values.filter { !$0.isEmpty }.map { value in
            guard key.type == .integer else { return value }
            guard let number = Int64(value) else {
                throw StoreError(
                    .denied,
                    "Task \(specification.task): the reference on connection \(reference.connection ?? "") names "
                        + "\"\(DisplayName.printable(value.utf8))\", but the key \(key.name) holds whole numbers. "
                        + "Nothing was removed. Have its query give them.",
                    guardName: .references
                )
            }
            return "\(number)"
        }
    }

    private mutating func isNamed(by reference: RowsReference, _ place: String) throws -> String {
        let keyColumn = try specification.referenceKey(of: table)
        let key = column(keyColumn.name)
        let comparison = comparisons[reference] ?? .text
        if reference.connection != nil {
            let values = try values(of: reference, for: keyColumn)
            guard !values.isEmpty else { return "1 = 0" }
            return "coalesce(\(dialect.isAmong(key, clause.bind(.texts(values)), as: comparison)), 1 = 0)"
        }
        let keys = dialect.keys(of: try written(reference.query, place: place, format: reference.timeFormat))
        return "EXISTS (SELECT 1 FROM \(keys) WHERE \(isEqual("r.k", key, comparison)))"
    }

    func refusal(_ finding: String) -> StoreError {
        StoreError(.denied, "Task \(specification.task): \(finding).", guardName: .emptyPolicy)
    }
}

/// One column of `action: set`.
package struct RowsAssignment: Sendable, Equatable {
    package var assignment: RowsSpecification.Assignment
    package var column: RowsColumn
    /// An expression of the column's type.
    package var value: String
}

extension RowsFilter.Value {
    /// What its SQL may name.
    /// - Parameter bound: an instant in the form that the table's times have.
    fileprivate func names(_ bound: (Instant) -> RowsValue) -> [String: RowsValue] {
        switch self {
        case .text(let text): ["value": .text(text)]
        case .integer(let number): ["value": .integer(number)]
        case .integers(let numbers): ["value": .integers(numbers)]
        case .timestamp(let microseconds):
            // Beyond what an instant holds it lies at the end, which keeps the order.
            ["value": bound(Instant(seconds: microseconds / 1_000_000, nanoseconds: microseconds % 1_000_000 * 1_000))]
        case .integerRange(let min, let max): ["min": .integer(min), "max": .integer(max)]
        case .flag: [:]
        }
    }
}
