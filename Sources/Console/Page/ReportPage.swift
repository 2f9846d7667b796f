/// A report as one page that needs nothing else: its style sheet and its picture are in it, and it loads nothing.
package struct ReportPage {
    struct Task {
        let name: String
        let gone: Bool
        let figures: ReportFigures
        let dryRuns: String?
    }

    struct Overdue {
        let task: String
        let by: String
        let from: Moment
        let to: Moment
        let open: Bool
        let atLeast: Bool
        let interval: String
        let alert: String?
    }

    struct Named {
        let name: String
        let text: String
    }

    struct Failure {
        let ended: Moment
        let task: String
        let badge: OutcomeBadge
        let message: String
        let id: String
    }

    let css: String
    let from: Moment
    let to: Moment
    let created: Moment
    let beforeFrom: Moment
    let version: String
    let notes: [String]
    let total: ReportFigures
    let before: String
    let tasks: Table<Task>?
    let step: String
    let chart: TrendChart?
    let steps: Table<TrendChart.Row>?
    let overdue: Table<Overdue>?
    let allClear: String
    let derivation: String
    let unwatched: Table<Named>?
    let overdueNow: Table<Named>?
    let failures: Table<Failure>?
    let failureCount: String
    let unfinished: Table<Named>?

    /// - Parameter version: of the program.
    package init(_ report: ReportDocument, version: String) {
        css = String(decoding: PackageResources.page_css, as: UTF8.self)
        (from, to, created) = (Moment(report.from), Moment(report.to), Moment(report.createdAt))
        beforeFrom = Moment(report.beforeFrom)
        self.version = version
        notes = report.notes.map { Printable.visible($0) }
        total = ReportFigures(report.total)
        before = report.before { "\(Words.items($0.items)), \(Words.bytes($0.bytes))" }
        tasks = Table(report.tasks.map { Task($0) })
        step = report.step == "day" ? "Day" : "Week"
        chart = TrendChart(report.trend, areBytes: report.areBytes)
        steps = Table(report.trend.map { TrendChart.Row($0) })
        overdue = Table(report.overdue.tasks.map { Overdue($0) })
        allClear = report.overdue.allClear
        derivation = Printable.visible(report.overdue.derivation)
        unwatched = Table(report.overdue.unwatched.map { Named($0.task, $0.reason) })
        overdueNow = Table(report.overdue.now.map { Named($0.task, $0.words) })
        failures = Table(report.failures.runs.map { Failure($0) })
        failureCount = report.failures.words
        unfinished = Table(report.unfinished.runs.map { Named($0.task, $0.words) })
    }

    /// The document. Throws only for mistakes of ours in the template.
    package func html() throws -> String { try PageLibrary.render(self, template: "report") }

    /// Whether a file that begins like this is such a page, of whatever version.
    package static func wrote(_ start: String) -> Bool {
        start.utf8.starts(with: "<!DOCTYPE html>\n<html lang=\"en\">\n".utf8)
            && start.contains("<title>cleanupd: report ")
    }
}

// MARK: Parts

extension ReportPage.Task {
    fileprivate init(_ task: ReportDocument.Task) {
        name = Printable.visible(task.task)
        gone = !task.known
        figures = ReportFigures(task.sums)
        dryRuns = task.dryRunWords
    }
}

extension ReportPage.Overdue {
    fileprivate init(_ gap: ReportDocument.Gap) {
        task = Printable.visible(gap.task)
        by = Words.duration(gap.overdueSeconds)
        (from, to) = (Moment(gap.from), Moment(gap.to))
        (open, atLeast, alert) = (gap.open, gap.atLeast, gap.alert)
        interval = Words.duration(gap.intervalSeconds)
    }
}

extension ReportPage.Named {
    fileprivate init(_ name: String, _ text: String) {
        self.name = Printable.visible(name)
        self.text = Printable.visible(text)
    }
}

extension ReportPage.Failure {
    fileprivate init(_ failure: ReportDocument.Failure) {
        ended = Moment(failure.endedAt)
        task = Printable.visible(failure.task)
        badge = OutcomeBadge(word: failure.outcome, style: OutcomeBadge.style(of: failure.outcome))
        message = Printable.visible(failure.message ?? failure.failure ?? "")
        id = failure.id
    }
}
