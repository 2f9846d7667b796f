import Retention

/// The end of a cycle in one sentence.
enum NoticeText {
    /// `cleanupd: nightly failed (attempt 1 of 3): logs failed (backend), 0 items; rows success, 12 items, 4KiB.`
    static func sentence(_ end: CycleEnd, _ outcome: RunOutcome) -> String {
        var circumstances = end.isDryRun ? ["dry run"] : []
        if let attempt = end.attempt, attempt.number > 1 || attempt.retriesAt != nil {
            circumstances.append("attempt \(attempt.number) of \(attempt.maximum)")
        }
        let inBrackets = circumstances.isEmpty ? "" : " (\(circumstances.joined(separator: ", ")))"
        return "cleanupd: \(end.cycle) \(outcome.rawValue)\(inBrackets): "
            + end.runs.map(words).joined(separator: "; ") + "."
    }

    private static func words(_ run: RunReport) -> String {
        let failure = run.failure.map { " (\($0.rawValue))" } ?? ""
        var parts = ["\(run.task) \(run.outcome.rawValue)\(failure)", "\(run.items) items"]
        if run.compressedItems > 0 { parts.append("\(run.compressedItems) compressed") }
        if run.counts.failed > 0 { parts.append("\(run.counts.failed) failed") }
        if run.bytes > 0 { parts.append(ByteSize.format(run.bytes)) }
        return parts.joined(separator: ", ")
    }
}
