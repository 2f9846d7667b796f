import Foundation
import Support
import Testing

/// A wrong clock, really made: a service is a minute ahead of its Redis and its PostgreSQL. The alert reaches the webhook
/// through Prometheus and Alertmanager, and is resolved after the repair. The rules run in fast motion.
@Suite(.tags(.m8), .timeLimit(.minutes(10)))
struct ClockFaultTests {
    private static let sources = ["coordination", "state"]

    @Test func aClockAheadOfItsServersReachesTheWebhookAndIsResolvedAfterRepair() async throws {
        try await Self.withService { stack, service in
            try await withShiftedClock(seconds: 60) { clock in
                try await service.start(clock.environment)
                try await stack.scrape([service.target()])
                for source in Self.sources {
                    let labels = Self.labels(source).merging(["severity": "critical"]) { $1 }
                    try await stack.fires("CleanupClockSkew", labels)
                }
                try await service.child.stop()
                try await service.start()
                // By then it is the right clock that is heard of, and not only nobody.
                try await stack.waitFor("abs(cleanup_clock_offset_seconds) < 5", count: Self.sources.count)
                for source in Self.sources { try await stack.isResolved("CleanupClockSkew", Self.labels(source)) }
                stack.receiver.expectProved(AlertProof.ofClock, isAlone: false)
            }
        }
    }

    private static func labels(_ source: String) -> [String: String] { ["instance": "ahead", "source": source] }

    private static let text = """
        state: "${STATE_URL}"
        coordination: "${REDIS_URL}"
        http: { listen: "${CLEANUP_LISTEN}" }
        connections: { files: { url: "file://${FOLDER}" } }
        cycles: { plain: { every: 1s, at_start: true, tasks: [plain] } }
        tasks: { plain: { files: { in: files }, remove: { older_than: 1h } } }
        """

    /// Lends a service that has not been started.
    private static func withService(_ body: (MonitoringStack, MonitoredService) async throws -> Void) async throws {
        let redis = try await RedisServer.started()
        try await PostgresTestServer.shared.withDatabase { state in
            try await withMonitoring { stack in
                let folder = stack.file("data")
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                let file = stack.file("cleanup.yaml")
                try Data(text.utf8).write(to: URL(fileURLWithPath: file))
                let environment = ["FOLDER": folder, "STATE_URL": state, "REDIS_URL": redis.url()]
                try await body(
                    stack,
                    try MonitoredService(stack, "ahead", configuration: file, environment: environment)
                )
            }
        }
    }
}
