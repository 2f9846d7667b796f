package import Logging
package import Retention
package import State

/// What a firing of a cycle, or a run by hand of several tasks, came to.
package struct CycleReport: Sendable {
    package var cycle: String?
    package var runs: [RunReport] = []
    package var durationSeconds: Double = 0
    /// Not a cycle of the configuration, but a look at a quota between its firings.
    package var isQuotaCheck = false

    package init(cycle: String? = nil) {
        self.cycle = cycle
    }

    /// Failed or partial, or some tasks were not begun.
    package var isFailure: Bool {
        runs.contains { [.failed, .partial, .refused].contains($0.outcome) || $0.isNotBegun }
    }

    /// As `isFailure`, of what ran for real; for `cleanup_cycle_failures_total`. A preview that is refused worries nobody.
    package var isRealFailure: Bool {
        runs.contains { !$0.dryRun && ([.failed, .partial, .refused].contains($0.outcome) || $0.isNotBegun) }
    }

    /// At least one task ran for real: then it moves `cleanup_last_run_timestamp`.
    package var isReal: Bool {
        runs.contains { !$0.dryRun && ![.skipped, .unavailable].contains($0.outcome) }
    }
}

/// Runs the tasks of a cycle in order; a task that fails does not stop the next.
package struct CycleRunner: Sendable {
    package let tasks: TaskRunner
    package let accounting: Accounting
    package let logger: Logger
    package let now: @Sendable () -> Instant
    /// Who tells others of what came of it; `nil` = nobody is told.
    package let notifier: Notifier?

    package init(
        tasks: TaskRunner,
        accounting: Accounting,
        logger: Logger,
        now: @escaping @Sendable () -> Instant,
        notifier: Notifier? = nil
    ) {
        self.tasks = tasks
        self.accounting = accounting
        self.logger = logger
        self.now = now
        self.notifier = notifier
    }

    /// Runs `names` in order.
    ///
    /// - Parameters:
    ///   - requestedBy: who asked, where a person or token did, by which call from outside.
    ///   - dryRun: as asked; the program's switches win over `false`.
    ///   - maxDurationSeconds: what a cycle may take; tasks beyond it are not begun.
    ///   - isAttended: somebody watches it, and vouches for the clock.
    ///   - waitsForLock: the tasks may still be locked by a replica that has died; their leases end soon.
    package func run(
        _ names: [String],
        of program: Program,
        cycle: String?,
        trigger: Trigger,
        requestedBy: String? = nil,
        call: RunID? = nil,
        dryRun: Bool,
        maxDurationSeconds: Double?,
        hasOwnPolicy: Bool = true,
        isQuotaCheck: Bool = false,
        isAttended: Bool = false,
        waitsForLock: Bool = false,
        cancellation: Cancellation,
        observer: any RunObserver = SilentObserver()
    ) async -> CycleReport {
        let start = ContinuousClock.now
        let label = cycle ?? names.joined(separator: ",")
        logBegin(label, of: program, isCycle: cycle != nil, trigger, dryRun)
        // Of all tasks; each puts its own name into it.
        let request = RunRequest(
            task: label,
            trigger: trigger,
            requestedBy: requestedBy,
            call: call,
            cycle: cycle,
            dryRun: dryRun,
            hasOwnPolicy: hasOwnPolicy,
            isAttended: isAttended,
            waitsForLock: waitsForLock
        )
        let ofCycle = cancellation.child(deadline: maxDurationSeconds.map { start + .seconds($0) })
        var report = CycleReport(cycle: cycle)
        report.isQuotaCheck = isQuotaCheck
        report.runs = await runs(names, of: program, like: request, isQuotaCheck: isQuotaCheck, ofCycle, observer)
        report.durationSeconds = (ContinuousClock.now - start) / .seconds(1)
        accounting.finished(report, at: now())
        logEnd(report, label)
        return report
    }

    /// - Parameter common: what the requests of all tasks have in common.
    private func runs(
        _ names: [String],
        of program: Program,
        like common: RunRequest,
        isQuotaCheck: Bool,
        _ cancellation: Cancellation,
        _ observer: any RunObserver
    ) async -> [RunReport] {
        var runs: [RunReport] = []
        for name in names {
            // What was changed since it all began holds for a task that begins now; not over what a run by hand replaces.
            guard let known = program.task(name) else { continue }
            let task = (common.hasOwnPolicy ? tasks.inForce.task(name) : nil) ?? known
            guard !cancellation.isCancelled else {
                runs.append(leaveOut(task, common.dryRun, cancellation))
                continue
            }
            var request = common
            request.task = name
            let mustDryRun = program.mustDryRun(task)
            var run = await carryOut(request, task, mustDryRun: mustDryRun, cancellation, observer)
            run.isQuotaCheck = isQuotaCheck
            account(for: run, of: request, task)
            runs.append(run)
        }
        return runs
    }

    private func carryOut(
        _ request: RunRequest,
        _ task: TaskDefinition,
        mustDryRun: Bool,
        _ cancellation: Cancellation,
        _ observer: any RunObserver
    ) async -> RunReport {
        await tasks.run(
            request,
            task: task,
            mustDryRun: mustDryRun,
            cancellation: cancellation.child(
                deadline: task.runLimitSeconds.map { ContinuousClock.now + .seconds($0) }
            ),
            observer: observer
        )
    }

    private func account(for run: RunReport, of request: RunRequest, _ task: TaskDefinition) {
        accounting.finished(run, task: task, at: now())
        if run.isLocked, request.trigger != .commandLine, request.hasOwnPolicy { accounting.missed(task: task.name) }
        log(run, task: task)
    }

    /// The cycle ended before this task began.
    private func leaveOut(_ task: TaskDefinition, _ dryRun: Bool, _ cancellation: Cancellation) -> RunReport {
        let run = RunReport.notBegun(task.name, dryRun: dryRun, cancellation)
        accounting.notBegun(run, wasTooLate: cancellation.reason == .deadline)
        log(run, task: task)
        return run
    }

    private func logBegin(_ label: String, of program: Program, isCycle: Bool, _ trigger: Trigger, _ dryRun: Bool) {
        let isDry = dryRun || !program.isEnabled || program.isDryRun
        logger.info(
            "Starting \(isCycle ? "cleanup cycle" : "run of") \(label) (dry_run=\(isDry))",
            metadata: ["action": trigger == .schedule ? "cleanup_job_start" : "manual_log_cleanup_initiated"]
        )
    }

    private func log(_ run: RunReport, task: TaskDefinition) {
        let ended = run.outcome == .success || run.outcome == .skipped || run.outcome == .unavailable
        let action: String =
            switch run.outcome {
            case .success: run.dryRun ? "log_cleanup_dry_run" : "log_cleanup_complete"
            case .refused where run.trip?.guard == .emptyPolicy: "log_cleanup_no_conditions"
            case .skipped, .unavailable: "task_\(run.outcome.rawValue)"
            case .partial, .failed, .refused, .cancelled: "log_cleanup_error"
            }
        logger.log(
            level: run.gaveWay ? .debug : ended ? (run.outcome == .success ? .info : .warning) : .error,
            "\(task.name): \(run.outcome.rawValue)\(run.message.map { ": \($0)" } ?? "")",
            metadata: [
                "action": "\(action)", "task": "\(task.name)", "run": "\(run.id)", "dry_run": "\(run.dryRun)",
                "examined": "\(run.tally.examined)", "to_remove": "\(run.tally.remove)",
                "deleted": "\(run.counts.deleted)", "updated": "\(run.counts.updated)",
                "compressed": "\(run.counts.compressed)",
                "failed": "\(run.counts.failed)", "freed_bytes": "\(run.counts.freedBytes)",
                "duration_seconds": "\(run.durationSeconds)",
            ]
        )
    }

    private func logEnd(_ report: CycleReport, _ label: String) {
        let deleted = report.runs.reduce(0) { $0 + $1.counts.deleted }
        let updated = report.runs.reduce(0) { $0 + $1.counts.updated }
        let freed = report.runs.reduce(Int64(0)) { $0.addingSaturated($1.counts.freedBytes) }
        logger.log(
            level: report.isFailure ? .error : .info,
            """
            \(report.cycle == nil ? "Run of" : "Cleanup cycle") \(label) ended: deleted=\(deleted)\
            \(updated > 0 ? " set=\(updated)" : "") reclaimed_bytes=\(freed)
            """,
            metadata: [
                "action": report.isFailure ? "cleanup_job_failed" : "cleanup_job_complete",
                "duration_seconds": "\(report.durationSeconds)",
            ]
        )
    }
}
