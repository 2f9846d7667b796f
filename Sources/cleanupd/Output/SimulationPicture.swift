import Console
import Engine
import Foundation
import Retention

/// A simulation as an SVG that refers to nothing outside: above, each item as a line that rises as the item grows older
/// and ends where it is removed; beneath, the bytes of all. What is there on a day is what a vertical line meets.
struct SimulationPicture {
    /// More lines than this nobody tells apart; the shortest lives are left out, and the description says so.
    static let mostLives = 4000

    private static let size = (width: 960.0, height: 560.0)
    private static let left = 88.0
    private static let width = 844.0

    /// A panel: where it lies, and what its upper edge stands for.
    private struct Panel {
        let top: Double
        let height: Double
        let most: Double

        var bottom: Double { top + height }

        func y(_ value: Double) -> Double { bottom - height * min(1, max(0, value / most)) }
    }

    private let report: SimulationReport
    private let lives: [SimulatedLife]
    /// In days.
    private let ages: Panel
    private let bytes: Panel

    init(_ report: SimulationReport) {
        self.report = report
        let seen = report.result.lives.filter { $0.time <= report.span.end }
        lives = Array(seen.sorted { Self.days($0, report.span) > Self.days($1, report.span) }.prefix(Self.mostLives))
        let oldest = seen.map { Self.age($0, report.span) }.max() ?? 0
        ages = Panel(top: 76, height: 296, most: max(1, oldest))
        let most = report.result.days.map(\.bytes).max() ?? 0
        bytes = Panel(top: 408, height: 92, most: max(1, Double(most)))
    }

    var text: String {
        let parts = [head, scales, paths, labels, "</svg>"]
        return parts.joined(separator: "\n") + "\n"
    }

    // MARK: Parts

    private var head: String {
        let title = Self.escaped("\(report.task.name): what its policy keeps, over \(report.span.days) days")
        let left = report.result.lives.count - lives.count
        let rest = left > 0 ? " \(left) items that live shortest or come later are not drawn." : ""
        let description = Self.escaped("\(report.task.sentence) \(report.conclusion).\(rest)")
        let (width, height) = (Self.number(Self.size.width), Self.number(Self.size.height))
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" \
            width="\(width)" height="\(height)" role="img" aria-labelledby="title description">
            <title id="title">\(title)</title>
            <desc id="description">\(description)</desc>
            <style>
            .paper{fill:#ffffff}text{font:13px system-ui,sans-serif;fill:#24292f}.small{font-size:12px;fill:#57606a}
            path{fill:none;stroke-linecap:round}.grid{stroke:#d8dee4}.kept{stroke:#0a58ca;stroke-width:2.4}
            .gone{stroke:#8c959f;stroke-width:1.2}.bytes{stroke:#9a4a00;stroke-width:2}
            @media (prefers-color-scheme:dark){.paper{fill:#0d1117}text{fill:#e6edf3}.small{fill:#9da7b1}
            .grid{stroke:#30363d}.kept{stroke:#6cb2ff}.gone{stroke:#6e7681}.bytes{stroke:#ffb066}}
            </style>
            <rect class="paper" width="\(width)" height="\(height)"/>
            <text x="\(Self.number(Self.left))" y="28">\(title)</text>
            """
    }

    /// Lines of the grid with their numbers.
    private var scales: String {
        let right = Self.left + Self.width
        let bottom = Self.number(bytes.bottom)
        var marks: [String] = []
        for day in Self.ticks(upTo: Double(report.span.days)) {
            let x = Self.number(Self.left + Self.width * Double(day) / Double(report.span.days))
            marks.append("<path class=\"grid\" d=\"M\(x) \(Self.number(ages.top))V\(bottom)\"/>")
            marks.append("<text class=\"small\" x=\"\(x)\" y=\"518\" text-anchor=\"middle\">\(day)</text>")
        }
        let rows: [(Double, String)] =
            Self.ticks(upTo: ages.most).map { (ages.y(Double($0)), "\($0) d") }
            + [0, bytes.most].map { (bytes.y($0), Words.bytes(Int64($0))) }
        for (y, label) in rows {
            let (line, base) = (Self.number(y), Self.number(y + 4))
            marks.append("<path class=\"grid\" d=\"M\(Self.number(Self.left)) \(line)H\(Self.number(right))\"/>")
            let x = Self.number(Self.left - 8)
            marks.append("<text class=\"small\" x=\"\(x)\" y=\"\(base)\" text-anchor=\"end\">\(label)</text>")
        }
        return marks.joined(separator: "\n")
    }

    private var paths: String {
        let gone = lives.filter { $0.removedAt != nil }.map(line).joined()
        let kept = lives.filter { $0.removedAt == nil }.map(line).joined()
        return [("gone", gone), ("kept", kept), ("bytes", steps)].filter { !$0.1.isEmpty }
            .map { "<path class=\"\($0.0)\" d=\"\($0.1)\"/>" }.joined(separator: "\n")
    }

    private var labels: String {
        let x = Self.number(Self.left)
        return """
            <text class="small" x="\(x)" y="52">age in days; thick: there at the end, thin: removed before</text>
            <text class="small" x="\(x)" y="400">bytes</text>
            <text class="small" x="\(x)" y="544">days from \(Timestamp.format(report.span.start)) on</text>
            """
    }

    // MARK: Lines

    private func line(_ life: SimulatedLife) -> String {
        let begin = max(life.time, report.span.start)
        let end = life.removedAt ?? report.span.end
        return "M\(point(begin, of: life))L\(point(end, of: life))"
    }

    private func point(_ instant: Instant, of life: SimulatedLife) -> String {
        let age = SimulationReport.seconds(from: life.time, to: instant) / 86_400
        return "\(Self.number(x(instant))) \(Self.number(ages.y(age)))"
    }

    private var steps: String {
        report.result.days.enumerated().map { index, day in
            let y = Self.number(bytes.y(Double(day.bytes)))
            return index == 0 ? "M\(Self.number(x(day.at))) \(y)" : "H\(Self.number(x(day.at)))V\(y)"
        }.joined() + "H\(Self.number(Self.left + Self.width))"
    }

    private func x(_ instant: Instant) -> Double {
        let days = SimulationReport.seconds(from: report.span.start, to: instant) / 86_400
        return Self.left + Self.width * days / Double(report.span.days)
    }

    // MARK: Numbers

    /// How long an item is drawn.
    private static func days(_ life: SimulatedLife, _ span: SimulationSpan) -> Double {
        SimulationReport.seconds(from: max(life.time, span.start), to: life.removedAt ?? span.end) / 86_400
    }

    /// The age that an item reaches.
    private static func age(_ life: SimulatedLife, _ span: SimulationSpan) -> Double {
        SimulationReport.seconds(from: life.time, to: life.removedAt ?? span.end) / 86_400
    }

    /// Round numbers from 0 on, at most about eight of them.
    private static func ticks(upTo most: Double) -> [Int] {
        let steps = [1, 2, 7, 14, 30, 60, 90, 180, 365, 730, 1825]
        let step = steps.first { most / Double($0) <= 8 } ?? Int(most / 8)
        return Array(stride(from: 0, through: Int(most), by: step))
    }

    /// With at most one decimal.
    private static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : String(Double(tenths) / 10)
    }

    private static func escaped(_ text: String) -> String {
        DisplayName.printable(text.utf8).replacingOccurrences(of: "&", with: "&amp;")
            .replacingOccurrences(of: "<", with: "&lt;").replacingOccurrences(of: ">", with: "&gt;")
    }
}
