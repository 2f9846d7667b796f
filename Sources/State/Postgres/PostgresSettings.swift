import Clients

/// Settings.
extension PostgresStateStore {
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
