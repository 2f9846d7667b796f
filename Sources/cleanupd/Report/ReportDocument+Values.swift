import Console
import Engine
import Retention
import State

extension ReportDocument {
    /// - Parameters:
    ///   - names: of the configuration's tasks; one that did not run is in the report, too.
    ///   - keepRuns: how long the history keeps runs.
    init(
        _ report: PeriodReport,
        tasks names: [String],
        coverage: HistoryCoverage,
        keepRuns: Age,
        createdAt: Instant,
        overdue: Overdue,
        unfinished: Latest<Begun>
    ) {
        let (period, before) = (report.period, report.period.previous)
        let isKnown = coverage.covers(before)
        let all = Set(names).union(report.tasks.keys)
        let tasks = all.map { name in
            Task(name, report.tasks[name] ?? PeriodReport.Task(), isConfigured: names.contains(name), isKnown: isKnown)
        }
        self.init(
            from: Timestamp.format(period.start, fractional: true),
            to: Timestamp.format(period.end, fractional: true),
            createdAt: Timestamp.format(createdAt),
            beforeFrom: Timestamp.format(before.start, fractional: true),
            whole: coverage.covers(period),
            beforeWhole: isKnown,
            notes: [],
            total: Compared(report.sums, isKnown: isKnown),
            tasks: tasks.sorted { left, right in
                (right.sums.period.bytes, right.sums.period.items, left.task)
                    < (left.sums.period.bytes, left.sums.period.items, right.task)
            },
            step: period.step.rawValue,
            trend: report.steps.map { step in
                let start = step.period.start.adding(nanoseconds: -period.length)
                return Step(step, beforeWhole: coverage.start.map { $0 <= start } ?? false)
            },
            overdue: overdue,
            failures: Latest(total: report.failureCount, runs: report.failures.compactMap { Failure($0) }),
            unfinished: unfinished
        )
        notes = Self.notes(self, period, coverage, keepRuns)
    }

    /// What would be left out in silence, otherwise.
    private static func notes(
        _ report: ReportDocument,
        _ period: Period,
        _ coverage: HistoryCoverage,
        _ keepRuns: Age
    ) -> [String] {
        var notes: [String] = []
        if let gap = coverage.gap(in: period, keepRuns: keepRuns) {
            notes.append("This report is not whole. \(gap)")
        } else if coverage.gap(in: period.previous, keepRuns: keepRuns) != nil {
            notes.append("The history does not reach over all of the time before, so that no change is shown.")
        }
        if report.unfinished.total > 0 {
            notes.append(
                "Runs without an end: \(report.unfinished.total). They began before the end of the period, and what they "
                    + "removed is in no sum."
            )
        }
        let compressing = report.total.period.compressingBytes
        if compressing != 0 {
            notes.append(
                "\(Words.bytes(compressing)) of what was given back are of runs that compressed files as well; the "
                    + "history does not keep the two apart."
            )
        }
        return notes
    }
}

extension ReportDocument.Sums {
    init(_ sums: RunSums) {
        self.init()
        (items, bytes) = (sums.items, sums.bytes)
        (deleted, updated, compressed) = (sums.counts.deleted, sums.counts.updated, sums.counts.compressed)
        compressingBytes = sums.compressingBytes
        (failed, changed) = (sums.counts.failed, sums.counts.changed)
        (gone, inUse) = (sums.counts.gone, sums.counts.inUse)
        runs = Dictionary(uniqueKeysWithValues: sums.outcomes.map { ($0.key.rawValue, $0.value) })
        dryRuns = sums.dryRuns
    }
}

extension ReportDocument.Change {
    init(_ change: FigureChange) {
        switch change {
        case .percent(let percent): self.init(kind: "percent", percent: percent)
        case .new: self.init(kind: "new")
        case .unknown: self.init(kind: "unknown")
        }
    }
}

extension ReportDocument.Compared {
    init(_ sums: PeriodReport.Sums, isKnown: Bool) {
        let (now, before) = (sums.now, sums.before)
        self.init(
            period: ReportDocument.Sums(now),
            before: ReportDocument.Sums(before),
            itemsChange: .init(FigureChange(from: Int64(before.items), to: Int64(now.items), isKnown: isKnown)),
            bytesChange: .init(FigureChange(from: before.bytes, to: now.bytes, isKnown: isKnown))
        )
    }
}

extension ReportDocument.Task {
    init(_ name: String, _ task: PeriodReport.Task, isConfigured: Bool, isKnown: Bool) {
        self.init(
            task: name,
            known: isConfigured,
            sums: ReportDocument.Compared(task.sums, isKnown: isKnown),
            lastDryRun: task.lastDryRun?.end.map { end in
                ReportDocument.DryRun(
                    endedAt: Timestamp.format(end.endedAt),
                    remove: end.counts.remove,
                    compress: end.counts.compress,
                    bytes: end.counts.plannedBytes
                )
            }
        )
    }
}

extension ReportDocument.Step {
    init(_ step: PeriodReport.Step, beforeWhole: Bool) {
        self.init(
            from: Timestamp.format(step.period.start, fractional: true),
            to: Timestamp.format(step.period.end, fractional: true),
            runs: step.sums.now.runs,
            items: step.sums.now.items,
            bytes: step.sums.now.bytes,
            itemsBefore: step.sums.before.items,
            bytesBefore: step.sums.before.bytes,
            beforeWhole: beforeWhole
        )
    }
}
