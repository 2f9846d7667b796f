package import Coordination
package import Logging
import ServiceLifecycle

/// Looks at the queue now and then, for the metrics.
package struct QueueWatch: Service {
    private let queue: any JobQueue
    private let metrics: QueueMetrics
    private let pause: Duration
    private let logger: Logger

    package init(queue: any JobQueue, metrics: QueueMetrics, pause: Duration = .seconds(5), logger: Logger) {
        self.queue = queue
        self.metrics = metrics
        self.pause = pause
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await look()
                do {
                    try await Task.sleep(for: pause)
                } catch {
                    // The service ends.
                    return
                }
            }
        }
    }

    private func look() async {
        do {
            metrics.show(try await queue.figures())
        } catch {
            metrics.showUnreadable()
            logger.debug("\(LogWords.queueUnknown(error))", metadata: ["action": "cleanup_queue_error"])
        }
    }
}
