/// Calls to the servers behind connections, and what their clocks say.
extension Catalogue {
    static let backendFamilies = [
        backendRequests, backendRequestFailures, backendRequestDuration, retries, circuitOpen, conditionalDeletes,
        clockOffset,
    ]

    /// The families whose series belong to a connection.
    package static let connectionFamilies = [
        backendRequests, backendRequestFailures, backendRequestDuration, retries, circuitOpen, conditionalDeletes,
        staleEpochRejections,
    ]

    /// Moves with each answered, refused or lost call; not with one that nobody took, where the connection is optional.
    package static let backendRequests = Family(
        "cleanup_backend_requests_total",
        .counter,
        help: "Calls to the server behind a connection.",
        labels: ["connection", "operation"]
    )
    /// Moves with each call that failed, and with each key that failed within a call that did not.
    package static let backendRequestFailures = Family(
        "cleanup_backend_request_failures_total",
        .counter,
        help: "Calls that failed, by reason; keys that were refused within a call count, too.",
        labels: ["connection", "operation", "reason"]
    )
    /// Moves with each call, retries and pauses between them included.
    package static let backendRequestDuration = Family(
        "cleanup_backend_request_duration_seconds",
        .histogram(buckets: requestBuckets + [30, 60]),
        unit: "seconds",
        help: "Time of a call to the server behind a connection, retries included.",
        labels: ["connection", "operation"]
    )
    /// Moves when a call is made again.
    package static let retries = Family(
        "cleanup_retries_total",
        .counter,
        help: "Calls that were made again after a failure that may pass.",
        labels: ["connection", "operation"]
    )
    /// Read at each scrape.
    package static let circuitOpen = Family(
        "cleanup_backend_circuit_open",
        .gauge,
        help: "1 while the circuit breaker of a connection to PostgreSQL refuses calls.",
        labels: ["connection"]
    )
    /// Set by each probe; NaN until the first one has ended, and where it was not allowed to.
    package static let conditionalDeletes = Family(
        "cleanup_object_conditional_deletes",
        .gauge,
        help: "1 if the object storage deletes only what has not changed (If-Match), 0 if it ignores the condition.",
        labels: ["connection"]
    )
    /// Read at each scrape; `source` is a connection, `coordination` or `state`.
    package static let clockOffset = Family(
        "cleanup_clock_offset_seconds",
        .gauge,
        unit: "seconds",
        help: "Own clock minus a server's; NaN while its last answer is older than 15 minutes.",
        labels: ["source"]
    )
}
