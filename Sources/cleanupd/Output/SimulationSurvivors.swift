import Console
import Engine
import Retention

/// The items that are there at the end of a simulation, the newest first, and why each is, for people.
struct SimulationSurvivors {
    private static let titles = ["SURVIVOR", "TIME", "AGE", "BYTES", "WHY"]
    private static let numbers: Set = [2, 3]

    let report: SimulationReport
    /// How many are listed; 0 = not even the titles.
    let most: Int

    var lines: [String] {
        // By time already.
        let survivors = report.result.lives.filter { $0.removedAt == nil }
        guard most > 0, !survivors.isEmpty else { return [] }
        let rows = survivors.suffix(most).reversed().map(row)
        let left = survivors.count - rows.count
        return TextTable.lines([Self.titles] + rows, numbers: Self.numbers)
            + (left > 0 ? ["\(report.task.name): \(Self.rest(left, of: survivors.count))"] : [])
    }

    private func row(_ life: SimulatedLife) -> [String] {
        [
            DisplayName.printable(life.path), Timestamp.format(life.time),
            Words.duration(SimulationReport.seconds(from: life.time, to: report.span.end)), Words.bytes(life.bytes),
            Self.reason(life),
        ]
    }

    private static func rest(_ left: Int, of all: Int) -> String {
        let items = left == 1 ? "1 older item survives" : "\(Words.number(left)) older items survive"
        return "\(items) as well; --items \(all) lists all"
    }

    /// Why an item is there at the end.
    static func reason(_ life: SimulatedLife) -> String {
        guard let judgement = life.judgement else { return "no run has met it" }
        if judgement.isRefused, judgement.verdict.isActedOn {
            return "due (\(judgement.reason)), but limits refuse the run"
        }
        return judgement.verdict == .compress ? "compressed (\(judgement.reason))" : judgement.reason
    }
}
