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

    let logger: Logger
    /// What is in force at the moment.
    let current: @Sendable () -> Blueprint

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await lookUnlessCancelled()
                do {
                    try await Task.sleep(for: Self.interval)
                } catch {
                    // The service ends.
                    return
                }
            }
        }
    }

    /// A bucket that says nothing is not waited for once the service ends.
    private func lookUnlessCancelled() async {
        let (ends, end) = AsyncStream<Void>.makeStream()
        Task.detached {
            await Blocking.run { look() }
            end.finish()
        }
        for await _ in ends {}
    }

    /// Asks for each bucket from which current objects are removed; a preview writes nothing, not even a probe. Blocking.
    private func look() {
        let blueprint = current()
        let (configuration, program) = (blueprint.configuration, blueprint.program)
        for task in program.tasks where task.isEnabled && !program.mustDryRun(task) {
            guard let settings = configuration.tasks.first(where: { $0.name == task.name }) else { continue }
            for name in [settings.connection] + settings.owns.map(\.things.connection) {
                guard settings.removesCurrentObjects(of: name) else { continue }
                let prefix = configuration.probePrefix(of: name)
                do {
                    _ = try blueprint.connections.objects(name).capabilities(prefix: prefix)
                } catch {
                    // The next run meets the same, and counts it.
                    logger.debug(
                        "\(ServiceWords.bucketUnknown(name, error))",
                        metadata: ["action": "bucket_probe_failed", "connection": "\(name)"]
                    )
                }
            }
        }
    }
}
