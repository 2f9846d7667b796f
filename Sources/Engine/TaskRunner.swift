package import Coordination
import Foundation
package import Logging
package import Retention
package import State
import Stores

/// Runs one task once: plan, guard, make the plan durable, act, record.
package struct TaskRunner: Sendable {
    package private(set) var state: any StateStore
    package let locks: any TaskLocks
    package let metrics: EngineMetrics
    package let logger: Logger
    /// The one clock; everything below is given instants.
    package let now: @Sendable () -> Instant
    package let clock: ClockGuard
    /// Threads that scan and act.
    package let workers: Int
    /// Where a spool may be made: the state's folder.
    package let spoolFolder: String
    /// Name of this machine, for the history.
    package let host: String
    /// Name of this process among all replicas, as it stands in locks.
    package let replica: String
    /// Of fences: tells installations apart that clean the same stores.
    package let scope: String
    /// Told the connection whose store has refused an act under a lock that somebody else has by now.
    package let onFenced: @Sendable (String) -> Void
    /// What it carries out at the moment, for those who watch.
    package let active: ActiveRuns
    /// Asked when a run begins, which may have waited for others of its cycle or call.
    package let inForce: ProgramInForce

    package init(
        state: any StateStore,
        locks: any TaskLocks,
        metrics: EngineMetrics,
        logger: Logger,
        now: @escaping @Sendable () -> Instant,
        clock: ClockGuard,
        workers: Int = 2,
        spoolFolder: String,
        host: String = ProcessInfo.processInfo.hostName,
        replica: String = "",
        scope: String = "",
        active: ActiveRuns = ActiveRuns(),
        inForce: ProgramInForce = ProgramInForce(),
        onFenced: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.state = state
        self.locks = locks
        self.metrics = metrics
        self.logger = logger
        self.now = now
        self.clock = clock
        self.workers = workers
        self.spoolFolder = spoolFolder
        self.host = host
        self.replica = replica
        self.scope = scope
        self.active = active
        self.inForce = inForce
        self.onFenced = onFenced
    }

    /// Runs the task; every way to end is in the report, nothing is thrown.
    ///
    /// - Parameters:
    ///   - mustDryRun: what the configuration's switches say; wins over the request.
    ///   - cancellation: ends the run at an item boundary.
    package func run(
        _ request: RunRequest,
        task: TaskDefinition,
        mustDryRun: Bool,
        cancellation: Cancellation,
        observer: any RunObserver = SilentObserver()
    ) async -> RunReport {
        let attempt = Attempt(
            runner: self,
            request: request,
            task: task,
            isDryRun: request.dryRun || mustDryRun || inForce.mustDryRun(task.name),
            cancellation: cancellation,
            observer: observer
        )
        return await Blocking.run { attempt.run() }
    }

    /// This runner for the time of a lock: it records nothing more as soon as somebody else has taken that.
    func holding(_ lock: any HeldLock, task: String) -> TaskRunner {
        guard let fence = fence(of: lock, task: task) else { return self }
        var runner = self
        runner.state = state.fenced(by: fence)
        return runner
    }

    /// `nil` = the lock is of this machine alone, and needs none.
    func fence(of lock: any HeldLock, task: String) -> Fence? {
        lock.epoch.map { Fence(scope: scope, lock: LockName.task(task), epoch: $0) }
    }
}
