package import Logging
package import Retention
import ServiceLifecycle
package import State
import Synchronization

/// Fires cycles when they are due and runs each at most once at a time.
///
/// Returning means that it was told to stop and that the running cycles have ended at an item boundary.
package final class Scheduler: Service {
    /// Looks at the clock at least this often, so that a clock that jumps is noticed.
    private static let longestSleep = Duration.seconds(30)

    private enum Event: Sendable {
        /// The sleep of this generation is over; a sleep that was overtaken says nothing.
        case timer(generation: Int)
        case replaced, stop
        case ended(cycle: String)
    }

    private struct Shared {
        var program: Program
        var timetable = Timetable()
        var active: [String: Cancellation] = [:]
        var sleepGeneration = 0
        var isReady = false
    }

    private let shared: Mutex<Shared>
    private let cycles: CycleRunner
    private let accounting: Accounting
    private let state: any StateStore
    private let logger: Logger
    private let now: @Sendable () -> Instant
    private let events: AsyncStream<Event>
    private let send: AsyncStream<Event>.Continuation

    package init(
        program: Program,
        cycles: CycleRunner,
        accounting: Accounting,
        state: any StateStore,
        logger: Logger,
        now: @escaping @Sendable () -> Instant
    ) {
        shared = Mutex(Shared(program: program))
        self.cycles = cycles
        self.accounting = accounting
        self.state = state
        self.logger = logger
        self.now = now
        (events, send) = AsyncStream.makeStream()
    }

    /// The schedule has been read and firings are being watched.
    package var isReady: Bool { shared.withLock { $0.isReady } }

    package var program: Program { shared.withLock { $0.program } }

    /// Takes over a new program at once; runs that are under way end under the old one.
    package func replace(with program: Program) {
        shared.withLock { $0.program = program }
        send.yield(.replaced)
    }

    package func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                await start(&group)
                for await event in events {
                    if case .stop = event { break }
                    await handle(event, &group)
                }
                stop()
                // Ends the sleepers; running cycles end by their own cancellation.
                group.cancelAll()
            }
        } onGracefulShutdown: {
            self.send.yield(.stop)
        }
    }

    // MARK: Events

    private func start(_ group: inout DiscardingTaskGroup) async {
        let program = self.program
        let instant = now()
        shared.withLock { $0.timetable.replace(with: program.cycles, now: instant) }
        for cycle in program.cycles where cycle.isEnabled && !cycle.isQuotaCheck {
            let missed = await accounting.missedFires(of: cycle, until: instant)
            let mayWork = cycle.window?.contains(instant) ?? true
            if missed > 0 {
                accounting.missed(missed, cycle: cycle)
                // Counted once: the next start counts from here.
                await accounting.fired(cycle, at: instant)
                logger.warning(
                    """
                    \(cycle.name): \(missed) firings were missed while the service was down; \
                    \(mayWork ? "running once now" : "outside its window now, so that the next firing makes up for them")
                    """,
                    metadata: ["action": "schedule_missed", "cycle": "\(cycle.name)"]
                )
            }
            if mayWork, missed > 0 || cycle.runsAtStart {
                fire(cycle, missed > 0 ? .catchUp : .schedule, instant, &group)
            }
        }
        announce(program)
        shared.withLock { $0.isReady = true }
        sleep(&group)
    }

    private func handle(_ event: Event, _ group: inout DiscardingTaskGroup) async {
        switch event {
        case .timer(let generation):
            guard shared.withLock({ $0.sleepGeneration == generation }) else { return }
            let due = shared.withLock { $0.timetable.advance(to: now()) }
            let program = self.program
            for entry in due { act(on: entry, program, &group) }
            accounting.showNextRuns(program, nextFirings())
            sleep(&group)
        case .ended(let cycle):
            shared.withLock { shared in
                shared.timetable.setRunning(false, cycle: cycle)
                shared.active[cycle] = nil
            }
        case .replaced:
            let program = self.program
            shared.withLock { $0.timetable.replace(with: program.cycles, now: now()) }
            announce(program)
            sleep(&group)
        case .stop:
            break
        }
    }

    private func act(on due: Timetable.Due, _ program: Program, _ group: inout DiscardingTaskGroup) {
        switch due {
        case .fire(let name, let instant):
            guard let cycle = program.cycles.first(where: { $0.name == name }) else { return }
            guard cycle.window?.contains(now()) ?? true else {
                logger.debug("\(name) is outside its window", metadata: ["action": "schedule_outside_window"])
                return
            }
            fire(cycle, .schedule, instant, &group)
        case .missed(let name):
            guard let cycle = program.cycles.first(where: { $0.name == name }) else { return }
            accounting.missed(1, cycle: cycle)
            logger.warning(
                "\(name) is still running; this firing is missed",
                metadata: ["action": "schedule_missed", "cycle": "\(name)"]
            )
        }
    }

    private func fire(
        _ cycle: CycleDefinition,
        _ trigger: Trigger,
        _ instant: Instant,
        _ group: inout DiscardingTaskGroup
    ) {
        let cancellation = Cancellation()
        let program = cycle.isQuotaCheck ? self.program.quotaOnly : self.program
        shared.withLock { shared in
            shared.timetable.setRunning(true, cycle: cycle.name)
            shared.active[cycle.name] = cancellation
        }
        group.addTask { [self] in
            await accounting.fired(cycle, at: instant)
            let names = cycle.tasks.filter { program.task($0)?.isEnabled ?? false }
            _ = await cycles.run(
                names,
                of: program,
                cycle: cycle.name,
                trigger: trigger,
                dryRun: false,
                maxDurationSeconds: cycle.maxDurationSeconds,
                retry: cycle.retry,
                hasOwnPolicy: !cycle.isQuotaCheck,
                isQuotaCheck: cycle.isQuotaCheck,
                cancellation: cancellation
            )
            send.yield(.ended(cycle: cycle.name))
        }
    }

    private func stop() {
        let active = shared.withLock { shared in
            shared.isReady = false
            return Array(shared.active.values)
        }
        for cancellation in active { cancellation.cancel(.shutdown) }
        send.finish()
    }

    private func sleep(_ group: inout DiscardingTaskGroup) {
        let (next, generation) = shared.withLock { shared in
            shared.sleepGeneration += 1
            return (shared.timetable.next, shared.sleepGeneration)
        }
        let wait = next.map { max(0, $0.nanoseconds - now().nanoseconds) }.map(Duration.nanoseconds)
        let duration = min(wait ?? Self.longestSleep, Self.longestSleep)
        group.addTask { [self] in
            do {
                try await Task.sleep(for: duration)
                send.yield(.timer(generation: generation))
            } catch {
                // Cancelled: the scheduler has stopped.
            }
        }
    }

    // MARK: What others see

    private func nextFirings() -> [String: Instant] {
        shared.withLock { shared in
            Dictionary(
                uniqueKeysWithValues: shared.program.cycles.compactMap { cycle in
                    shared.timetable.next(of: cycle.name).map { (cycle.name, $0) }
                }
            )
        }
    }

    private func announce(_ program: Program) {
        accounting.showNextRuns(program, nextFirings())
        if !program.isEnabled {
            logger.info("Cleanup is switched off: runs only report", metadata: ["action": "auto_cleanup_disabled"])
        }
        for cycle in program.cycles {
            logger.info(
                "\(cycle.name): \(cycle.schedule?.text ?? "by hand")",
                metadata: [
                    "action": cycle.isEnabled ? "auto_cleanup_scheduled" : "auto_cleanup_disabled",
                    "cycle": "\(cycle.name)",
                ]
            )
        }
    }
}
