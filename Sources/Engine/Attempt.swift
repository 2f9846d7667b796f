import Coordination
import Foundation
import Retention
import State
import Stores
import Synchronization

/// One run of one task, from its lock to its last record. Blocking throughout.
struct Attempt: Sendable {
    let id: RunID
    /// Once the lock is held, it writes under that.
    private(set) var runner: TaskRunner
    let request: RunRequest
    let task: TaskDefinition
    let isDryRun: Bool
    /// Once the lock is held, it ends with that.
    private(set) var cancellation: Cancellation
    private(set) var observer: any RunObserver
    /// The one instant of the plan.
    private(set) var startedAt: Instant
    private let clockStart = ContinuousClock.now
    /// Of a real run.
    private(set) var lock: (any HeldLock)?

    /// - Parameter id: a run whose plan is sealed already; `nil` = a new one.
    init(
        _ id: RunID? = nil,
        runner: TaskRunner,
        request: RunRequest,
        task: TaskDefinition,
        isDryRun: Bool,
        cancellation: Cancellation,
        observer: any RunObserver
    ) {
        self.runner = runner
        self.request = request
        self.task = task
        self.isDryRun = isDryRun
        self.cancellation = cancellation
        self.observer = observer
        startedAt = runner.now()
        self.id = id ?? RunID.make(at: startedAt)
    }

    /// Plans, guards and acts. Every way to end is in the report.
    func run() -> RunReport {
        guarded { attempt, report in
            // Not from before the lock, which may have been waited for: what is planned by is what is checked.
            var attempt = attempt
            attempt.startedAt = runner.now()
            try attempt.planAndAct(&report)
        }
    }

    /// Carries out a plan that was sealed before; its run is recorded already, and its lock taken.
    /// - Parameter planned: the one instant of that plan.
    func apply(_ seal: PlanSeal, _ tally: Tally, asOf planned: Instant, holding lock: any HeldLock) -> RunReport {
        guarded(holding: lock) { attempt, report in
            report.tally = tally
            runner.active.advanced(id) { progress in
                progress.examined = tally.examined
                progress.planned = tally.remove + tally.compress
                progress.plannedBytes = tally.removeBytes
            }
            if case .batches(let store) = task.store, let trip = try attempt.growth(of: store, beyond: tally) {
                report.refuse(trip)
                return
            }
            try attempt.act(seal, asOf: planned, &report)
        }
    }

    private func planAndAct(_ report: inout RunReport) throws {
        try recoverIfNeeded()
        if let trip = try clockTrip() {
            report.refuse(trip)
            return
        }
        try begin()
        let plan = try plan(&report)
        guard !report.endedEarly(cancellation) else { return }
        report.scanCompleted = true
        if let trip = report.trip {
            report.refuse(trip)
            return
        }
        guard !isDryRun else { return }
        switch plan {
        case .items(let source):
            try source.planIsAccepted()
            guard report.tally.remove + report.tally.compress > 0 else { return }
        case .predicate(let predicate):
            try ledger { try runner.state.append([ItemBlock(place: predicate.predicate)], to: id) }
        }
        let seal = try ledger { try runner.state.seal(id, tally: report.tally) }
        runner.metrics.ledgerRecorded(seal.items)
        try act(seal, asOf: startedAt, &report)
    }

    /// Runs `body` under the task's lock, with the attempt as it is under that, and records the end.
    private func guarded(
        holding held: (any HeldLock)? = nil,
        _ body: (Attempt, inout RunReport) throws -> Void
    ) -> RunReport {
        var report = RunReport(id: id.description, task: task.name, dryRun: isDryRun)
        report.hasOwnPolicy = request.hasOwnPolicy
        var attempt = self
        attempt.show()
        defer { runner.active.ended(id) }
        var failure: (any Error)?
        do {
            if !isDryRun { attempt.take(try held ?? attempt.acquire()) }
            // A preview takes no lock, and may be made beside a run.
            if !isDryRun { runner.metrics.started(task.name) }
            // A hold file stops everything before it starts, and so does the task's own switch.
            if !isDryRun, task.isSwitchedOff {
                report.outcome = .skipped
                report.message = "\(task.name) is switched off (enabled: false); nothing was done."
            } else if !isDryRun, let file = task.pace.holdFile, access(file, F_OK) == 0 {
                report.outcome = .skipped
                report.message = "Held: \(file) exists. Remove it to let \(task.name) run."
            } else {
                try body(attempt, &report)
            }
        } catch {
            // A query that was cancelled says so by an error; the run was ended, and has not failed.
            failure = error
            if !(error is CancellationError) || !report.endedEarly(attempt.cancellation) {
                report.describe(error, isOptional: task.isOptional)
            }
        }
        if case .held(_, let holder)? = failure as? LockError { report.isHeldHere = isOwn(holder) }
        if let store = report.fencedBy { runner.onFenced(store == .state ? "state" : task.connection) }
        report.durationSeconds = (ContinuousClock.now - clockStart) / .seconds(1)
        // Under the lock: whoever takes it next would hold a run without an end for one that died.
        attempt.close(&report)
        attempt.lock?.release()
        return report
    }

    /// Whoever watches sees it, and may end it.
    private mutating func show() {
        cancellation = cancellation.child(deadline: nil)
        observer = ProgressObserver(id: id, runs: runner.active, next: observer)
        let progress = ActiveRuns.Progress(
            id: id,
            task: task.name,
            call: request.call,
            isDryRun: isDryRun,
            startedAt: startedAt
        )
        runner.active.began(progress, cancellation)
    }

    private mutating func take(_ lock: any HeldLock) {
        self.lock = lock
        runner = runner.holding(lock, task: task.name)
        cancellation = cancellation.child(holding: lock)
    }

    /// Records that it has begun.
    func begin() throws {
        let record = RunRecord(
            id: id,
            task: task.name,
            cycle: request.cycle,
            trigger: request.trigger.rawValue,
            requestedBy: request.requestedBy,
            request: request.call,
            dryRun: isDryRun,
            startedAt: startedAt,
            host: runner.host,
            pid: getpid(),
            epoch: lock?.epoch,
            policyDigest: task.policyDigest,
            cutoff: startedAt
        )
        try ledger { try runner.state.begin(record) }
    }

    private func act(_ seal: PlanSeal, asOf planned: Instant, _ report: inout RunReport) throws {
        switch task.store {
        case .items(let store): try act(store, asOf: planned, &report)
        // Their plan holds its instant itself.
        case .batches(let store): try act(store, seal, &report)
        }
    }

    private func act(_ store: any MutableStore, asOf planned: Instant, _ report: inout RunReport) throws {
        let removes = report.tally.remove > 0
        let remover = try opened {
            let isCancelled: @Sendable () -> Bool = { [cancellation] in cancellation.isCancelled }
            let run = id.description
            let remover = try store.openRemover(run: run, asOf: planned, fence: fence, isCancelled: isCancelled)
            if removes { try remover.prepareToRemove(isCancelled: isCancelled) }
            return remover
        }
        let left = Mutex(LeftOver())
        let executor = Executor(
            state: runner.state,
            run: id,
            remover: remover,
            workers: runner.workers,
            pace: task.pace,
            cancellation: cancellation
        ) { block, results in
            runner.metrics.acted(task.name, block, results)
            left.withLock { $0.add(block, results) }
            DeletionLog(logger: runner.logger, task: task.name).write(block, results)
            observer.acted(block, results: results, task: task.name)
        }
        let result = executor.carryOut()
        report.counts = result.counts
        report.isLedgerIncomplete = result.ledgerError != nil
        left.withLock { $0.settle(&report) }
        if let error = result.ledgerError {
            runner.metrics.ledgerFailed()
            throw error
        }
        report.conclude(cancellation)
        if let refusal = result.refusal {
            report.fencedBy = .connection
            report.message = refusal
        }
    }

    /// What stores can compare with.
    var fence: Fence? { lock.flatMap { runner.fence(of: $0, task: task.name) } }
}
