import Console

/// A report as text that can be mailed.
enum ReportText {
    private static let barWidth = 20

    static func text(_ report: ReportDocument) -> String {
        var lines = head(report)
        lines += ["", "BY TASK"] + tasks(report.tasks)
        lines += ["", "TREND, each \(report.step) beside the one as far into the time before"] + trend(report)
        lines += ["", "LONGEST OVERDUE"] + overdue(report.overdue)
        lines += ["", "RUNS THAT FAILED, WERE PARTIAL OR REFUSED: \(report.failures.words)"]
        lines += report.failures.runs.flatMap(failure)
        if report.unfinished.total > 0 {
            lines += ["", "RUNS WITHOUT AN END: \(report.unfinished.total)"]
            lines += report.unfinished.runs.map { "\(RunLine.printable($0.task)): \($0.words)" }
        }
        return lines.joined(separator: "\n")
    }

    private static func head(_ report: ReportDocument) -> [String] {
        let total = report.total
        var lines = [
            "What cleanupd deleted from \(report.from) to \(report.to) (UTC)",
            "beside the same length of time before, from \(report.beforeFrom); a run counts where it ended",
        ]
        lines += report.notes.flatMap { WrappedText.lines("NOTE: \($0)") }
        lines += [
            "",
            "Deleted:     \(Words.items(total.period.items)) (\(total.itemsChange.words)); before: "
                + report.before { Words.items($0.items) },
            "Given back:  \(Words.bytes(total.period.bytes)) (\(total.bytesChange.words)); before: "
                + report.before { Words.bytes($0.bytes) },
            "Runs:        \(total.period.runWords)",
            "Compressed:  \(Words.number(total.period.compressed)) files, not among the items",
            "Dry runs:    \(Words.number(total.period.dryRuns)), in no sum",
        ]
        return lines
    }

    // MARK: Tables

    private static func tasks(_ tasks: [ReportDocument.Task]) -> [String] {
        guard !tasks.isEmpty else { return ["There are no tasks."] }
        let heading = ["TASK", "ITEMS", "CHANGE", "FREED", "CHANGE", "COMPRESSED", "FAILED", "RUNS"]
        let rows = tasks.map { task -> [String] in
            let (name, sums) = (RunLine.printable(task.task), task.sums)
            return [
                task.known ? name : "\(name) (not configured)", Words.number(sums.period.items), sums.itemsChange.words,
                Words.bytes(sums.period.bytes), sums.bytesChange.words, Words.number(sums.period.compressed),
                Words.number(sums.period.failed), sums.period.runWords,
            ]
        }
        let dry = tasks.compactMap { task in
            task.dryRunWords.map { "\(RunLine.printable(task.task)): dry runs \($0)" }
        }
        return TextTable.lines([heading] + rows, numbers: Set(1...6)) + dry
    }

    private static func trend(_ report: ReportDocument) -> [String] {
        let (steps, areBytes) = (report.trend, report.areBytes)
        let values = steps.map { max(0, areBytes ? Double($0.bytes) : Double($0.items)) }
        let largest = max(values.max() ?? 0, 1)
        let rows = zip(steps, values).map { step, value -> [String] in
            [
                step.label, Words.number(step.runs), Words.number(step.items), Words.bytes(step.bytes),
                step.itemsBeforeWords, step.bytesBeforeWords,
                String(repeating: "#", count: Int((value / largest * Double(barWidth)).rounded(.up))),
            ]
        }
        let heading = ["FROM", "RUNS", "ITEMS", "FREED", "BEFORE", "FREED BEFORE", areBytes ? "FREED" : "ITEMS"]
        return TextTable.lines([heading] + rows, numbers: Set(1...5))
    }

    // MARK: Worries

    private static func overdue(_ overdue: ReportDocument.Overdue) -> [String] {
        var lines = overdue.tasks.map(text)
        if lines.isEmpty { lines = [overdue.allClear] }
        lines += overdue.now.map { "\(RunLine.printable($0.task)): items outlive their retention now, \($0.words)" }
        lines += overdue.unwatched.map { "\(RunLine.printable($0.task)): not watched: \(RunLine.printable($0.reason))" }
        return lines + WrappedText.lines(overdue.derivation)
    }

    /// `logs: 3d; no success from 2026-10-01T02:00:03Z to 2026-10-05T02:00:04Z; due every 1d (alert NAME)`
    private static func text(_ gap: ReportDocument.Gap) -> String {
        var text = "\(RunLine.printable(gap.task)): "
        if gap.atLeast { text += "at least " }
        text += "\(Words.duration(gap.overdueSeconds)); no success from \(gap.from)"
        if gap.atLeast { text += " (or earlier)" }
        text += gap.open ? " on, still at the end of the period" : " to \(gap.to)"
        text += "; due every \(Words.duration(gap.intervalSeconds))"
        return text + (gap.alert.map { " (alert \($0))" } ?? "")
    }

    private static func failure(_ failure: ReportDocument.Failure) -> [String] {
        let why = failure.message ?? failure.failure
        return ["\(failure.endedAt)  \(RunLine.printable(failure.task))  \(failure.outcome)  \(failure.id)"]
            + (why.map { WrappedText.lines(RunLine.printable($0), indent: "    ") } ?? [])
    }
}
