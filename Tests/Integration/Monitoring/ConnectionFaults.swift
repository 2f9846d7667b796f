import Foundation
import Support

/// Servers behind connections of which each has a fault, with a task on each: a Redis that is stopped, and a bucket with
/// versions, for which OpenStack Swift takes no conditions on deletions.
struct ConnectionFaults: Sendable {
    let redis: RedisServer
    private let versioned: S3TestBucket
    private let plain: S3TestBucket

    /// Lends them.
    static func with(_ body: (ConnectionFaults) async throws -> Void) async throws {
        let redis = try await RedisServer.started()
        try await redis.stop()
        let server = try await S3TestServer.swift
        try await server.withBucket { versioned in
            try await server.withBucket { plain in
                let old = Int64(Date().timeIntervalSince1970) - 2 * 86_400
                try await onThread {
                    for bucket in [versioned, plain] { try bucket.put("cache/old", modified: old) }
                    try versioned.setVersioning("Enabled")
                }
                try await body(ConnectionFaults(redis: redis, versioned: versioned, plain: plain))
            }
        }
    }

    /// What the configuration takes its variables from.
    var environment: [String: String] {
        [
            "REDIS_URL": redis.url(), "BUCKET": versioned.name, "OTHER_BUCKET": plain.name,
            "ENDPOINT": plain.endpoint, "ACCESS_KEY": plain.accessKey, "SECRET_KEY": plain.secretKey,
        ]
    }

    // MARK: Faults

    /// A call waits ten seconds for a connection before it fails; then it must be so for the time of the rule.
    func stoppedRedis(_ stack: MonitoringStack) async throws {
        let labels = ["connection": "lost", "severity": "warning"]
        try await stack.fires("CleanupBackendFailing", labels)
        try await redis.start()
        try await stack.isResolved("CleanupBackendFailing", labels)
        try await stack.waitFor("cleanup_task_last_success_timestamp_seconds{task=\"lost\"} > 0")
    }

    /// The task is allowed to go on, and does; in the bucket without versions its deletions are protected again.
    func bucketWithoutConditions(
        _ stack: MonitoringStack,
        _ service: MonitoredService,
        _ world: TaskFaultWorld
    ) async throws {
        let labels = ["connection": "bucket", "severity": "info"]
        let deleted = "cleanup_items_deleted_total{task=\"unprotected\"}"
        try await stack.waitFor("\(deleted) == 1")
        try await stack.fires("CleanupConditionalDeletesIgnored", labels)
        try world.change("${BUCKET}", to: "${OTHER_BUCKET}")
        service.child.signal(SIGHUP)
        // By then a good answer is heard, and not only none.
        try await stack.waitFor("cleanup_object_conditional_deletes == 1")
        try await stack.isResolved("CleanupConditionalDeletesIgnored", labels)
        try await stack.waitFor("\(deleted) == 2")
    }

    // MARK: What stands in the configuration

    static let connections = """
          lost: { url: "${REDIS_URL}" }
          bucket:
            url: "s3://${BUCKET}"
            endpoint: "${ENDPOINT}"
            access_key: "${ACCESS_KEY}"
            secret_key: "${SECRET_KEY}"

        """

    static let cycles = """
          lost: { every: 1s, at_start: true, tasks: [lost] }
          unprotected: { every: 5s, at_start: true, tasks: [unprotected] }

        """

    static let tasks = """
          lost: { keys: { in: lost, match: "session:*" }, remove: { idle_for: 1d } }
          unprotected:
            objects: { in: bucket, prefix: cache/ }
            remove: { older_than: 1d }
            allow: { unconditional: true }

        """
}
