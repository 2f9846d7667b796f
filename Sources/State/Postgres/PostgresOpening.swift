import Clients

/// The steps from a database to a usable schema: recognise, make or migrate, see that it can be used.
struct PostgresOpening {
    let tables: PostgresTables
    let failure: PostgresFailure

    /// What there is of the store.
    private enum Found {
        case noSchema
        /// Made for us, and nothing in it.
        case emptySchema
        /// So many migrations have been applied.
        case applied(Int)
    }

    func open(_ connection: PostgresConnection) throws {
        let migrations = PostgresSchema.migrations(tables)
        let found = try connection.transaction(.readOnly) { try recognise(connection, migrations) }
        try checkServer(connection)
        if case .applied(migrations.count) = found {} else { try migrate(connection, migrations) }
        try checkRights(connection)
    }

    /// Makes sure that the store is there as this version has it, and changes nothing.
    func look(_ connection: PostgresConnection) throws {
        let migrations = PostgresSchema.migrations(tables)
        let found = try connection.transaction(.readOnly) { try recognise(connection, migrations) }
        guard case .applied(let count) = found else { throw failure.notThere }
        guard count == migrations.count else { throw failure.older }
    }

    private func recognise(
        _ connection: PostgresConnection,
        _ migrations: [PostgresSchema.Migration]
    ) throws -> Found {
        let schema = try connection.query(
            "SELECT oid::bigint, has_schema_privilege(oid, 'USAGE') FROM pg_catalog.pg_namespace WHERE nspname = $1",
            [.text(tables.schema)]
        ).first
        guard let schema, let oid = try schema.int(0) else { return .noSchema }
        guard try schema.bool(1) == true else { throw failure.noUsage }
        let names = try connection.query(
            "SELECT relname::text FROM pg_catalog.pg_class WHERE relnamespace = $1::bigint::oid AND relkind <> 'i'",
            [.int(oid)]
        ).map { try $0.text(0) }
        guard !names.isEmpty else { return .emptySchema }
        guard names.contains("migration") else { throw failure.foreign }
        return .applied(try applied(connection, migrations))
    }

    /// How many migrations have been applied, if they are ours.
    private func applied(
        _ connection: PostgresConnection,
        _ migrations: [PostgresSchema.Migration]
    ) throws -> Int {
        let rows = try migrationRows(connection)
        let known = rows.prefix(migrations.count)
        for (row, migration) in zip(known, migrations) {
            guard try row.int(0) == Int64(migration.number), try row.text(1) == migration.name else {
                throw failure.foreign
            }
        }
        guard rows.count <= migrations.count else { throw failure.newer }
        // Table and first migration come in one transaction.
        guard !rows.isEmpty else { throw failure.foreign }
        return rows.count
    }

    private func migrationRows(_ connection: PostgresConnection) throws -> PostgresRows {
        do throws(PostgresError) {
            return try connection.query("SELECT number::bigint, name::text FROM \(tables.migration) ORDER BY number")
        } catch {
            let isForeign = error.code == .undefinedColumn || error.sqlState == PostgresFailure.cannotCast
            if isForeign { throw failure.foreign } else { throw error }
        }
    }

    /// The lock is the transaction's, so that no pooler and no death can leave it behind. Whoever waited for it finds
    /// the work done.
    private func migrate(_ connection: PostgresConnection, _ migrations: [PostgresSchema.Migration]) throws {
        try connection.transaction(.readWrite) {
            try connection.executeScript("SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = '120s'")
            _ = try connection.query(
                "SELECT pg_catalog.pg_advisory_xact_lock($1, pg_catalog.hashtext($2))",
                [.inferred("\(Self.lockSpace)"), .text(tables.schema)]
            )
            var done = 0
            switch try recognise(connection, migrations) {
            case .noSchema: try createSchema(connection)
            case .emptySchema: break
            case .applied(let count): done = count
            }
            if done == 0 { try connection.executeScript(PostgresSchema.migrationTable(tables)) }
            for migration in migrations.dropFirst(done) {
                try connection.executeScript(migration.sql)
                try connection.execute(
                    "INSERT INTO \(tables.migration) (number, name) VALUES ($1, $2)",
                    [.int(Int64(migration.number)), .text(migration.name)]
                )
            }
        }
    }

    private func createSchema(_ connection: PostgresConnection) throws {
        do throws(PostgresError) {
            try connection.executeScript("CREATE SCHEMA \(tables.quotedSchema)")
        } catch {
            guard error.code == .permission else { throw error }
            throw failure.cannotBeMade(tables.quotedSchema, error)
        }
    }

    /// "clnd": keeps our advisory locks apart from those of others.
    private static let lockSpace: Int32 = 0x636C_6E64

    private func checkServer(_ connection: PostgresConnection) throws {
        let row = try connection.query(
            "SELECT current_setting('server_encoding'), current_setting('transaction_read_only')"
        ).first
        let encoding = try row?.text(0) ?? ""
        // Any other would refuse names and messages when it is too late.
        guard encoding == "UTF8" || encoding == "SQL_ASCII" else {
            throw failure.cannotHoldNames(in: encoding)
        }
        guard try row?.text(1) == "off" else { throw failure.readOnly }
    }

    /// Sees now, and not at the first deletion, that everything may be written.
    private func checkRights(_ connection: PostgresConnection) throws {
        let rows = try connection.query(
            """
            SELECT relname::text, pg_catalog.string_agg(privilege, ', ' ORDER BY privilege)
            FROM pg_catalog.pg_class CROSS JOIN unnest($2::text[]) AS privilege
            WHERE relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1) AND relkind = 'r'
                AND relname <> 'migration' AND NOT pg_catalog.has_table_privilege(pg_class.oid, privilege)
            GROUP BY relname ORDER BY relname
            """,
            [.text(tables.schema), .texts(["SELECT", "INSERT", "UPDATE", "DELETE"])]
        )
        guard let row = rows.first else { return }
        throw failure.lacks(try row.text(1) ?? "", on: try row.text(0) ?? "")
    }
}
