/// Many replicas: leases, fences, and the queue of jobs.
extension Catalogue {
    static let coordinationFamilies = [
        lockAcquisitionDuration, lockAcquisitionFailures, lockLosses, staleEpochRejections, queueDepth,
        queueOldestJobAge, queueJobsEnqueued, queueJobsCompleted, queueJobFailures, queueJobsStalled,
        queueWaitDuration,
    ]

    /// Moves with each try to take a lock, whatever the answer; `lock` is leader, task or queue.
    package static let lockAcquisitionDuration = Family(
        "cleanup_lock_acquisition_duration_seconds",
        .histogram(buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]),
        unit: "seconds",
        help: "Time of a try to take a lock, to its answer or time-out.",
        labels: ["lock"]
    )
    /// Moves when a try did not give the lock; `reason` is held, timeout, redis_error, postgres_error or state_error.
    package static let lockAcquisitionFailures = Family(
        "cleanup_lock_acquisition_failures_total",
        .counter,
        help: "Tries to take a lock that did not get it, by reason.",
        labels: ["lock", "reason"]
    )
    /// Moves when a lock that was held ended without its holder's will.
    package static let lockLosses = Family(
        "cleanup_lock_losses_total",
        .counter,
        help: "Locks that were lost while they were held.",
        labels: ["lock"]
    )
    /// Moves when a store refused this replica because another one has acted with a higher epoch.
    package static let staleEpochRejections = Family(
        "cleanup_stale_epoch_rejections_total",
        .counter,
        help: "Acts that a store refused because they came from a former holder of the lock.",
        labels: ["connection"]
    )
    /// Set at each look at the queue; `state` is waiting, active, delayed or dead.
    package static let queueDepth = Family(
        "cleanup_queue_depth",
        .gauge,
        help: "Jobs in the queue by state.",
        labels: ["queue", "state"]
    )
    /// Set at each scrape, from the last look at the queue.
    package static let queueOldestJobAge = Family(
        "cleanup_queue_oldest_job_age_seconds",
        .gauge,
        unit: "seconds",
        help: "Age of the oldest waiting job; 0 = none waits, NaN while the queue cannot be read.",
        labels: ["queue"]
    )
    /// Moves when this replica has put a job into the queue.
    package static let queueJobsEnqueued = Family(
        "cleanup_queue_jobs_enqueued_total",
        .counter,
        help: "Jobs that this replica put into the queue.",
        labels: ["queue"]
    )
    /// Moves when this replica has ended a job well.
    package static let queueJobsCompleted = Family(
        "cleanup_queue_jobs_completed_total",
        .counter,
        help: "Jobs that this replica completed.",
        labels: ["queue"]
    )
    /// Moves with each attempt of this replica that failed.
    package static let queueJobFailures = Family(
        "cleanup_queue_job_failures_total",
        .counter,
        help: "Attempts of jobs that failed on this replica.",
        labels: ["queue"]
    )
    /// Moves when this replica takes a job back from a worker that has fallen silent.
    package static let queueJobsStalled = Family(
        "cleanup_queue_jobs_stalled_total",
        .counter,
        help: "Jobs that were taken back from workers that had fallen silent.",
        labels: ["queue"]
    )
    /// Moves when this replica begins a job.
    package static let queueWaitDuration = Family(
        "cleanup_queue_wait_duration_seconds",
        .histogram(buckets: runBuckets),
        unit: "seconds",
        help: "Time from a job's enqueueing, or its being due again, to its start.",
        labels: ["queue"]
    )
}
