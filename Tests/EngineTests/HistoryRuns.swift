import Retention
import State

/// Runs as the history has them, made by hand.
enum HistoryRuns {
    /// - Parameters:
    ///   - end: seconds since 1970 at which it ended.
    ///   - set: its figures.
    static func run(
        _ task: String = "logs",
        endedAt end: Instant,
        _ outcome: RunOutcome = .success,
        dryRun: Bool = false,
        trigger: String = "schedule",
        cycle: String? = "nightly",
        message: String? = nil,
        _ set: (inout RunCounts) -> Void = { _ in }
    ) -> StoredRun {
        var counts = RunCounts()
        set(&counts)
        let record = RunRecord(
            id: RunID.make(at: end),
            task: task,
            cycle: cycle,
            trigger: trigger,
            dryRun: dryRun,
            startedAt: end,
            pid: 1,
            policyDigest: "digest",
            cutoff: end
        )
        let ended = RunEnd(outcome: outcome, counts: counts, message: message, endedAt: end)
        return StoredRun(record: record, counts: counts, end: ended)
    }
}
