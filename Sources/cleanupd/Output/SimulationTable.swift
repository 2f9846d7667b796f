import Console
import Engine
import Retention

/// A simulation as a table for people: the first days, then weeks, then months; what survives; and what it settles at.
struct SimulationTable {
    /// The last column is of remarks.
    private static let titles = ["DAY", "TIME", "ITEMS", "BYTES", "MADE", "REMOVED", "OLDEST", ""]
    private static let numbers: Set = [0, 2, 3, 4, 5, 6]

    let report: SimulationReport
    /// How many survivors are listed.
    let survivors: Int

    var lines: [String] {
        let name = report.task.name
        let now = report.result.days.first?.items ?? 0
        let given = "\(Words.items(now)) now; \(report.made); \(report.runs)"
        let head = [report.task.sentence, given] + report.notes + [report.unread].compactMap { $0 }
        let end = SimulationSurvivors(report: report, most: survivors).lines + ["\(name): \(report.conclusion)"]
        return head.map { "\(name): \($0)" } + table() + end
    }

    /// What is made and removed counts since the line above.
    private func table() -> [String] {
        var rows = [Self.titles]
        var (made, removed, refused) = (0, 0, 0)
        for day in report.result.days {
            made += day.made
            removed += day.removed
            refused += day.refused
            guard isShown(day) else { continue }
            let oldest = day.oldest.map { Words.duration(SimulationReport.seconds(from: $0, to: day.at)) }
            rows.append([
                "\(day.number)", Timestamp.format(day.at), "\(day.items)", Words.bytes(day.bytes), "\(made)",
                "\(removed)", oldest ?? "-", refused == 0 ? "" : "refused \(refused)",
            ])
            (made, removed, refused) = (0, 0, 0)
        }
        return TextTable.lines(rows, numbers: Self.numbers)
    }

    private func isShown(_ day: SimulatedDay) -> Bool {
        let number = day.number
        if number <= 7 || number == report.span.days || number == report.result.firstRefusal?.number { return true }
        if number <= 56 { return number % 7 == 0 }
        return number % (report.span.days <= 1100 ? 28 : 91) == 0
    }
}
