package import Coordination
package import Logging
package import Retention
import ServiceLifecycle
import State
import Synchronization

/// Puts a job into the queue for each cycle that is due, as long as this replica leads.
///
/// Returning means that it was told to stop. What it has put in is carried out by workers, here or elsewhere.
package final class Scheduler: Service {
    /// Looks at the clock at least this often, so that a clock that jumps is noticed.
    private static let longestSleep = Duration.seconds(30)
    /// A firing that the queue did not take is offered again after this time.
    private static let offerPause = Duration.seconds(1)

    private enum Event: Sendable {
        /// The sleep of this generation is over; a sleep that was overtaken says nothing.
        case timer(generation: Int)
        case leads(Leadership?)
        case replaced, stop
    }

    private struct Shared {
        var program: Program
        var machine: SchedulerMachine
        var sleepGeneration = 0
        var isReady = false
    }

    private let shared: Mutex<Shared>
    private let election: any Election
    private let queue: any JobQueue
    private let metrics: QueueMetrics
    private let accounting: Accounting
    private let logger: Logger
    private let now: @Sendable () -> Instant
    private let onEnqueued: @Sendable () -> Void
    private let events: AsyncStream<Event>
    private let send: AsyncStream<Event>.Continuation

    /// - Parameter onEnqueued: called when a job was put in, for a worker that need not wait for its next look.
    package init(
        program: Program,
        election: any Election,
        queue: any JobQueue,
        metrics: QueueMetrics,
        accounting: Accounting,
        logger: Logger,
        now: @escaping @Sendable () -> Instant,
        onEnqueued: @escaping @Sendable () -> Void = {}
    ) {
        shared = Mutex(Shared(program: program, machine: SchedulerMachine(cycles: program.firingCycles, now: now())))
        self.election = election
        self.queue = queue
        self.metrics = metrics
        self.accounting = accounting
        self.logger = logger
        self.now = now
        self.onEnqueued = onEnqueued
        (events, send) = AsyncStream.makeStream()
    }

    /// Whether firings are watched: by this replica, or by the one that leads.
    package var isReady: Bool { shared.withLock { $0.isReady } }

    package var program: Program { shared.withLock { $0.program } }

    /// When each cycle fires next, by name; a cycle that does not is not in it.
    package var nextFires: [String: Instant] {
        shared.withLock { shared in
            let fires = shared.program.cycles.map { ($0.name, shared.machine.next(of: $0.name)) }
            return Dictionary(fires, uniquingKeysWith: { $1 }).compactMapValues { $0 }
        }
    }

    /// Takes over a new program at once; runs that are under way end under the old one.
    package func replace(with program: Program) {
        shared.withLock { $0.program = program }
        send.yield(.replaced)
    }

    package func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { [election, send] in
                    for await leadership in election.changes { send.yield(.leads(leadership)) }
                }
                announce(program)
                shared.withLock { $0.isReady = true }
                sleep(&group)
                for await event in events {
                    if case .stop = event { break }
                    await handle(event, &group)
                }
                shared.withLock { $0.isReady = false }
                send.finish()
                // Ends the sleepers and whoever waits for news of the election.
                group.cancelAll()
            }
        } onGracefulShutdown: {
            self.send.yield(.stop)
        }
    }

    // MARK: Events

    private func handle(_ event: Event, _ group: inout DiscardingTaskGroup) async {
        switch event {
        case .leads(let leadership?):
            accounting.metrics.gainedLead()
            logger.info(
                "This replica schedules from now on (epoch \(leadership.epoch))",
                metadata: ["action": "leader_gained", "epoch": "\(leadership.epoch)"]
            )
            await carryOut(shared.withLock { $0.machine.gained() })
        case .leads(nil):
            shared.withLock { $0.machine.lost() }
            logger.warning("\(LogWords.leadLost)", metadata: ["action": "leader_lost"])
        case .timer(let generation):
            guard shared.withLock({ $0.sleepGeneration == generation }) else { return }
            await carryOut(shared.withLock { $0.machine.time(now()) })
        case .replaced:
            let program = self.program
            await carryOut(shared.withLock { $0.machine.replace(with: program.firingCycles, now: now()) })
            announce(program)
        case .stop:
            return
        }
        sleep(&group)
    }

    private func carryOut(_ actions: [SchedulerMachine.Action]) async {
        for action in actions {
            switch action {
            case .readProgress:
                // Not read: asked for again at the next look.
                guard let progress = await accounting.progress() else { continue }
                await carryOut(shared.withLock { $0.machine.progress(progress, now: now()) })
            case .offer(let request): await offer(request)
            case .remember(let cycle, let instant, let hasJob):
                await accounting.fired(cycle, at: instant, hasJob: hasJob)
            case .miss(let cycle, let count, let reason): miss(cycle, count, reason)
            }
        }
    }

    private func offer(_ request: JobRequest) async {
        guard let leadership = election.leadership else { return }
        var answer: Enqueued?
        do {
            answer = try await queue.enqueue(request, epoch: leadership.epoch)
            if answer == .enqueued {
                metrics.enqueued()
                onEnqueued()
                if request.trigger == Trigger.catchUp.rawValue {
                    logger.notice(
                        "\(request.id) is put in now: nobody did it in its time, or the queue has lost it",
                        metadata: ["action": "schedule_caught_up", "cycle": "\(request.cycle)"]
                    )
                }
            }
            if answer == .stale {
                logger.warning(
                    "\(LogWords.stale(request.id))",
                    metadata: ["action": "leader_stale", "epoch": "\(leadership.epoch)"]
                )
                election.resign()
            }
        } catch let error as JobQueueError where error.isFinal {
            logger.error(
                "\(LogWords.missed(request.id, because: "\(error)"))",
                metadata: ["action": "schedule_auto_cleanup_error", "cycle": "\(request.cycle)"]
            )
            return await carryOut(shared.withLock { $0.machine.refused(request) })
        } catch {
            // A queue that lies in the state store fails with it.
            if error is StateError { accounting.metrics.ledgerFailed() }
            logger.error(
                "\(LogWords.notTaken(request.id, error))",
                metadata: ["action": "schedule_auto_cleanup_error", "cycle": "\(request.cycle)"]
            )
        }
        await carryOut(shared.withLock { $0.machine.answered(request, answer) })
    }

    private func miss(_ name: String, _ count: Int, _ reason: SchedulerMachine.Miss) {
        guard let cycle = program.cycle(name) else { return }
        accounting.missed(count, cycle: cycle)
        logger.warning(
            "\(LogWords.missed(count, of: name, reason))",
            metadata: ["action": "schedule_missed", "cycle": "\(name)"]
        )
    }

    // MARK: Time

    private func sleep(_ group: inout DiscardingTaskGroup) {
        let program = self.program
        let (firings, next, generation, isWaiting) = shared.withLock { shared in
            shared.sleepGeneration += 1
            let firings = program.cycles.map { ($0.name, shared.machine.next(of: $0.name)) }
            return (firings, shared.machine.next, shared.sleepGeneration, shared.machine.isWaiting)
        }
        accounting.showNextRuns(program, Dictionary(firings, uniquingKeysWith: { $1 }).compactMapValues { $0 })
        let wait = next.map { max(0, $0.nanoseconds - now().nanoseconds) }.map(Duration.nanoseconds)
        let duration = min(wait ?? Self.longestSleep, isWaiting ? Self.offerPause : Self.longestSleep)
        group.addTask { [self] in
            do {
                try await Task.sleep(for: duration)
                send.yield(.timer(generation: generation))
            } catch {
                // Cancelled: the scheduler has stopped.
            }
        }
    }

    private func announce(_ program: Program) {
        if !program.isEnabled {
            logger.info("Cleanup is switched off: runs only report", metadata: ["action": "auto_cleanup_disabled"])
        }
        if !program.isScheduling {
            logger.notice("The scheduler is stopped: nothing fires", metadata: ["action": "auto_cleanup_disabled"])
        }
        for cycle in program.cycles {
            logger.info(
                "\(cycle.name): \(cycle.schedule?.text ?? "at start")",
                metadata: [
                    "action": cycle.isEnabled ? "auto_cleanup_scheduled" : "auto_cleanup_disabled",
                    "cycle": "\(cycle.name)",
                ]
            )
        }
    }
}
