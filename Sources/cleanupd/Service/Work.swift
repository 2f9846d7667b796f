import Coordination
import Engine
import ServiceLifecycle
import Telemetry

/// What does the work of the service: the scheduler puts jobs in, the worker carries them out.
struct Work {
    /// As it is called on dashboards: there is one.
    private static let queueName = "cycles"

    let scheduler: Scheduler
    let queue: any JobQueue
    let services: [any Service]

    /// Throws `CommandFailure` if the queue cannot be read.
    static func make(_ assembly: Assembly) async throws -> Work {
        let replica = assembly.replica
        let queue: any JobQueue
        do {
            queue = try await Blocking.run { try replica.openQueue() }
        } catch {
            throw CommandFailure.failed("\(error)")
        }
        let metrics = try QueueMetrics(assembly.registry, queue: queueName, now: SystemClock.now)
        let wakesUp = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let scheduler = Scheduler(
            program: assembly.program,
            election: replica.election,
            queue: queue,
            metrics: metrics,
            accounting: assembly.accounting,
            logger: assembly.logger,
            now: SystemClock.now,
            onEnqueued: {
                // Where jobs spread, whoever puts them in must not be the first to see them.
                if !replica.timing.leavesToOthers { wakesUp.continuation.yield() }
            }
        )
        let worker = Worker(
            queue: queue,
            name: replica.name,
            timing: replica.timing,
            program: { scheduler.program },
            mayWork: { replica.mayWork },
            wakesUp: wakesUp.stream,
            cycles: assembly.cycles,
            metrics: metrics,
            logger: assembly.logger
        )
        let overdue = OverdueWatch(
            program: { scheduler.program },
            accounting: assembly.accounting,
            logger: assembly.logger,
            now: SystemClock.now
        )
        assembly.metrics.showLeader { replica.election.leadership?.epoch }
        let watch = QueueWatch(queue: queue, metrics: metrics, logger: assembly.logger)
        return Work(scheduler: scheduler, queue: queue, services: [worker, scheduler, watch, overdue])
    }
}
