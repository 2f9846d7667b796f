/// The service itself: leadership, ledger, configuration, build and HTTP.
extension Catalogue {
    /// 1 while this replica holds the scheduler's lock; always 1 with local coordination.
    package static let leader = Family(
        "cleanup_leader",
        .gauge,
        help: "1 on the replica that schedules, 0 on the others."
    )
    /// Set when the lock is gained, or another holder is seen.
    package static let leaderEpoch = Family(
        "cleanup_leader_epoch",
        .gauge,
        help: "Fencing token of the scheduler's lock, held or seen; it rises at each change of leader."
    )
    /// Moves when this replica becomes the leader.
    package static let leaderTransitions = Family(
        "cleanup_leader_transitions_total",
        .counter,
        help: "Times at which this replica became the leader."
    )
    /// Moves when an intent is durable.
    package static let ledgerRecords = Family(
        "cleanup_ledger_records_total",
        .counter,
        help: "Intents that were made durable before anything was done."
    )
    /// Moves when an intent or outcome cannot be written, which stops deletions.
    package static let ledgerWriteFailures = Family(
        "cleanup_ledger_write_failures_total",
        .counter,
        help: "Intents or outcomes that could not be written; deletions stop."
    )
    /// 1 after a good load, 0 after a bad one, while the old configuration (or certificate of the listener) stays.
    package static let configLastReloadSuccessful = Family(
        "cleanup_config_last_reload_successful",
        .gauge,
        help: "1 if configuration and certificate were good at their last load, 0 if an older one stays in force."
    )
    /// Set at each good load.
    package static let configLastReloadSuccess = Family(
        "cleanup_config_last_reload_success_timestamp_seconds",
        .gauge,
        unit: "seconds",
        help: "Unix time of the last good load of the configuration."
    )
    /// Set at the start.
    package static let buildInfo = Family(
        "cleanup_build_info",
        .info,
        help: "Version, revision and compiler of this program.",
        labels: ["version", "revision", "swift_version"]
    )
    /// Moves when an answer is sent; `route` is the template, never the path.
    package static let httpRequests = Family(
        "cleanup_http_requests_total",
        .counter,
        help: "Requests that were answered.",
        labels: ["route", "method", "code"]
    )
    /// Observed when an answer is sent.
    package static let httpRequestDuration = Family(
        "cleanup_http_request_duration_seconds",
        .histogram(buckets: requestBuckets),
        unit: "seconds",
        help: "Time from a request to the end of its answer.",
        labels: ["route"]
    )
    /// Moves when a request is refused; `reason` is missing, bad_token, csrf or origin.
    package static let httpAuthFailures = Family(
        "cleanup_http_auth_failures_total",
        .counter,
        help: "Requests that were refused for want of a good token, by reason.",
        labels: ["reason"]
    )
    /// Moves with each answer 429.
    package static let httpRateLimited = Family(
        "cleanup_http_rate_limited_total",
        .counter,
        help: "Requests that were refused because there were too many.",
        labels: ["route"]
    )

    /// Moves with each report of a browser.
    package static let clientSessionsCleared = Family(
        "cleanup_client_sessions_cleared_total",
        .counter,
        help: "Sessions that the browser module removed, as browsers report it."
    )
    /// Moves with each report of a browser.
    package static let clientFreedBytes = Family(
        "cleanup_client_freed_bytes_total",
        .counter,
        unit: "bytes",
        help: "Bytes that the browser module freed, as browsers report it."
    )
    /// Set by each report that knows it; 0 before the first one.
    package static let clientStorageUsed = Family(
        "cleanup_client_storage_used_ratio",
        .gauge,
        help: "Used part of the browser's storage (0 to 1) in the last report of a browser."
    )

    static let leaderFamilies = [leader, leaderEpoch, leaderTransitions]

    static let serviceFamilies = [
        ledgerRecords, ledgerWriteFailures, configLastReloadSuccessful, configLastReloadSuccess, buildInfo,
        httpRequests, httpRequestDuration, httpAuthFailures, httpRateLimited,
        clientSessionsCleared, clientFreedBytes, clientStorageUsed,
    ]
}
