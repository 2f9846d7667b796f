import Retention

/// The specification read against the catalog.
extension RowsSpecification {
    /// Rules compare rows of a group with each other.
    var countsGroups: Bool { keep.comparesItems }

    /// What is due is said by the row alone, without a look at others.
    func looksAtRowAlone(in table: RowsTable) -> Bool {
        !countsGroups && orphanOf == nil && listedBy.isEmpty && referencedBy.isEmpty
            && (table.blockers.isEmpty || action != .delete)
    }

    /// Something says which rows go.
    var hasCondition: Bool {
        olderThan != nil || expired || condition != nil || orphanOf != nil || !listedBy.isEmpty || !filters.isEmpty
            || keep.hasCounts
    }

    /// The column that says how old a row is, and by which rows are ordered: the first of `time` that exists, else
    /// `expires` where that decides. `nil` = none is stated. Throws `StoreError` (`.absent`).
    func order(in table: RowsTable, dialect: any RowsDialect) throws -> RowsOrder? {
        if time.isEmpty { return expired ? try expires(in: table) : nil }
        guard let column = time.lazy.compactMap({ table.column($0) }).first else {
            let names = time.joined(separator: ", ")
            throw StoreError(
                .absent,
                "Table \(self.table) has none of the columns \(names) (time). The task is skipped."
            )
        }
        return try order(by: column, in: table, dialect)
    }

    /// Throws `StoreError` (`.absent`).
    func expires(in table: RowsTable) throws -> RowsOrder {
        guard let expires else {
            throw StoreError(.denied, "Task \(task): expired needs expires.", guardName: .emptyPolicy)
        }
        return order(by: try table.existing(expires, for: "expires"), in: table)
    }

    private func order(by column: RowsColumn, in table: RowsTable) -> RowsOrder {
        RowsOrder(column: column, format: timeFormat, isIndexed: table.indexedColumns.contains(column.name))
    }

    private func order(by column: RowsColumn, in table: RowsTable, _ dialect: any RowsDialect) throws -> RowsOrder {
        if let refusal = dialect.refusal(of: column, format: timeFormat) {
            throw StoreError(.denied, "Task \(task): \(refusal)", guardName: .emptyPolicy)
        }
        return order(by: column, in: table)
    }

    /// The one column by which references name a row.
    func referenceKey(of table: RowsTable) throws -> RowsColumn {
        let keys = key.isEmpty ? table.primaryKey : key
        guard keys.count == 1, let name = keys.first else {
            throw StoreError(
                .denied,
                "Task \(task): references name a row by one column, and table \(self.table) has "
                    + (keys.isEmpty ? "no primary key" : "the key \(keys.joined(separator: ", "))")
                    + ". Write key with the one that they mean.",
                guardName: .references
            )
        }
        return try table.existing(name, for: "key")
    }

    /// The table that orphans have lost, quoted part by part.
    func orphanTableSQL(_ dialect: any RowsDialect) -> String {
        orphanOf.map { RowsTableName.parts(of: $0.table).map(dialect.quote).joined(separator: ".") } ?? ""
    }
}

extension RowsTable {
    /// Throws `StoreError` (`.absent`), naming the column and what wants it.
    func existing(_ name: String, for use: String) throws -> RowsColumn {
        guard let column = column(name) else {
            throw StoreError(.absent, "Table \(written) has no column \(name) (\(use)). The task is skipped.")
        }
        return column
    }
}

/// Names of tables as the configuration writes them.
package enum RowsTableName {
    /// `table`, or `schema` and `table`. A part that holds a dot is written in double quotes, a quote within it
    /// doubled.
    ///
    /// Scalar by scalar: to Swift a quote with an accent behind it is one character that is no quote.
    package static func parts(of written: String) -> [String] {
        var parts = [String.UnicodeScalarView()]
        var isQuoted = false
        var wasQuote = false
        for scalar in written.unicodeScalars {
            switch scalar {
            case "\"":
                if wasQuote { parts[parts.count - 1].append("\"") }
                wasQuote = isQuoted
                isQuoted.toggle()
                continue
            case "." where !isQuoted: parts.append(String.UnicodeScalarView())
            default: parts[parts.count - 1].append(scalar)
            }
            wasQuote = false
        }
        return parts.map { String($0) }
    }
}
