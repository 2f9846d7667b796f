import GRDB

/// Stamps.
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
}
