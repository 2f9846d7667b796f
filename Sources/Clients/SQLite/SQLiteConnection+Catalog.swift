extension SQLiteConnection {
    /// What the schema says of a table or view; `nil` = there is none of that name. Names mean the same in upper and
    /// lower case, as everywhere in SQLite. SQLite's own tables are none.
    package func table(_ name: String, isCancelled: () -> Bool = { false }) throws -> SQLiteTable? {
        let found = try query(
            """
            SELECT name, type, wr FROM pragma_table_list
            WHERE schema = 'main' AND name = ?1 COLLATE NOCASE AND substr(lower(name), 1, 7) <> 'sqlite_'
            """,
            [.text(name)],
            isCancelled: isCancelled
        )
        guard let row = found.first, let name = row[0].text,
            let kind = row[1].text.flatMap(SQLiteTable.Kind.init(rawValue:))
        else { return nil }
        let isWithoutRowID = row[2] == .integer(1)
        let (columns, primaryKey) = try columns(of: name, isCancelled: isCancelled)
        let isOnlyNumber = primaryKey.count == 1 && Self.isRowID(columns, primaryKey) && !isWithoutRowID
        return SQLiteTable(
            name: name,
            kind: kind,
            columns: columns,
            primaryKey: primaryKey,
            isWithoutRowID: isWithoutRowID,
            rowID: kind == .table && !isWithoutRowID ? Self.rowID(columns, isOnlyNumber ? primaryKey[0] : nil) : nil,
            indexedColumns: try indexedColumns(of: name, isCancelled: isCancelled)
                .union(isOnlyNumber ? primaryKey : []),
            children: kind == .table ? try children(of: name, primaryKey, isCancelled: isCancelled) : []
        )
    }

    private func columns(
        of table: String,
        isCancelled: () -> Bool
    ) throws -> (columns: [SQLiteTable.Column], primaryKey: [String]) {
        var key: [(position: Int64, name: String)] = []
        var columns: [SQLiteTable.Column] = []
        let rows = try query(
            "SELECT name, type, pk, hidden FROM pragma_table_xinfo(?1) ORDER BY cid",
            [.text(table)],
            isCancelled: isCancelled
        )
        for row in rows {
            let (name, type) = (row[0].text ?? "", row[1].text ?? "")
            columns.append(
                .init(
                    name: name,
                    declaredType: type,
                    affinity: .init(declaredType: type),
                    isGenerated: row[3] == .integer(2) || row[3] == .integer(3)
                )
            )
            if let position = row[2].integer, position > 0 { key.append((position, name)) }
        }
        return (columns, key.sorted { $0.position < $1.position }.map(\.name))
    }

    /// Partial indexes serve only some conditions, and one with another collation sorts otherwise than the column.
    private func indexedColumns(of table: String, isCancelled: () -> Bool) throws -> Set<String> {
        let rows = try query(
            """
            SELECT part.name FROM pragma_index_list(?1) AS list, pragma_index_xinfo(list.name) AS part
            WHERE list.partial = 0 AND part.seqno = 0 AND part.name IS NOT NULL AND part.coll = 'BINARY'
            """,
            [.text(table)],
            isCancelled: isCancelled
        )
        return Set(rows.compactMap(\.first?.text))
    }

    private func children(
        of table: String,
        _ primaryKey: [String],
        isCancelled: () -> Bool
    ) throws -> [SQLiteTable.Child] {
        let rows = try query(
            """
            SELECT child.name, key.id, key.on_delete, key."from", key."to", key.seq
            FROM pragma_table_list AS child, pragma_foreign_key_list(child.name) AS key
            WHERE child.schema = 'main' AND child.type = 'table' AND key."table" = ?1 COLLATE NOCASE
            ORDER BY child.name, key.id, key.seq
            """,
            [.text(table)],
            isCancelled: isCancelled
        )
        var result: [SQLiteTable.Child] = []
        for row in rows {
            let position = Int(row[5].integer ?? 0)
            // Without columns of the parent, its primary key is meant.
            let parent = row[4].text ?? (primaryKey.indices.contains(position) ? primaryKey[position] : "rowid")
            let pair = (child: row[3].text ?? "", parent: parent)
            if position == 0 {
                result.append(.init(table: row[0].text ?? "", onDelete: row[2].text ?? "", columns: [pair]))
            } else if !result.isEmpty {
                result[result.count - 1].columns.append(pair)
            }
        }
        return result
    }

    /// A key declared exactly so is another name of the row's number.
    private static func isRowID(_ columns: [SQLiteTable.Column], _ key: [String]) -> Bool {
        columns.contains { $0.name == key[0] && $0.declaredType.uppercased() == "INTEGER" }
    }

    private static func rowID(_ columns: [SQLiteTable.Column], _ key: String?) -> String? {
        let hidden = Set(columns.map { $0.name.lowercased() })
        return ["rowid", "_rowid_", "oid"].first { !hidden.contains($0) } ?? key
    }
}
