/// Items and bytes, guards, what is overdue, and compression.
extension Catalogue {
    /// Moves with each item that a scan looks at.
    package static let itemsExamined = Family(
        "cleanup_items_examined_total",
        .counter,
        help: "Items that were looked at.",
        labels: ["task"]
    )
    /// Moves before each try, and is read last, so that it is never less than deletions and failures together.
    package static let itemAttempts = Family(
        "cleanup_item_attempts_total",
        .counter,
        help: "Items that a run tried to remove, set or compress.",
        labels: ["task"],
        isReadLast: true
    )
    /// Moves when a removal is confirmed.
    package static let itemsDeleted = Family(
        "cleanup_items_deleted_total",
        .counter,
        help: "Items whose removal was confirmed.",
        labels: ["task"]
    )
    /// Moves when a change by `action: set` is confirmed.
    package static let itemsUpdated = Family(
        "cleanup_items_updated_total",
        .counter,
        help: "Items whose change to the state that the policy sets was confirmed.",
        labels: ["task"]
    )
    /// Moves when a try fails; `reason` is one of the failure reasons.
    package static let itemFailures = Family(
        "cleanup_item_failures_total",
        .counter,
        help: "Items that could not be removed, set or compressed, by reason.",
        labels: ["task", "reason"]
    )
    /// Moves with each item that is passed over; `reason` is one of the skip reasons.
    package static let itemsSkipped = Family(
        "cleanup_items_skipped_total",
        .counter,
        help: "Items that were passed over, by reason.",
        labels: ["task", "reason"]
    )
    /// Moves when the last link of an item is gone.
    package static let freedBytes = Family(
        "cleanup_freed_bytes_total",
        .counter,
        unit: "bytes",
        help: "Bytes of storage that removals gave back.",
        labels: ["task"]
    )
    /// Moves when a guard refuses a plan; `guard` is one of the guards.
    package static let guardTrips = Family(
        "cleanup_guard_trips_total",
        .counter,
        help: "Plans that a guard refused before anything was removed.",
        labels: ["task", "guard"]
    )
    /// Set at the end of a refused real run by the task's own policy; persisted; 0 = never.
    package static let guardLastTrip = Family(
        "cleanup_guard_last_trip_timestamp_seconds",
        .gauge,
        unit: "seconds",
        help: """
            Unix time at which the last real run by the task's own policy ended that the guard refused, 0 if there was \
            none.
            """,
        labels: ["task", "guard"]
    )
    /// Set at the end of each look at a quota that went over everything or was refused; persisted.
    package static let quotaLastTrip = Family(
        "cleanup_quota_last_trip_timestamp_seconds",
        .gauge,
        unit: "seconds",
        help: """
            Unix time at which the last look at the quota between runs ended, if the guard refused it; 0 if it did not.
            """,
        labels: ["task", "guard"]
    )
    /// Set at the end of each scan, and for rows by looks between runs, which do not count; NaN where the value cannot be
    /// known.
    package static let overdueItems = Family(
        "cleanup_overdue_items",
        .gauge,
        help: """
            Items that were eligible but still there at the end of the last scan; at least 1 while a look at rows between \
            runs finds one overdue.
            """,
        labels: ["task"]
    )
    /// Set at the end of each scan; 0 = none; NaN where the value cannot be known.
    package static let oldestOverdueAge = Family(
        "cleanup_oldest_overdue_age_seconds",
        .gauge,
        unit: "seconds",
        help: "How far the oldest eligible item is past its retention, 0 if there is none.",
        labels: ["task"]
    )
    /// Of a quota; set at the end of each scan.
    package static let storageUsed = Family(
        "cleanup_storage_used_bytes",
        .gauge,
        unit: "bytes",
        help: "Bytes that the storage under a quota held when last measured.",
        labels: ["task"]
    )
    /// Of a quota; set when the configuration is loaded.
    package static let storageLimit = Family(
        "cleanup_storage_limit_bytes",
        .gauge,
        unit: "bytes",
        help: "Bytes that the quota allows.",
        labels: ["task"]
    )
    /// Moves when the archive is verified and the original removed.
    package static let compressedFiles = Family(
        "cleanup_compressed_files_total",
        .counter,
        help: "Files that were replaced by a verified archive.",
        labels: ["task"]
    )
    /// Moves when an archive does not read back as its original, which is then kept.
    package static let compressionVerifyFailures = Family(
        "cleanup_compression_verify_failures_total",
        .counter,
        help: "Archives that did not read back as their originals, which were kept.",
        labels: ["task"]
    )
    /// Moves with ``compressedFiles``.
    package static let compressionInputBytes = Family(
        "cleanup_compression_input_bytes_total",
        .counter,
        unit: "bytes",
        help: "Bytes of the files that were replaced by a verified archive.",
        labels: ["task"]
    )
    /// Moves with ``compressedFiles``.
    package static let compressionOutputBytes = Family(
        "cleanup_compression_output_bytes_total",
        .counter,
        unit: "bytes",
        help: "Bytes of verified archives.",
        labels: ["task"]
    )

    static let itemFamilies = [
        itemsExamined, itemAttempts, itemsDeleted, itemsUpdated, itemFailures, itemsSkipped, freedBytes,
    ]

    static let guardFamilies = [
        guardTrips, guardLastTrip, quotaLastTrip, overdueItems, oldestOverdueAge, storageUsed, storageLimit,
    ]

    static let compressionFamilies = [
        compressedFiles, compressionVerifyFailures, compressionInputBytes, compressionOutputBytes,
    ]
}
