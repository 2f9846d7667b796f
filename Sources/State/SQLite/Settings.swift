import GRDB

/// Stamps and settings.
extension SQLiteStateStore {
    package func stamps() throws -> [Stamp] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT scope, name, value FROM stamp ORDER BY scope, name").map { row in
                Stamp(
                    scope: try row.decode(atIndex: 0),
                    name: try row.decode(atIndex: 1),
                    value: try row.decode(atIndex: 2)
                )
            }
        }
    }

    package func setStamps(_ stamps: [Stamp]) throws {
        // SQLite stores NaN as NULL, which is no number.
        if let stamp = stamps.first(where: { $0.value.isNaN }) {
            throw StateError.noNumber(stamp)
        }
        guard !stamps.isEmpty else { return }
        try write(.power) { database in
            let insert = try database.cachedStatement(
                sql: """
                    INSERT INTO stamp (scope, name, value) VALUES (?, ?, ?)
                    ON CONFLICT (scope, name) DO UPDATE SET value = excluded.value
                    """
            )
            for stamp in stamps { try insert.execute(arguments: [stamp.scope, stamp.name, stamp.value]) }
        }
    }

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
