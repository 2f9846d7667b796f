import Clients

/// A session of PostgreSQL within a read-only transaction.
struct PostgresRowsReader: RowsReader {
    let connection: PostgresConnection
    let isCancelled: () -> Bool

    func table(_ written: String) throws -> RowsTable? {
        try PostgresCatalog(connection: connection, isCancelled: isCancelled).table(written)
    }

    func integer(_ statement: RowsStatement) throws -> Int64? {
        let rows = try connection.query(
            statement.sql,
            statement.values.map { PostgresValue($0) },
            isCancelled: isCancelled
        )
        return try rows.first?.int(0)
    }

    func texts(_ statement: RowsStatement, limit: Int) throws -> [String] {
        var texts: [String] = []
        guard limit > 0 else { return [] }
        let values = statement.values.map { PostgresValue($0) }
        try connection.stream(statement.sql, values, isCancelled: isCancelled) { row in
            if let text = try row.text(0) { texts.append(text) }
            return texts.count < limit
        }
        return texts
    }

    func mustCompareAsText(_ column: RowsColumn, of table: RowsTable, with query: RowsStatement) throws -> Bool {
        // The type of a scalar sub-query is known without running it.
        let rows = try connection.query(
            "SELECT pg_typeof((SELECT r.k FROM (\(query.sql)) AS r(k) WHERE false))::oid::int8",
            query.values.map { PostgresValue($0) },
            isCancelled: isCancelled
        )
        let other = try rows.first?.int(0)
        let own = try connection.query(
            "SELECT atttypid::int8 FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = $2",
            [.text(table.sql), .text(column.name)],
            isCancelled: isCancelled
        ).first?.int(0)
        guard let other, let own, other != own else { return other == nil || own == nil }
        let integers: Set<Int64> = [20, 21, 23]
        let strings: Set<Int64> = [25, 1043]
        return ![integers, strings].contains { $0.contains(own) && $0.contains(other) }
    }
}
