import CleanupConfiguration
import Coordination
import Engine
import Foundation
import Logging
import ServiceLifecycle
import Stores

/// Finds out at the start, and now and then, whether buckets delete only what has not changed, before a task needs it.
struct BucketWatch: Service {
    /// Between two looks; what is known is not asked for again.
    private static let interval = Duration.seconds(600)

    let connections: Connections
    let logger: Logger
    /// What is in force at the moment.
    let current: @Sendable () -> Blueprint

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await Blocking.run { look() }
                do {
                    try await Task.sleep(for: Self.interval)
                } catch {
                    // The service ends.
                    return
                }
            }
        }
    }

    /// Asks for each bucket from which something is removed; a preview writes nothing, not even a probe. Blocking.
    private func look() {
        let (configuration, program) = (current().configuration, current().program)
        for task in program.tasks where task.isEnabled && !program.mustDryRun(task) {
            guard let objects = configuration.tasks.first(where: { $0.name == task.name })?.objects else { continue }
            do {
                let server = try connections.objects(task.connection, in: configuration)
                _ = try server.capabilities(prefix: objects.prefix)
            } catch {
                // The next run meets the same, and counts it.
                logger.debug(
                    "\(task.connection): what the bucket can do is not known: \(error)",
                    metadata: ["action": "bucket_probe_failed", "connection": "\(task.connection)"]
                )
            }
        }
    }
}
