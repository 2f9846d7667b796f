import Console
import Engine
import Retention
import State

/// Reads the history for a report, and puts it into its document.
struct ReportReader {
    /// Runs without an end that are listed; all are counted.
    private static let mostUnfinished = 20

    let history: any RunHistory
    let program: Program
    let now: Instant

    /// Blocking. Throws `StateError`.
    func read(_ period: Period) throws -> ReportDocument {
        let coverage = HistoryCoverage(firstEnd: try history.firstEnd(), keepRuns: program.keepRuns, now: now)
        let figures = TaskFigures.byTask(try history.stamps())
        let (expectations, unwatched) = program.expectations(figures, at: now)
        var report = PeriodReport(period)
        let knownFrom = max(report.wholePeriod.start, coverage.start ?? period.end)
        var gaps = SuccessGaps(expectations, in: period, knownFrom: knownFrom)
        try history.eachRun(endedIn: report.wholePeriod) { run in
            report.add(run)
            gaps.add(run)
        }
        let unfinished = try unfinished(before: period.end)
        return ReportDocument(
            report,
            tasks: program.tasks.map(\.name),
            coverage: coverage,
            keepRuns: program.keepRuns,
            createdAt: now,
            overdue: ReportDocument.Overdue(
                gaps,
                expectations,
                unwatched.map { ReportDocument.Unwatched(task: $0.task, reason: $0.reason) },
                figures.filter { program.task($0.key) != nil },
                in: period
            ),
            unfinished: unfinished
        )
    }

    /// Runs that have begun and not ended; plans that wait to be applied are none.
    private func unfinished(before end: Instant) throws -> ReportDocument.Latest<ReportDocument.Begun> {
        let records = try history.unfinishedRuns().reversed().filter { $0.startedAt < end }
        let begun = try records.compactMap { record -> ReportDocument.Begun? in
            let run = StoredRun(record: record)
            let state = RunDocument.State(run, isActive: false, plan: try history.plan(of: record))
            guard state != .sealed else { return nil }
            return ReportDocument.Begun(
                id: record.id.description,
                task: record.task,
                startedAt: Timestamp.format(record.startedAt),
                dryRun: record.dryRun,
                state: state
            )
        }
        return ReportDocument.Latest(total: begun.count, runs: Array(begun.prefix(Self.mostUnfinished)))
    }
}

extension RunHistory {
    /// The saved plan that a run is of; `nil` also where it was altered: then nobody can apply it any more.
    func plan(of record: RunRecord) throws -> SavedPlan? {
        guard record.isOfPlan, let id = record.requestedBy else { return nil }
        do {
            return try savedPlan(id)
        } catch let error as StateError where error.code == .altered {
            return nil
        }
    }
}
