import Coordination
import Crypto
import Foundation
import Retention
package import State
import Stores

/// Plans that are saved now and carried out later, exactly.
package struct SealedPlans: Sendable {
    /// Older plans are refused: the world has moved on.
    package static let lifetimeHours: Int64 = 24

    let runner: TaskRunner

    package init(runner: TaskRunner) {
        self.runner = runner
    }

    /// Plans the tasks and seals what came out.
    ///
    /// Blocking. Throws `StateError` and what a scan throws.
    /// - Returns: the plan and what each task came to; no plan if a guard or an error refused one of the tasks.
    package func save(
        _ tasks: [TaskDefinition],
        by who: String? = nil,
        isAttended: Bool,
        cancellation: Cancellation = Cancellation(),
        observer: any RunObserver
    ) throws -> (plan: SavedPlan?, report: CycleReport) {
        try requireClock(isAttended: isAttended)
        let createdAt = runner.now()
        let id = RunID.make(at: createdAt).description
        var report = CycleReport()
        var parts: [SavedPlan.Part] = []
        for task in tasks {
            var run = RunReport(id: "", task: task.name, dryRun: true)
            do {
                if let part = try plan(task, of: id, at: createdAt, cancellation, observer, &run) { parts.append(part) }
            } catch {
                run.describe(error, isOptional: task.isOptional)
            }
            report.runs.append(run)
        }
        let absent = report.runs.count { $0.outcome == .unavailable }
        guard !parts.isEmpty, parts.count + absent == tasks.count, !report.isFailure else {
            try dismiss(id)
            return (nil, report)
        }
        let planned = Set(parts.map(\.task))
        let plan = SavedPlan(
            id: id,
            createdAt: createdAt,
            expiresAt: createdAt.adding(nanoseconds: Self.lifetimeHours * 3_600_000_000_000),
            createdBy: who,
            configurationDigest: Self.digest(of: tasks.filter { planned.contains($0.name) }),
            parts: parts
        )
        try runner.state.savePlan(plan)
        return (plan, report)
    }

    /// A plan is as wrong as the clock it was made by, and a clock that leapt may have been right then.
    private func requireClock(isAttended: Bool) throws {
        guard let trip = try runner.clock.check(runner.state, isVouchedFor: isAttended) else { return }
        throw EngineError(.clockSkew, trip.message)
    }

    /// Carries out a saved plan: deletes only what it lists and is unchanged.
    ///
    /// - Parameter onEnd: told each task as it ends.
    ///
    /// Blocking. Throws `EngineError` when the plan is unknown, too old, altered, applied already, or was made under
    /// another policy, and `LockError` when one of its tasks is running; nothing has been touched then.
    package func apply(
        _ id: String,
        of program: Program,
        by who: String? = nil,
        call: RunID? = nil,
        isAttended: Bool,
        cancellation: Cancellation,
        observer: any RunObserver,
        onEnd: (RunReport) -> Void = { _ in }
    ) throws -> CycleReport {
        try requireClock(isAttended: isAttended)
        let now = runner.now()
        let plan = try find(id, at: now)
        let tasks = try plan.parts.map { try task($0, of: program) }
        guard plan.configurationDigest == Self.digest(of: tasks) else {
            throw EngineError(.policyChanged, "Plan \(id) was made under another policy. Make a new plan.")
        }
        // All locks first: a plan can be applied once, and must not be used up by a task that is busy.
        let locks = try tasks.map { try runner.locks.acquire(task: $0.name) }
        guard try runner.state.markApplied(id, by: who ?? "pid \(getpid())", at: now) else { throw Self.applied(id) }
        let start = ContinuousClock.now
        var report = CycleReport()
        for ((part, task), lock) in zip(zip(plan.parts, tasks), locks) {
            let request = RunRequest(task: task.name, trigger: .plan, requestedBy: id, call: call, dryRun: false)
            let attempt = Attempt(
                part.run,
                runner: runner,
                request: request,
                task: task,
                isDryRun: false,
                cancellation: cancellation.child(
                    deadline: task.runLimitSeconds.map { ContinuousClock.now + .seconds($0) }
                ),
                observer: observer
            )
            report.runs.append(apply(part, attempt, holding: lock))
            onEnd(report.runs[report.runs.count - 1])
        }
        report.durationSeconds = (ContinuousClock.now - start) / .seconds(1)
        return report
    }

    // MARK: Steps

    /// Whatever becomes of one part, the others are told of.
    private func apply(_ part: SavedPlan.Part, _ attempt: Attempt, holding lock: any HeldLock) -> RunReport {
        var report = RunReport(id: part.run.description, task: part.task, dryRun: false)
        do {
            guard !runner.inForce.mustDryRun(part.task) else {
                throw Self.isNotToRun(part.task)
            }
            guard let run = try runner.state.run(part.run) else { throw EngineError.isNotAsSealed(part.task) }
            return attempt.apply(part.seal, Tally(run.counts), asOf: run.record.cutoff, holding: lock)
        } catch {
            lock.release()
            report.describe(error, isOptional: false)
            return report
        }
    }

    private func find(_ id: String, at now: Instant) throws -> SavedPlan {
        let found: SavedPlan?
        do {
            found = try runner.state.savedPlan(id)
            if let found { try runner.state.verify(found) }
        } catch let error as StateError where error.code == .altered {
            throw EngineError(.planAltered, error.message)
        }
        guard let plan = found else {
            throw EngineError(.planNotFound, "There is no sealed plan \(id). `cleanupd plan --save` makes one.")
        }
        guard plan.appliedAt == nil else { throw Self.applied(id) }
        guard now < plan.expiresAt, now >= plan.createdAt else {
            throw EngineError(
                .planTooOld,
                "Plan \(id) is older than \(Self.lifetimeHours) h (or the clock was set back). Make a new plan."
            )
        }
        return plan
    }

    private func task(_ part: SavedPlan.Part, of program: Program) throws -> TaskDefinition {
        guard let task = program.task(part.task) else {
            throw EngineError(.unknownTask, "The configuration has no task \(part.task) any more. Make a new plan.")
        }
        guard !program.mustDryRun(task) else {
            throw EngineError(
                .policyChanged,
                "The configuration allows \(part.task) only dry runs (enabled: false or dry_run: true). Change that, then apply "
                    + "the plan."
            )
        }
        guard !task.isSwitchedOff else {
            throw EngineError(
                .policyChanged,
                "\(part.task) is switched off (enabled: false). Switch it on, then apply the plan."
            )
        }
        if let file = task.pace.holdFile, access(file, F_OK) == 0 {
            throw EngineError(.held, "\(part.task) is held: \(file) exists. Remove it, then apply the plan.")
        }
        return task
    }

    static func isNotToRun(_ task: String) -> EngineError {
        EngineError(
            .policyChanged,
            "\(task) was switched to dry runs, or taken out, since the plan was begun. Nothing of it was removed. Make a "
                + "new plan when it may run."
        )
    }

    private static func applied(_ id: String) -> EngineError {
        EngineError(.planApplied, "Plan \(id) has been applied already. Make a new plan.")
    }

    private static func digest(of tasks: [TaskDefinition]) -> String {
        let text = tasks.map { "\($0.name)=\($0.policyDigest)" }.joined(separator: "\n")
        return SHA256.hash(data: Data(text.utf8)).hexadecimal
    }
}

extension Tally {
    /// What a sealed plan came to, as the ledger keeps it.
    init(_ counts: RunCounts) {
        self.init()
        examined = counts.examined
        remove = counts.remove
        compress = counts.compress
        keep = counts.keep
        removeBytes = counts.plannedBytes
    }
}
