import Clients
import Retention

/// What one worker of a scan counts.
struct ScanTally {
    var examined = 0
    private var skipped: [SkipReason: Int] = [:]
    var usedBytes: Int64 = 0
    private(set) var errors: [ScanProblem] = []
    private(set) var errorCount = 0

    /// Counts an item that is passed over.
    mutating func skip(_ reason: SkipReason) { skipped[reason, default: 0] += 1 }

    /// Counts a place that could not be looked at.
    mutating func note(_ error: FileTreeError) {
        errorCount += 1
        guard errors.count < ScanSummary.mostProblems else { return }
        errors.append(
            ScanProblem(
                path: DisplayName.printable(error.path),
                message: error.message,
                reason: FailureReason(error)
            )
        )
    }

    /// Counts what an entry takes on the disk.
    mutating func use(_ status: FileStatus) { usedBytes += status.usedBytes }

    var summary: ScanSummary {
        ScanSummary(
            examined: examined,
            skipped: skipped,
            usedBytes: usedBytes,
            errors: errors,
            errorCount: errorCount
        )
    }
}
