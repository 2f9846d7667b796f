import Clients
import Retention

/// Jobs of the local queue, and marks of leases.
extension PostgresStateStore {
    package func jobs() throws -> [(id: String, json: String)] {
        try read { connection in
            try connection.query("SELECT id, json FROM \(tables.job)").map { row in
                (id: try row.requiredText("id"), json: try row.requiredText("json"))
            }
        }
    }

    package func changeJobs(saving: [(id: String, json: String)], removing: [String]) throws {
        guard !saving.isEmpty || !removing.isEmpty else { return }
        // Two calls that lock rows in the same order cannot wait for each other.
        let sorted = saving.sorted { $0.id < $1.id }
        try write { connection, _ in
            try connection.execute("DELETE FROM \(tables.job) WHERE id = ANY($1::text[])", [.texts(removing.sorted())])
            try connection.execute(
                """
                INSERT INTO \(tables.job) (id, json) SELECT * FROM unnest($1::text[], $2::text[])
                ON CONFLICT (id) DO UPDATE SET json = excluded.json
                """,
                [.texts(sorted.map(\.id)), .texts(sorted.map(\.json))]
            )
        }
    }

    package func epoch(of lock: String) throws -> Int64 {
        try read { connection in
            try connection.query("SELECT epoch FROM \(tables.lockEpoch) WHERE lock = $1", [.text(lock)])
                .first?.int(0) ?? 0
        }
    }

    /// A repeat of a call whose COMMIT was not confirmed may say false for its own mark: then the lease is asked for
    /// again, with a higher epoch.
    package func raiseEpoch(of lock: String, to epoch: Int64) throws -> Bool {
        try write { connection, _ in
            try connection.execute(
                """
                INSERT INTO \(tables.lockEpoch) AS mark (lock, epoch) VALUES ($1, $2)
                ON CONFLICT (lock) DO UPDATE SET epoch = excluded.epoch WHERE mark.epoch < excluded.epoch
                """,
                [.text(lock), .int(epoch)]
            ) > 0
        }
    }

    /// Throws `.fenced` if the lease is over; until the end of the transaction nobody raises the mark.
    func hold(_ fence: Fence, _ connection: PostgresConnection) throws {
        let mark = try connection.query(
            "SELECT epoch FROM \(tables.lockEpoch) WHERE lock = $1 FOR SHARE",
            [.text(fence.lock)]
        ).first?.int(0)
        // A mark that is gone was not removed by us: whoever did it may have restored an older state.
        guard let mark, mark <= fence.epoch else { throw StateError.isTooLate(fence, mark: mark) }
    }
}
