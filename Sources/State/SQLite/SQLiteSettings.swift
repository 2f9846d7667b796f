import GRDB

/// Settings.
extension SQLiteStateStore {
    package func settings() throws -> [String: String] {
        try read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT key, json FROM setting")
            return try rows.reduce(into: [:]) { settings, row in
                settings[try row.decode(String.self, atIndex: 0)] = try row.decode(String.self, atIndex: 1)
            }
        }
    }

    package func setSetting(_ key: String, to json: String) throws {
        try write(.power) { database in
            try database.execute(
                sql: """
                    INSERT INTO setting (key, json) VALUES (?, ?)
                    ON CONFLICT (key) DO UPDATE SET json = excluded.json
                    """,
                arguments: [key, json]
            )
        }
    }

    package func changeSettings(saving: [String: String], removing: [String]) throws {
        try write(.power) { database in
            for key in removing { try database.execute(sql: "DELETE FROM setting WHERE key = ?", arguments: [key]) }
            for (key, json) in saving {
                try database.execute(
                    sql: """
                        INSERT INTO setting (key, json) VALUES (?, ?)
                        ON CONFLICT (key) DO UPDATE SET json = excluded.json
                        """,
                    arguments: [key, json]
                )
            }
        }
    }

    package func removeSetting(_ key: String) throws {
        try write(.power) { try $0.execute(sql: "DELETE FROM setting WHERE key = ?", arguments: [key]) }
    }
}
