import Clients

/// Stamps and settings.
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

    package func settings() throws -> [String: String] {
        try read { connection in
            try connection.query("SELECT key, json FROM \(tables.setting)").reduce(into: [:]) { settings, row in
                settings[try row.requiredText("key")] = try row.requiredText("json")
            }
        }
    }

    package func setSetting(_ key: String, to json: String) throws {
        try write { connection, _ in
            _ = try connection.execute(
                """
                INSERT INTO \(tables.setting) (key, json) VALUES ($1, $2)
                ON CONFLICT (key) DO UPDATE SET json = excluded.json
                """,
                [.text(key), .text(json)]
            )
        }
    }

    package func changeSettings(saving: [String: String], removing: [String]) throws {
        // In one order, so that two calls cannot wait for each other.
        let changes = (saving.map { ($0, Optional($1)) } + removing.map { ($0, nil) }).sorted { $0.0 < $1.0 }
        try write { connection, _ in
            for (key, json) in changes {
                guard let json else {
                    try connection.execute("DELETE FROM \(tables.setting) WHERE key = $1", [.text(key)])
                    continue
                }
                try connection.execute(
                    """
                    INSERT INTO \(tables.setting) (key, json) VALUES ($1, $2)
                    ON CONFLICT (key) DO UPDATE SET json = excluded.json
                    """,
                    [.text(key), .text(json)]
                )
            }
        }
    }

    package func removeSetting(_ key: String) throws {
        try write { connection, _ in
            _ = try connection.execute("DELETE FROM \(tables.setting) WHERE key = $1", [.text(key)])
        }
    }
}
