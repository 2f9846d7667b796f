import Clients

/// What other clients do on the server, as far as the role may see it; one look.
struct PostgresOthers {
    /// Sessions of other clients that are in a query now.
    let active: Int64
    /// Those that are, or have been within the last second: one that works in short queries is often seen between two.
    let recent: Int64
    /// Sessions of which the role may not know what they do.
    let hidden: Int64

    var isShared: Bool { recent + hidden > 0 }

    /// Blocking. Throws `PostgresError`.
    init(_ connection: PostgresConnection, _ isCancelled: @escaping () -> Bool) throws {
        let row = try connection.query(
            """
            SELECT count(pid) FILTER (WHERE seen AND state = 'active') AS active,
                count(pid) FILTER (WHERE seen AND (state = 'active' OR state_change > now() - interval '1 second')) AS recent,
                count(pid) FILTER (WHERE query = '<insufficient privilege>' AND usesysid IS NOT NULL) AS hidden
            FROM (SELECT *, backend_type = 'client backend' AS seen FROM pg_stat_activity
                WHERE pid <> pg_backend_pid() AND application_name NOT LIKE 'cleanupd%') AS others
            """,
            isCancelled: isCancelled
        ).first
        active = try row?.int("active") ?? 0
        recent = try row?.int("recent") ?? 0
        hidden = try row?.int("hidden") ?? 0
    }
}
