import Console
import Engine
import Retention

/// A simulation and what it was made of: all that table, document and picture show.
struct SimulationReport: Sendable {
    let task: TaskDefinition
    let span: SimulationSpan
    let growth: SimulationGrowth?
    let cycles: [CycleDefinition]
    let notes: [String]
    let result: SimulationResult
    let summary: SimulationSummary
    /// Places that could not be looked at: the first ones, and how many in all.
    let problems: [String]
    let problemCount: Int

    /// When the task runs, in words.
    var runs: String {
        guard !cycles.isEmpty else { return "a run at the end of each day, because no cycle has it" }
        let names = cycles.map { "\($0.name) (\($0.schedule?.text ?? ""))" }
        return "a run at each firing of \(names.joined(separator: " and "))"
    }

    /// What is made, in words.
    var made: String {
        guard let growth else { return "nothing new is made" }
        let made = result.lives.filter(\.isMade)
        let sizes = Set(made.map(\.bytes)).sorted()
        let bytes = [sizes.first, sizes.count > 1 ? sizes.last : nil].compactMap { $0.map(Words.bytes) }
        let groups = Set(made.map(\.group)).count
        let place = groups > 1 ? " in each of \(groups) groups" : ""
        let size = bytes.isEmpty ? ", of which no run meets any" : " (\(bytes.joined(separator: " to ")))"
        return "a new one every \(growth.every.text)\(place)\(size)"
    }

    /// What it settles at, in one line.
    var conclusion: String {
        let last = "in the last \(summary.lastDays == 1 ? "day" : "\(summary.lastDays) days")"
        var text = "\(summary.trend.rawValue): \(items(summary.itemRange)), \(bytes(summary.byteRange)) \(last); "
        text += "at the end \(Words.items(summary.items)), \(Words.bytes(summary.bytes))"
        if let oldest = summary.oldest, let newest = summary.newest {
            text += ", \(age(newest)) to \(age(oldest)) old"
        }
        let peak = result.peak
        return text + "; at most \(Words.items(peak.items)), \(Words.bytes(peak.bytes)) on day \(peak.day)"
    }

    /// What could not be looked at, if there was something.
    var unread: String? {
        guard problemCount > 0 else { return nil }
        let places = problemCount == 1 ? "1 place" : "\(problemCount) places"
        return "\(places) could not be looked at, and what lies there is left out; first: \(problems.first ?? "")"
    }

    /// What a guard refused, if it did.
    var refusal: String? {
        guard let day = result.firstRefusal, let trip = day.trip else { return nil }
        let runs = result.refused == 1 ? "a run" : "\(result.refused) runs, the first of them"
        return "\(task.name): limits would refuse \(runs) on day \(day.number): \(trip.message)"
    }

    private func items(_ range: ClosedRange<Int>) -> String {
        range.count == 1
            ? Words.items(range.lowerBound)
            : "\(Words.number(range.lowerBound)) to \(Words.items(range.upperBound))"
    }

    private func bytes(_ range: ClosedRange<Int64>) -> String {
        let (low, high) = (Words.bytes(range.lowerBound), Words.bytes(range.upperBound))
        return low == high ? low : "\(low) to \(high)"
    }

    /// At the end.
    private func age(_ time: Instant) -> String { Words.duration(Self.seconds(from: time, to: span.end)) }

    static func seconds(from: Instant, to: Instant) -> Double { to.secondsSinceEpoch - from.secondsSinceEpoch }
}
