/// Batches of rows, and what holds them back.
extension Catalogue {
    package static let databaseFamilies = [batchDuration, batchRows, lockTimeouts, throttleSeconds, replicationLag]

    /// Moves with each committed batch: BEGIN to COMMIT.
    package static let batchDuration = Family(
        "cleanup_db_batch_duration_seconds",
        .histogram(buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]),
        help: "Time of a committed batch of rows, from BEGIN to COMMIT.",
        labels: ["task", "engine"]
    )
    /// Moves with each committed batch.
    package static let batchRows = Family(
        "cleanup_db_batch_rows",
        .histogram(buckets: [1, 10, 100, 500, 1000, 5000, 10000]),
        help: "Rows of a committed batch.",
        labels: ["task", "engine"]
    )
    /// Moves when a lock was not had in time (SQLSTATE 55P03, SQLITE_BUSY).
    package static let lockTimeouts = Family(
        "cleanup_db_lock_timeouts_total",
        .counter,
        help: "Waits for a lock of the database that ended by the time-out.",
        labels: ["task"]
    )
    /// Moves while a run waits; `cause` is lag, load, autovacuum, health or pause.
    package static let throttleSeconds = Family(
        "cleanup_db_throttle_seconds_total",
        .counter,
        help: "Time for which a run held back, by cause.",
        labels: ["task", "cause"]
    )
    /// Moves with each look at the replicas.
    package static let replicationLag = Family(
        "cleanup_db_replication_lag_seconds",
        .gauge,
        help: "Lag of the worst replica at the last look.",
        labels: ["task"]
    )
}
