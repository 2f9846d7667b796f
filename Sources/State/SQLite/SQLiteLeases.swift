import GRDB
package import Retention

/// Jobs of the local queue, and marks of leases.
extension SQLiteStateStore {
    package func jobs() throws -> [(id: String, json: String)] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT id, json FROM job").map { row in
                (id: try row.decode(atIndex: 0), json: try row.decode(atIndex: 1))
            }
        }
    }

    package func changeJobs(saving: [(id: String, json: String)], removing: [String]) throws {
        guard !saving.isEmpty || !removing.isEmpty else { return }
        try write(.power) { database in
            let delete = try database.cachedStatement(sql: "DELETE FROM job WHERE id = ?")
            for id in removing { try delete.execute(arguments: [id]) }
            let insert = try database.cachedStatement(
                sql: "INSERT INTO job (id, json) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET json = excluded.json"
            )
            for job in saving { try insert.execute(arguments: [job.id, job.json]) }
        }
    }

    package func epoch(of lock: String) throws -> Int64 {
        try read { database in
            try Int64.fetchOne(database, sql: "SELECT epoch FROM lock_epoch WHERE lock = ?", arguments: [lock]) ?? 0
        }
    }

    package func raiseEpoch(of lock: String, to epoch: Int64) throws -> Bool {
        try write(.power) { database in
            try database.execute(
                sql: """
                    INSERT INTO lock_epoch (lock, epoch) VALUES (?, ?)
                    ON CONFLICT (lock) DO UPDATE SET epoch = excluded.epoch WHERE lock_epoch.epoch < excluded.epoch
                    """,
                arguments: [lock, epoch]
            )
            return database.changesCount > 0
        }
    }

    /// One machine alone writes to a file, and its locks end with their processes: nobody else can have taken one.
    package func fenced(by fence: Fence) -> any StateStore { self }
}
