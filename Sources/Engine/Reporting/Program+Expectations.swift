package import Retention

extension Program {
    /// How often each task should succeed, and of the others why nobody waits for them, in the order of the program.
    package func expectations(
        _ figures: [String: TaskFigures],
        at now: Instant
    ) -> (known: [String: SuccessGaps.Expectation], unwatched: [(task: String, reason: String)]) {
        var known: [String: SuccessGaps.Expectation] = [:]
        var unwatched: [(task: String, reason: String)] = []
        for task in tasks {
            let interval = intervalSeconds(of: task, after: now) ?? 0
            if !task.isEnabled {
                unwatched.append((task.name, task.disabledReason ?? "switched off"))
            } else if mustDryRun(task) {
                unwatched.append((task.name, "dry run"))
            } else if interval <= 0 {
                unwatched.append((task.name, "no firing lies ahead"))
            } else {
                known[task.name] = SuccessGaps.Expectation(
                    intervalSeconds: interval,
                    timeoutSeconds: timeoutSeconds(of: task),
                    since: figures[task.name]?.firstScheduled,
                    lastSuccess: figures[task.name]?.lastSuccess
                )
            }
        }
        return (known, unwatched)
    }
}
