import Clients

/// Stamps.
extension PostgresStateStore {
    package func stamps() throws -> [Stamp] {
        try read { connection in
            try connection.query("SELECT scope, name, value FROM \(tables.stamp) ORDER BY scope, name").map { row in
                Stamp(
                    scope: try row.requiredText("scope"),
                    name: try row.requiredText("name"),
                    value: try row.requiredNumber("value")
                )
            }
        }
    }

    package func setStamps(_ stamps: [Stamp]) throws {
        // As SQLite's store, which cannot keep it.
        if let stamp = stamps.first(where: { $0.value.isNaN }) { throw StateError.noNumber(stamp) }
        guard !stamps.isEmpty else { return }
        // Two calls that lock rows in the same order cannot wait for each other. The sort keeps the last of equals last.
        let sorted = stamps.sorted { ($0.scope, $0.name) < ($1.scope, $1.name) }
        try write { connection, _ in
            for stamp in sorted {
                try connection.execute(
                    """
                    INSERT INTO \(tables.stamp) (scope, name, value) VALUES ($1, $2, $3)
                    ON CONFLICT (scope, name) DO UPDATE SET value = excluded.value
                    """,
                    [.text(stamp.scope), .text(stamp.name), .double(stamp.value)]
                )
            }
        }
    }
}
