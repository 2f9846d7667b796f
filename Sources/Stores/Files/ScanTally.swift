import Clients
import Retention

/// What one worker of a scan counts.
struct ScanTally {
    var examined = 0
    var symlinks = 0
    var hardLinks = 0
    var mounts = 0
    var vanished = 0
    var protected = 0
    var inUse = 0
    var changed = 0
    var usedBytes: Int64 = 0
    private(set) var errors: [ScanProblem] = []
    private(set) var errorCount = 0

    /// Counts an item that is passed over.
    mutating func skip(_ reason: SkipReason) {
        switch reason {
        case .symlink: symlinks += 1
        case .hardlink: hardLinks += 1
        case .mount: mounts += 1
        case .vanished: vanished += 1
        case .protected: protected += 1
        case .inUse: inUse += 1
        case .changed, .young, .atLeast, .budget: changed += 1
        }
    }

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
        var skipped: [SkipReason: Int] = [:]
        let counts: [(SkipReason, Int)] = [
            (.symlink, symlinks), (.hardlink, hardLinks), (.mount, mounts), (.vanished, vanished),
            (.protected, protected), (.inUse, inUse), (.changed, changed),
        ]
        for (reason, count) in counts where count > 0 { skipped[reason] = count }
        return ScanSummary(
            examined: examined,
            skipped: skipped,
            usedBytes: usedBytes,
            errors: errors,
            errorCount: errorCount
        )
    }
}
