package import Retention

extension Program {
    /// How often each task should succeed, and why nobody waits for some, in the order of the program.
    ///
    /// Switches are those of this process, which may be others than those of the service whose history is read: tasks
    /// that they exempt are in both.
    package func expectations(
        _ figures: [String: TaskFigures],
        at now: Instant
    ) -> (known: [String: SuccessGaps.Expectation], unwatched: [(task: String, reason: String)]) {
        var known: [String: SuccessGaps.Expectation] = [:]
        var unwatched: [(task: String, reason: String)] = []
        for task in tasks {
            let interval = intervalSeconds(of: task, after: now) ?? 0
            let exemption = exemption(of: task)
            if let reason = exemption ?? (interval <= 0 ? "no firing lies ahead" : nil) {
                unwatched.append((task.name, reason))
            }
            guard interval > 0 else { continue }
            known[task.name] = SuccessGaps.Expectation(
                intervalSeconds: interval,
                timeoutSeconds: timeoutSeconds(of: task),
                since: figures[task.name]?.firstScheduled,
                lastSuccess: figures[task.name]?.lastSuccess,
                isExempt: exemption != nil
            )
        }
        return (known, unwatched)
    }

    /// Why switches say that nothing is expected of a task, if they do.
    private func exemption(of task: TaskDefinition) -> String? {
        guard task.isEnabled else { return task.disabledReason ?? "switched off" }
        return mustDryRun(task) ? "dry run" : nil
    }
}
