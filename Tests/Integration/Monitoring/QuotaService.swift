import Foundation
import Support

/// Beside the examples, of which none has a quota and none holds back: a cache that is kept below its limit, and rows of a
/// database that others use.
struct QuotaService: Sendable {
    let service: MonitoredService
    private let folder: String

    init(_ stack: MonitoringStack) throws {
        folder = stack.file("quota")
        try FileManager.default.createDirectory(atPath: "\(folder)/cache", withIntermediateDirectories: true)
        try Data(Self.configuration.utf8).write(to: URL(fileURLWithPath: "\(folder)/cleanup.yaml"))
        service = try MonitoredService(
            stack,
            "quota",
            configuration: "\(folder)/cleanup.yaml",
            environment: ["FOLDER": folder]
        )
    }

    /// A file of a twentieth of the limit; the oldest go.
    func addItem(_ number: Int) throws {
        try Data(count: 50_000).write(to: URL(fileURLWithPath: "\(folder)/cache/\(number).bin"))
    }

    private static let configuration = """
        state: "sqlite:${FOLDER}/state.db"
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
