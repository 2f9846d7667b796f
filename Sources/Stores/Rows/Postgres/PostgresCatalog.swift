import Clients

/// What pg_catalog says of a table. Names are compared as they are written there; nothing is folded.
struct PostgresCatalog {
    let connection: PostgresConnection
    let isCancelled: () -> Bool

    /// Throws `StoreError` (`.denied`) for what cannot be deleted from row by row.
    func table(_ written: String) throws -> RowsTable? {
        let parts = RowsTableName.parts(of: written)
        guard (1...2).contains(parts.count), !parts.contains("") else { return nil }
        let quoted = parts.map { PostgresConnection.quote(identifier: $0) }.joined(separator: ".")
        let found = try query(Self.relation, [.text(quoted)]).first
        guard let found, let oid = try found.int("oid") else { return nil }
        let kind = try kind(found.text("relkind") ?? "", written)
        if kind == .table { try refuseHeirs(oid, written) }
        let columns = try columns(oid)
        let key = try query(Self.primaryKey, [.int(oid)]).compactMap { try $0.text(0) }
        let name = try found.text("relname") ?? ""
        let family = try query(Self.family, [.int(oid)]).compactMap { try $0.int(0) }
        try refuseFence(family, written)
        return RowsTable(
            written: written,
            sql: PostgresConnection.quote(schema: try found.text("nspname") ?? "", name: name),
            alias: PostgresConnection.quote(identifier: name),
            kind: kind,
            columns: columns,
            primaryKey: key,
            identity: identity(kind),
            indexedColumns: Set(try query(Self.indexed, [.int(oid)]).compactMap { try $0.text(0) }),
            estimatedRows: try found.int("estimate"),
            onDelete: try sideEffects(Self.cascades, .cascade, family)
                + sideEffects(Self.deleteTriggers, .trigger, family),
            onUpdate: try sideEffects(Self.updateTriggers, .trigger, family),
            warnings: try warnings(found, written, kind: kind),
            blockers: try blockers(oid, alias: PostgresConnection.quote(identifier: name))
        )
    }

    private func query(_ sql: String, _ values: [PostgresValue]) throws -> PostgresRows {
        try connection.query(sql, values, isCancelled: isCancelled)
    }

    private func kind(_ relkind: String, _ written: String) throws -> RowsTable.Kind {
        switch relkind {
        case "r": return .table
        case "p": return .partitioned
        case "v": return .view
        default:
            let what = ["f": "a foreign table", "m": "a materialized view", "S": "a sequence", "i": "an index"]
            throw StoreError.isNoTable(written, what[relkind] ?? "no table")
        }
    }

    /// A statement on such a table reaches the rows of its heirs too, and their places are numbered from the same start.
    private func refuseHeirs(_ oid: Int64, _ written: String) throws {
        let heirs = try query(Self.heirs, [.int(oid)]).compactMap { try $0.text(0) }
        guard !heirs.isEmpty else { return }
        throw StoreError.hasHeirs(written, heirs)
    }

    /// Without its rows an older epoch would not be refused any more.
    private func refuseFence(_ family: [Int64], _ written: String) throws {
        guard try !query(Self.fences, [.integers(family), .text(PostgresFenceTable.name)]).isEmpty else { return }
        throw StoreError.isFence(written)
    }

    /// A place is a row's only as long as nobody updates it, which is long enough within a statement; and partitions
    /// number their places each for themselves.
    private func identity(_ kind: RowsTable.Kind) -> [String] {
        switch kind {
        case .table: ["ctid"]
        case .partitioned: ["tableoid", "ctid"]
        case .view: []
        }
    }

    private func columns(_ oid: Int64) throws -> [RowsColumn] {
        try query(Self.columns, [.int(oid)]).compactMap { row in
            guard let name = try row.text(0), let type = try row.int(1), let typeName = try row.text(2) else {
                return nil
            }
            return RowsColumn(name: name, type: Self.type(type), typeName: typeName)
        }
    }

    private static func type(_ oid: Int64) -> RowsColumnType {
        switch oid {
        case 1184: .timestampWithZone
        case 1114: .timestamp
        case 1082: .date
        case 25, 1043, 1042: .text
        case 20, 21, 23: .integer
        case 1700: .numeric
        case 700, 701: .double
        default: .other
        }
    }

    private func sideEffects(_ sql: String, _ kind: RowsSideEffect.Kind, _ family: [Int64]) throws -> [RowsSideEffect] {
        try query(sql, [.integers(family)]).map { row in
            let names = try [row.text(0), row.text(1)].compactMap { $0 }
            return RowsSideEffect(kind: kind, names: names)
        }
    }

    private func warnings(_ found: PostgresRow, _ written: String, kind: RowsTable.Kind) throws -> [String] {
        var warnings: [String] = []
        if try found.bool("secured") == true {
            warnings.append(PostgresWords.hidesRows(written))
        }
        // Bits: UPDATE is 4, INSERT 8, DELETE 16.
        if kind == .view, try (found.int("updatable") ?? 0) & 16 == 0 {
            throw StoreError.isClosedView(written)
        }
        return warnings
    }

    private func blockers(_ oid: Int64, alias: String) throws -> [RowsBlocker] {
        try query(Self.restrictions, [.int(oid)]).compactMap { row in
            guard let child = try row.text(0), let sql = try row.text(1), let pairs = try row.text(2) else {
                return nil
            }
            let condition = pairs.split(separator: "\u{1}").map { "cleanupd_child.\($0)" }.joined(separator: " AND ")
            let replaced = condition.split(separator: "\u{2}").joined(separator: " = \(alias).")
            return RowsBlocker(
                table: child,
                condition: "EXISTS (SELECT 1 FROM \(sql) AS cleanupd_child WHERE \(replaced))"
            )
        }
    }
}
