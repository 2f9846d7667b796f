import Console
import Engine
import Retention

/// A simulation as a table for people: the first days, then weeks, then months, and what it settles at.
struct SimulationTable {
    private static let titles = ["DAY", "TIME", "ITEMS", "BYTES", "MADE", "REMOVED", "OLDEST"]
    /// Columns that stand at their left edge; numbers stand at their right one.
    private static let leftAligned: Set = [1]

    let report: SimulationReport

    var lines: [String] {
        let name = report.task.name
        let now = report.result.days.first?.items ?? 0
        let given = "\(SimulationReport.items(now)) now; \(report.made); \(report.runs)"
        let head = [report.task.sentence, given] + report.notes + [report.unread].compactMap { $0 }
        return head.map { "\(name): \($0)" } + table() + ["\(name): \(report.conclusion)"]
    }

    /// What is made and removed counts since the line above.
    private func table() -> [String] {
        var rows = [(cells: Self.titles, remark: "")]
        var (made, removed, refused) = (0, 0, 0)
        for day in report.result.days {
            made += day.made
            removed += day.removed
            refused += day.refused
            guard isShown(day) else { continue }
            let cells = [
                "\(day.number)", Timestamp.format(day.at), "\(day.items)", Words.bytes(day.bytes), "\(made)",
                "\(removed)",
                day.oldest.map { Words.duration(SimulationReport.seconds(from: $0, to: day.at)) } ?? "-",
            ]
            rows.append((cells, refused == 0 ? "" : "  refused \(refused)"))
            (made, removed, refused) = (0, 0, 0)
        }
        let widths = Self.titles.indices.map { column in rows.map { $0.cells[column].count }.max() ?? 0 }
        return rows.map { Self.line($0.cells, widths) + $0.remark }
    }

    private func isShown(_ day: SimulatedDay) -> Bool {
        let number = day.number
        if number <= 7 || number == report.span.days || number == report.result.firstRefusal?.number { return true }
        if number <= 56 { return number % 7 == 0 }
        return number % (report.span.days <= 1100 ? 28 : 91) == 0
    }

    private static func line(_ cells: [String], _ widths: [Int]) -> String {
        cells.indices.map { column in
            let blanks = String(repeating: " ", count: widths[column] - cells[column].count)
            return leftAligned.contains(column) ? cells[column] + blanks : blanks + cells[column]
        }.joined(separator: "  ")
    }
}
