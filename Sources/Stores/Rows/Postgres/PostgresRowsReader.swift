import Clients
import Retention

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

    func eachText(_ statement: RowsStatement, _ take: (String) throws -> Bool) throws {
        let values = statement.values.map { PostgresValue($0) }
        try connection.stream(statement.sql, values, isCancelled: isCancelled) { row in
            try row.text(0).map(take) ?? true
        }
    }

    func eachRow(_ statement: RowsStatement, _ take: ([String], [String?]) throws -> Bool) throws {
        let values = statement.values.map { PostgresValue($0) }
        try connection.stream(statement.sql, values, isCancelled: isCancelled) { row in
            let names = row.names
            return try take(names, names.indices.map { try row.text($0) })
        }
    }

    func comparison(of column: RowsColumn, in table: RowsTable, with query: RowsStatement?) throws -> RowsComparison {
        let own = try type(
            "(SELECT atttypid FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = $2)",
            [.text(table.sql), .text(column.name)]
        )
        guard let own else {
            throw StoreError.unknownType(of: "\(table.written).\(column.name)")
        }
        guard let query else { return own.isText ? .text : .type(own.name) }
        // The type of a scalar sub-query is known without running it.
        let other = try type(
            "pg_typeof((SELECT r.k FROM (\(query.sql)) AS r(k) WHERE false))::oid",
            query.values.map { PostgresValue($0) }
        )
        guard let other else {
            throw StoreError.unknownType(of: "what is compared with \(column.name)")
        }
        if own.oid == other.oid || own.isNumber && other.isNumber || own.isString && other.isString { return .direct }
        guard own.isText else { return .type(own.name) }
        if other.isText || other.isInteger || other.isEnumeration { return .text }
        if other.name == "uuid" { return .folded }
        throw StoreError.manyForms(table.written, column.name, other.name)
    }

    /// Of a domain, the type beneath it.
    private func type(_ oid: String, _ values: [PostgresValue]) throws -> KeyType? {
        let sql = """
            SELECT b.oid::int8, format_type(b.oid, -1), b.typtype = 'e' FROM pg_type AS t JOIN pg_type AS b
            ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END WHERE t.oid = \(oid)
            """
        guard let row = try connection.query(sql, values, isCancelled: isCancelled).first,
            let oid = try row.int(0), let name = try row.text(1)
        else { return nil }
        return KeyType(oid: oid, name: name, isEnumeration: try row.bool(2) == true)
    }

    private struct KeyType {
        var oid: Int64
        /// In the words of a cast.
        var name: String
        var isEnumeration: Bool

        var isInteger: Bool { [20, 21, 23].contains(oid) }
        var isNumber: Bool { isInteger || [700, 701, 1700].contains(oid) }
        /// `text` and `varchar`, which are one to an index.
        var isString: Bool { [25, 1043].contains(oid) }
        /// Also `char(n)` and `name`.
        var isText: Bool { isString || [19, 1042].contains(oid) }
    }
}
