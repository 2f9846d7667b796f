import Foundation
import Support

/// Beside the examples, of which none has a quota and none asks others before it acts: a cache that is kept below its
/// limit by one of several replicas.
struct QuotaService: Sendable {
    let service: MonitoredService
    private let folder: String
    private let redis: RedisServer

    init(_ stack: MonitoringStack) async throws {
        redis = try await RedisServer.started()
        folder = stack.file("quota")
        try FileManager.default.createDirectory(atPath: "\(folder)/cache", withIntermediateDirectories: true)
        try Data(Self.configuration.utf8).write(to: URL(fileURLWithPath: "\(folder)/cleanup.yaml"))
        service = try MonitoredService(
            stack,
            "quota",
            configuration: "\(folder)/cleanup.yaml",
            environment: ["FOLDER": folder, "REDIS_URL": redis.url()]
        )
    }

    /// With so many items the limit is passed.
    static let itemsBeyond = 22

    /// A file of a twentieth of the limit; the oldest go.
    func addItem(_ number: Int) throws {
        try Data(count: 50_000).write(to: URL(fileURLWithPath: "\(folder)/cache/\(number).bin"))
    }

    private static let configuration = """
        state: "sqlite:${FOLDER}/state.db"
        coordination: "${REDIS_URL}"
        http: { listen: "${CLEANUP_LISTEN}" }
        connections: { files: { url: "file://${FOLDER}" } }
        cycles: { caches: { every: 5s, at_start: true, tasks: [cache] } }
        tasks:
          cache:
            resource: caches
            files: { in: files, path: cache, match: ["*.bin"] }
            quota: { of: files, path: cache, max: 1MiB, free_to: 50% }
        """
}
