import Retention

/// What is believed of a stored job.
extension Job {
    static let maximumErrorLength = 1000
    /// Longer lists of tasks are refused: no configuration has them. In bytes, with one between two names.
    private static let maximumTasksLength = 32_768

    /// What is wrong with it, as the end of a sentence; nil if it is sound.
    var problem: String? {
        if let problem = request.problem { return problem }
        guard (0...Self.maximumCount).contains(attempts) else { return "its attempts are no sensible number" }
        guard (0...Self.maximumCount).contains(stalls) else { return "its stalls are no sensible number" }
        guard (state == .active) == (claim != nil) else { return "its claim does not fit its state" }
        return Self.problem(ofTasks: tasks)
    }

    private static let maximumCount = 1_000_000

    static func problem(ofTasks tasks: [String]?) -> String? {
        guard let tasks else { return nil }
        guard tasks.reduce(0, { $0 + $1.utf8.count + 1 }) <= maximumTasksLength else {
            return "its list of tasks is too long"
        }
        guard tasks.allSatisfy({ !$0.isEmpty && !$0.utf8.contains(UInt8(ascii: "\n")) }) else {
            return "its list of tasks has a name that is none"
        }
        return nil
    }

    /// A failed job in place of one that cannot be read: so it is seen, and can be retried or removed.
    ///
    /// The cycle is the part of the identity before the last `@`.
    static func unreadable(_ id: String, problem: String, now: Instant) -> Job {
        let cycle = id.lastIndex(of: "@").map { String(id[..<$0]) } ?? id
        let request = JobRequest(
            id: id,
            cycle: cycle.isEmpty ? "unknown" : cycle,
            firedAt: now,
            trigger: "unknown",
            isRoutine: false
        )
        var job = Job(request, enqueuedAt: now)
        job.state = .failed
        job.endedAt = now
        job.lastError = JobWords.unreadable(problem)
        return job
    }
}
