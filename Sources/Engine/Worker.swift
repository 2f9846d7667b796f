package import Coordination
package import Logging
import Retention
import ServiceLifecycle
import Synchronization

/// Takes jobs from the queue and carries each out: a firing of a cycle, its tasks in order.
///
/// Returning means that it was told to stop, that the running cycles have ended at an item boundary, and that their jobs
/// were given back.
package final class Worker: Service {
    private struct Shared {
        /// By the token of the claim: this very worker may get a job again that it has lost.
        var active: [String: Active] = [:]
        var isStopping = false
        /// The queue did not answer the last time.
        var isUnanswered = false
    }

    private struct Active {
        let claim: JobClaim
        let cancellation: Cancellation
    }

    private let queue: any JobQueue
    private let name: String
    private let timing: WorkerTiming
    private let program: @Sendable () -> Program
    private let mayWork: @Sendable () -> Bool
    private let wakesUp: AsyncStream<Void>
    private let cycles: CycleRunner
    private let metrics: QueueMetrics
    private let logger: Logger
    private let gate: QuietGate
    private let settlement: JobSettlement
    private let shared = Mutex(Shared())
    private let looks: AsyncStream<Void>
    private let look: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - name: of this replica; jobs are marked with it.
    ///   - program: what is in force at the moment.
    ///   - mayWork: false while this replica stands by; then it takes no jobs.
    ///   - wakesUp: there may be a job: it looks at once instead of at its next turn.
    package init(
        queue: any JobQueue,
        name: String,
        timing: WorkerTiming,
        program: @escaping @Sendable () -> Program,
        mayWork: @escaping @Sendable () -> Bool,
        wakesUp: AsyncStream<Void>,
        cycles: CycleRunner,
        metrics: QueueMetrics,
        logger: Logger
    ) {
        self.queue = queue
        self.name = name
        self.timing = timing
        self.program = program
        self.mayWork = mayWork
        self.wakesUp = wakesUp
        self.cycles = cycles
        self.metrics = metrics
        self.logger = logger
        gate = QuietGate(logger: logger, now: cycles.now) { [accounting = cycles.accounting] cycle, end in
            accounting.metrics.waited(cycle, end)
        }
        settlement = JobSettlement(
            queue: queue,
            timing: timing,
            accounting: cycles.accounting,
            metrics: metrics,
            logger: logger
        )
        (looks, look) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    package func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { helpers in
                helpers.addTask { for await _ in self.wakesUp { self.look.yield() } }
                helpers.addTask { await self.repeatedly([self.idlePause, self.busyPause]) { self.look.yield() } }
                helpers.addTask { await self.repeatedly([{ self.timing.beat }], self.beat) }
                await withDiscardingTaskGroup { jobs in
                    for await _ in looks { await takeJobs(&jobs) }
                }
                helpers.cancelAll()
            }
        } onGracefulShutdown: {
            self.stop()
        }
    }

    private func stop() {
        let active = shared.withLock { shared in
            shared.isStopping = true
            return Array(shared.active.values)
        }
        for job in active { job.cancellation.cancel(.shutdown) }
        look.finish()
    }

    /// - Parameter pauses: after each time, one after the other; how long is asked when the turn of each has come.
    private func repeatedly(_ pauses: [() -> Duration], _ body: () async -> Void) async {
        while !Task.isCancelled {
            await body()
            do {
                for pause in pauses { try await Task.sleep(for: pause()) }
            } catch {
                // Cancelled: the worker ends.
                return
            }
        }
    }

    private func idlePause() -> Duration { timing.look * Double.random(in: 0.75..<1.25) }

    /// The busier this replica is, the longer it lets others look first. Counted after the idle pause: the job that the
    /// look before has brought is among them.
    private func busyPause() -> Duration {
        let active = timing.leavesToOthers ? shared.withLock { $0.active.count } : 0
        return timing.look * Double(active) * Double.random(in: 0.75..<1.25)
    }

    // MARK: Jobs

    private func takeJobs(_ jobs: inout DiscardingTaskGroup) async {
        while mayWork(), shared.withLock({ !$0.isStopping && $0.active.count < timing.maximumJobs }) {
            let claim: JobClaim
            do {
                let next = try await queue.claim(worker: name)
                shared.withLock { $0.isUnanswered = false }
                guard let next else { return }
                claim = next
            } catch {
                // Once, until it answers again: it is asked several times a second.
                let isNew = shared.withLock { shared in
                    defer { shared.isUnanswered = true }
                    return !shared.isUnanswered
                }
                logger.log(
                    level: isNew ? .warning : .debug,
                    "\(LogWords.notAsked(error))",
                    metadata: ["action": "cleanup_queue_error"]
                )
                return
            }
            jobs.addTask { await self.work(on: claim) }
            // One at a time, so that jobs spread over the replicas.
            if timing.leavesToOthers { return }
        }
    }

    private func work(on claim: JobClaim) async {
        let job = claim.job
        let cancellation = Cancellation()
        let mustStop = shared.withLock { shared in
            shared.active[claim.token] = Active(claim: claim, cancellation: cancellation)
            return shared.isStopping
        }
        if mustStop { cancellation.cancel(.shutdown) }
        let begunAt = cycles.now()
        let (end, report) = await carryOut(claim, cancellation)
        if case .failed = end { metrics.failed() }
        let settled = await settlement.settle(claim, end) { shared.withLock { $0.isStopping } }
        if let report { announce(report, of: job, settled, begunAt: begunAt) }
        _ = shared.withLock { $0.active.removeValue(forKey: claim.token) }
        // A place is free.
        look.yield()
    }

    /// - Returns: also what there is to tell of; `nil` = nothing was begun, or it is done again by somebody else.
    private func carryOut(_ claim: JobClaim, _ cancellation: Cancellation) async -> (JobEnd, CycleReport?) {
        let job = claim.job
        let whole = program()
        guard let cycle = whole.cycle(job.cycle), cycle.isEnabled else {
            return (Self.isNotOn(whole.cycle(job.cycle), job), nil)
        }
        if let end = await hindrance(to: claim, of: cycle, whole, cancellation) { return (end, nil) }
        metrics.started(waitSeconds: job.startedAt.map { $0.secondsSinceEpoch - job.dueAt.secondsSinceEpoch } ?? 0)
        let program = cycle.isQuotaCheck ? whole.quotaOnly : whole
        let names = (job.tasks ?? cycle.tasks).filter {
            cycle.tasks.contains($0) && program.task($0)?.isEnabled ?? false
        }
        let report = await cycles.run(
            names,
            of: program,
            cycle: cycle.name,
            trigger: Trigger(rawValue: job.trigger) ?? .schedule,
            dryRun: false,
            maxDurationSeconds: cycle.maxDurationSeconds,
            hasOwnPolicy: !cycle.isQuotaCheck,
            isQuotaCheck: cycle.isQuotaCheck,
            waitsForLock: job.stalls > 0,
            cancellation: cancellation
        )
        if cancellation.reason == .shutdown { return (.interrupted, nil) }
        let failed = report.runs.filter { $0.outcome == .failed }
        guard let first = failed.first else { return (.done, report) }
        return (.failed(message: "\(first.task): \(first.message ?? "failed")", tasks: failed.map(\.task)), report)
    }

    /// A cycle that was switched off while its firing waited has missed it; otherwise somebody should see to it.
    static func isNotOn(_ cycle: CycleDefinition?, _ job: Job) -> JobEnd {
        if let cycle, cycle.quiet != nil, job.begunAt == nil {
            return .passedOver(cycle, because: "its cycle was switched off before it began")
        }
        let message =
            "This configuration has no cycle \(job.cycle) that is switched on. Switch it on, or remove the job."
        return .failed(message: message, tasks: nil)
    }

    /// Why a job does not begin now; `nil` = it begins, and where it might have had to wait, the queue knows.
    private func hindrance(
        to claim: JobClaim,
        of cycle: CycleDefinition,
        _ whole: Program,
        _ cancellation: Cancellation
    ) async -> JobEnd? {
        switch await gate.answer(to: claim.job, of: cycle, isScheduling: whole.isScheduling, cancellation) {
        case .begins where cancellation.isCancelled: return .interrupted
        case .begins: break
        case .waits(let delay): return .postponed(delay)
        case .isOver: return .passedOver(cycle, because: LogWords.hoursAreOver)
        }
        guard cycle.quiet != nil, claim.job.begunAt == nil else { return nil }
        do {
            if try await queue.begin(claim) { return nil }
        } catch {
            logger.warning(
                "\(LogWords.beginningNotRecorded(claim.job.id, error))",
                metadata: ["action": "cleanup_queue_error", "job": "\(claim.job.id)"]
            )
        }
        return .interrupted
    }

    /// Tells whom the cycle names of this try, unless it is done again at once: then that one is told of.
    private func announce(_ report: CycleReport, of job: Job, _ settled: JobEnd.Settled, begunAt: Instant) {
        var attempt = CycleEnd.Attempt(number: job.attempts, maximum: job.maximumAttempts)
        switch settled {
        case .elsewhere: return
        case .retries(let instant): attempt.retriesAt = instant
        case .over: break
        }
        cycles.tell(
            report,
            of: job.cycle,
            in: program(),
            trigger: Trigger(rawValue: job.trigger) ?? .schedule,
            attempt: attempt,
            begunAt: begunAt
        )
    }

    // MARK: Life signs

    private func beat() async {
        let active = shared.withLock { Dictionary(grouping: $0.active.values) { $0.claim.job.id } }
        guard !active.isEmpty else { return }
        // A job that this worker has lost and got again: only the later claim is in force.
        let current = active.compactMapValues { jobs in
            jobs.max { ($0.claim.job.startedAt ?? .distantPast) < ($1.claim.job.startedAt ?? .distantPast) }
        }
        for job in active.values.joined() where job.claim.token != current[job.claim.job.id]?.claim.token {
            job.cancellation.cancel(.lockLost)
        }
        do {
            for id in try await queue.beat(current.values.map(\.claim)) {
                current[id]?.cancellation.cancel(.lockLost)
            }
        } catch {
            // The runs go on: it is their locks that say whether they may.
            logger.warning(
                "\(LogWords.notToldOfLife(error))",
                metadata: ["action": "cleanup_queue_error"]
            )
        }
    }
}
