import Clients

/// The table `cleanupd_fence` of a user's database, as the catalog has it: where batches compare their epochs.
///
/// All replicas have to meet at one table, so it is looked for in all schemas and not along a search_path: one that
/// somebody else made there would switch the fence off, and its triggers would run with the rights of the role.
struct PostgresFenceTable {
    static let name = "cleanupd_fence"

    let schema: String
    let owner: String
    /// Why it cannot be a fence; `nil` = it is as `--install-fence` makes it.
    let problem: String?
    /// Rights on it that the role lacks, as in a GRANT; empty = none.
    let missing: String
    /// The role may use its schema.
    let isSchemaOpen: Bool
    /// Nobody made it but the role itself, or somebody whom it is at the mercy of anyhow.
    let isTrusted: Bool
    /// The role that asks.
    let role: String

    /// Quoted, with its schema.
    var sql: String { PostgresConnection.quote(schema: schema, name: Self.name) }

    /// What is there, within a transaction whose `search_path` is changed by it.
    struct Found {
        /// The schema in which the role makes tables; `nil` = none.
        var schema: String?
        var mayCreate = false
        var role = ""
        var tables: [PostgresFenceTable] = []

        var verdict: Verdict {
            let trusted = tables.filter(\.isTrusted)
            guard trusted.count < 2 else {
                let list = trusted.map(\.sql).joined(separator: " and ")
                return .unusable("There are several fences, \(list), where only one can hold. Drop all but one.")
            }
            if let table = trusted.first { return table.obstacle.map { .unusable($0) } ?? .usable(table) }
            let stranger = tables.first { $0.schema == schema } ?? tables.first
            return stranger.map { .unusable($0.distrust) } ?? .absent
        }
    }

    enum Verdict {
        case absent
        case usable(PostgresFenceTable)
        /// Why, and what to do.
        case unusable(String)
    }

    static func look(_ connection: PostgresConnection) throws -> Found {
        var found = Found()
        if let row = try connection.query(home).first {
            found.schema = try row.text("schema")
            found.mayCreate = try row.bool("may") ?? false
            found.role = try row.text("role") ?? ""
        }
        // No function or operator of anybody else is met from here on.
        try connection.execute("SET LOCAL search_path = pg_catalog")
        found.tables = try connection.query(all, [.text(name), .text(found.schema ?? "")]).map { row in
            PostgresFenceTable(
                schema: try row.text("schema") ?? "",
                owner: try row.text("owner") ?? "",
                problem: try row.text("problem"),
                missing: try row.text("missing") ?? "",
                isSchemaOpen: try row.bool("open") ?? false,
                isTrusted: try row.bool("trusted") ?? false,
                role: found.role
            )
        }
        return found
    }

    private var obstacle: String? {
        if let problem {
            return "The table \(sql) is none that can be a fence: \(problem). Rename it, or drop it, and run "
                + "cleanupd check --install-fence."
        }
        guard !isSchemaOpen || !missing.isEmpty else { return nil }
        return "The role \(role) may not write to the fence, the table \(sql). Run: \(grants)"
    }

    private var distrust: String {
        "The table \(sql) is not believed to be a fence, because it belongs to \(owner), who is neither the role \(role) "
            + "nor the owner of the database nor a superuser. Let a superuser drop it, or run: ALTER TABLE \(sql) OWNER TO "
            + "\(PostgresConnection.quote(identifier: role))"
    }

    /// What to run for a role that may not use it.
    private var grants: String {
        let role = PostgresConnection.quote(identifier: role)
        var grants: [String] = []
        if !isSchemaOpen {
            grants.append("GRANT USAGE ON SCHEMA \(PostgresConnection.quote(identifier: schema)) TO \(role)")
        }
        if !missing.isEmpty { grants.append("GRANT \(missing) ON \(sql) TO \(role)") }
        return grants.joined(separator: "; ")
    }

    static let rights = "SELECT, INSERT, UPDATE"
}
