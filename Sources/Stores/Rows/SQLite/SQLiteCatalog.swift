import Clients
import Retention

/// Turns what the schema says of a table into the terms of the rows store.
struct SQLiteCatalog {
    let connection: SQLiteConnection
    let compiler: SQLiteCompiler
    let isCancelled: () -> Bool

    /// `nil` = there is no such table. Throws `StoreError` (`.denied`) for what rows are not removed from.
    func table(_ written: String) throws -> RowsTable? {
        guard let found = try find(written) else { return nil }
        switch found.kind {
        case .table: break
        case .view: throw refusal(written, SQLiteWords.isView)
        case .virtual, .shadow:
            throw refusal(written, SQLiteWords.isVirtual)
        }
        let sql = "main." + SQLiteIdentifier.quote(found.name)
        let identity = found.rowID.map { [$0] } ?? found.primaryKey
        guard !identity.isEmpty else {
            throw refusal(written, SQLiteWords.hasNoName)
        }
        let columns = found.columns.map { column in
            RowsColumn(name: column.name, type: type(of: column), typeName: column.declaredType)
        }
        let updates = found.columns.filter { !$0.isGenerated }
            .map { "\(SQLiteIdentifier.quote($0.name)) = \(SQLiteIdentifier.quote($0.name))" }
        return RowsTable(
            written: written,
            sql: sql,
            alias: SQLiteIdentifier.quote(found.name),
            kind: .table,
            columns: columns,
            primaryKey: found.primaryKey,
            identity: identity.map(SQLiteIdentifier.quote),
            indexedColumns: found.indexedColumns,
            estimatedRows: nil,
            onDelete: try effects(of: "DELETE FROM \(sql) WHERE 0", on: found.name),
            onUpdate: try effects(of: "UPDATE \(sql) SET \(updates.joined(separator: ", ")) WHERE 0", on: found.name)
                .filter { $0.kind == .trigger },
            warnings: [],
            blockers: blockers(of: found)
        )
    }

    /// As it is written first: a dot or a quote may belong to the name.
    private func find(_ written: String) throws -> SQLiteTable? {
        if let found = try connection.table(written, isCancelled: isCancelled) { return found }
        var parts = RowsTableName.parts(of: written)
        if parts.count == 2, parts[0].lowercased() == "main" { parts.removeFirst() }
        guard parts.count == 1 else { return nil }
        return try connection.table(parts[0], isCancelled: isCancelled)
    }

    /// Foreign keys that refuse the delete of what they mean.
    private func blockers(of table: SQLiteTable) -> [RowsBlocker] {
        let own = SQLiteIdentifier.quote(table.name)
        return table.children.filter { $0.onDelete == "NO ACTION" || $0.onDelete == "RESTRICT" }.map { child in
            let pairs = child.columns.map { pair in
                "cleanupd_child.\(SQLiteIdentifier.quote(pair.child)) = \(own).\(SQLiteIdentifier.quote(pair.parent))"
            }
            let name = SQLiteIdentifier.quote(child.table)
            return RowsBlocker(
                table: child.table,
                condition:
                    "EXISTS (SELECT 1 FROM main.\(name) AS cleanupd_child WHERE \(pairs.joined(separator: " AND ")))"
            )
        }
    }

    private func type(of column: SQLiteTable.Column) -> RowsColumnType {
        switch column.affinity {
        case .integer: return .integer
        case .text: return .text
        case .real: return .double
        case .blob: return .other
        case .numeric:
            // DATE, DATETIME, TIMESTAMP: SQLite gives them the affinity of numbers, and its functions write texts there.
            let type = column.declaredType.uppercased()
            return type.contains("DATE") || type.contains("TIME") ? .other : .numeric
        }
    }

    private func effects(of sql: String, on table: String) throws -> [RowsSideEffect] {
        let found = try compiler.effects(of: sql, on: table, at: connection)
        return found.cascades.sorted().map { RowsSideEffect(kind: .cascade, names: [$0, "main.\($0)"]) }
            + found.triggers.sorted().map { RowsSideEffect(kind: .trigger, names: [$0]) }
    }

    private func refusal(_ written: String, _ finding: String) -> StoreError {
        StoreError(.denied, "\(connection.path): \(written) \(finding) Nothing was removed.")
    }
}
