/// Sums of a report as texts.
struct ReportFigures {
    let items: String
    let itemsChange: String
    let bytes: String
    let bytesChange: String
    let compressed: String
    let failed: String
    /// `30 success, 1 failed`
    let runs: String
    let dryRuns: String

    init(_ sums: ReportDocument.Compared) {
        let period = sums.period
        items = Words.number(period.items)
        itemsChange = sums.itemsChange.words
        bytes = Words.bytes(period.bytes)
        bytesChange = sums.bytesChange.words
        compressed = Words.number(period.compressed)
        failed = Words.number(period.failed)
        runs = period.runWords
        dryRuns = Words.number(period.dryRuns)
    }
}

/// The words that text and page share.
extension ReportDocument.Sums {
    private static let order = ["success", "partial", "failed", "refused", "cancelled", "skipped", "unavailable"]

    /// The history has nothing of this time.
    var isBlank: Bool { self == Self() }

    /// `30 success, 1 failed`; `none` of no run.
    package var runWords: String {
        let parts = Self.order.compactMap { outcome in runs[outcome].map { "\(Words.number($0)) \(outcome)" } }
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }
}

extension ReportDocument {
    /// A figure of the time before: `12 items`; `at least 12 items` and `not known` where the history does not reach over
    /// all of it.
    package func before(_ figure: (Sums) -> String) -> String {
        if beforeWhole { return figure(total.before) }
        return total.before.isBlank ? "not known" : "at least \(figure(total.before))"
    }

    /// What the trend is drawn by: bytes, or items where no run gave bytes back.
    package var areBytes: Bool { trend.contains { $0.bytes > 0 || ($0.beforeWhole && $0.bytesBefore > 0) } }
}

extension ReportDocument.Step {
    /// `-` where the history does not reach over all of it.
    package var itemsBeforeWords: String { beforeWhole ? Words.number(itemsBefore) : "-" }

    package var bytesBeforeWords: String { beforeWhole ? Words.bytes(bytesBefore) : "-" }
}

extension ReportDocument.Task {
    /// `4; the last would have removed 12 items, 1.0 KiB`; `nil` = there was none.
    package var dryRunWords: String? {
        let count = sums.period.dryRuns
        guard count > 0 else { return nil }
        guard let last = lastDryRun else { return Words.number(count) }
        let compress = last.compress > 0 ? ", and compressed \(Words.number(last.compress))" : ""
        return "\(Words.number(count)); the last would have removed \(Words.items(last.remove)), "
            + Words.bytes(last.bytes) + compress
    }
}

extension ReportDocument.Overdue {
    /// What is said where no task was overdue; nobody is told that all is well where nothing was looked at.
    package var allClear: String {
        watched == 0 ? "No task is watched: nothing can be said." : "No watched task was overdue."
    }
}

extension ReportDocument.Item {
    /// `the oldest by 3d 4h (12 items)`
    package var words: String {
        "the oldest by \(Words.duration(seconds))" + (items.map { " (\(Words.items($0)))" } ?? "")
    }
}

extension ReportDocument.Latest {
    /// `None`, `3`, `The last 20 of 57`
    package var words: String {
        if total == 0 { return "None" }
        return runs.count < total ? "The last \(runs.count) of \(Words.number(total))" : Words.number(total)
    }
}

extension ReportDocument.Begun {
    /// `dry run ID, running, began 2026-01-02T03:04:05Z`
    package var words: String { "\(dryRun ? "dry run" : "run") \(id), \(state.rawValue), began \(startedAt)" }
}
