/// How two keys are compared whose types may differ.
package enum RowsComparison: Sendable, Equatable {
    /// Both have the same type, or types between which the engine compares exactly.
    case direct
    /// The key is text.
    case text
    /// The key is text, and may spell the other's identifiers in letters of another case.
    case folded
    /// The other is cast to the key's type; what does not cast fails the statement.
    case type(String)
}

/// What a task compares with: how its keys are compared, and which sources make orphans.
struct RowsComparisons {
    private(set) var references: [RowsReference: RowsComparison] = [:]
    private(set) var orphan = RowsComparison.direct
    /// What is not named by these goes, where the task removes orphans.
    private(set) var sources: [RowsOrphanSource] = []

    /// Asks the catalog. Throws `StoreError`.
    init(_ predicate: RowsPredicate, reader: any RowsReader) throws {
        let specification = predicate.specification
        if let orphanOf = specification.orphanOf {
            let own = try predicate.table.existing(orphanOf.column, for: "orphan_of")
            guard let parent = try reader.table(orphanOf.table) else {
                throw StoreError(.absent, "There is no table \(orphanOf.table) (orphan_of). The task is skipped.")
            }
            let key = try parent.existing(orphanOf.key, for: "orphan_of")
            let statement = RowsStatement("SELECT \(predicate.clause.dialect.quote(key.name)) FROM \(parent.sql)")
            orphan = try reader.comparison(of: own, in: predicate.table, with: statement)
            let name = "\(orphanOf.table).\(orphanOf.key)"
            sources.append(.init(id: "orphan_of: \(name)", label: "table \(name) (orphan_of)", keys: .query(statement)))
        }
        for reference in specification.listedBy + specification.referencedBy where references[reference] == nil {
            let key = try specification.referenceKey(of: predicate.table)
            var statement: RowsStatement?
            if reference.connection == nil {
                var own = predicate
                let place = "a reference's query"
                let query = try own.written(reference.query, place: place, format: reference.timeFormat)
                statement = RowsStatement(query, own.clause.values)
            }
            references[reference] = try reader.comparison(of: key, in: predicate.table, with: statement)
            guard specification.referencedBy.contains(reference) else { continue }
            sources.append(
                .init(
                    id: "\(reference.connection ?? ""): \(reference.query)",
                    label: "the reference \"\(reference.query)\"" + (reference.connection.map { " on \($0)" } ?? ""),
                    keys: statement.map { .query($0) }
                        ?? .count(
                            Int64(predicate.references[reference]?.count { !$0.isEmpty } ?? 0)
                        )
                )
            )
        }
    }
}
