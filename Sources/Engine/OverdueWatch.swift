import Coordination
package import Logging
package import Retention
import ServiceLifecycle
import Stores

/// Looks, now and then, how long the oldest due row of each task is overdue, and whether optional connections are there:
/// one probe of an index, never on a scrape.
package struct OverdueWatch: Service {
    /// Between two looks.
    package static let interval = Duration.seconds(60)

    private let program: @Sendable () -> Program
    private let accounting: Accounting
    private let logger: Logger
    private let now: @Sendable () -> Instant

    /// - Parameter program: what is in force at this moment.
    package init(
        program: @escaping @Sendable () -> Program,
        accounting: Accounting,
        logger: Logger,
        now: @escaping @Sendable () -> Instant
    ) {
        self.program = program
        self.accounting = accounting
        self.logger = logger
        self.now = now
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let cancellation = Cancellation()
                await withTaskCancellationHandler {
                    await Blocking.run { look(cancellation) }
                } onCancel: {
                    cancellation.cancel(.shutdown)
                }
                do {
                    try await Task.sleep(for: Self.interval)
                } catch {
                    return
                }
            }
        }
    }

    /// One look at all tasks of rows. Blocking.
    package func look(_ cancellation: Cancellation) {
        for task in program().tasks where task.isEnabled && !cancellation.isCancelled {
            do {
                switch task.store {
                case .items(let store):
                    guard task.isOptional else { continue }
                    _ = try store.openSource(asOf: now())
                case .batches(let store):
                    let seconds = try store.oldestOverdue(at: now(), isCancelled: { cancellation.isCancelled })
                    accounting.overdue(seconds, task: task.name)
                }
                accounting.metrics.isThere(true, task: task.name)
            } catch let error as StoreError where task.isOptional && [.missing, .absent].contains(error.code) {
                accounting.metrics.isThere(false, task: task.name)
            } catch {
                // The figure of the last look stands; a run meets the same error and counts it.
                logger.debug(
                    "\(LogWords.overdueUnknown(of: task.name, error))",
                    metadata: ["action": "overdue_probe_failed", "task": "\(task.name)"]
                )
            }
        }
    }
}
