/// The last runs of a task as bars, for an inline SVG of 300 × 72: the bars stand on a line at 60, and beneath it what did
/// not succeed has a mark, so that nobody has to tell colours apart.
struct RunChart {
    struct Bar {
        let x: Int
        let y: Int
        let height: Int
        let style: String
        let title: String
        /// A path; absent = it succeeded.
        let mark: String?
    }

    static let height = 60
    static let most = 30
    private static let step = 10

    let bars: [Bar]
    /// The whole as a sentence, for who cannot see it.
    let label: String
    /// What the marks mean; absent = there are none.
    let legend: String?

    /// `nil` = there is nothing to show. Bars are bytes, or items where no run gave bytes back.
    init?(_ points: [TaskDocument.Point]) {
        let points = points.suffix(Self.most)
        guard !points.isEmpty else { return nil }
        let areBytes = points.contains { $0.bytes > 0 }
        let values = points.map { areBytes ? Double($0.bytes) : Double($0.deleted) }
        let largest = max(values.max() ?? 0, 1)
        bars = zip(points, values).enumerated().map { index, pair in
            let (point, value) = pair
            // A run that took nothing is seen, too.
            let height = max(3, Int((value / largest * Double(Self.height)).rounded()))
            let x = (Self.most - points.count + index) * Self.step
            return Bar(
                x: x,
                y: Self.height - height,
                height: height,
                style: OutcomeBadge.style(of: point.outcome) + (point.dryRun ? " dry" : ""),
                title: Self.title(point),
                mark: Mark(point.outcome)?.path(x)
            )
        }
        let total = points.reduce(into: (0, Int64(0))) { sum, point in
            guard !point.dryRun else { return }
            sum = (sum.0 + point.deleted, sum.1 + point.bytes)
        }
        label =
            "The last \(points.count) runs: \(Words.items(total.0)) deleted, \(Words.bytes(total.1)); "
            + Self.outcomes(points)
        let marks = Mark.allCases.filter { mark in points.contains { Mark($0.outcome) == mark } }
        legend = marks.isEmpty ? nil : marks.map(\.words).joined(separator: ", ")
    }

    /// `2 failed, the last of them 2026-01-02 03:04:05 UTC; 28 success`
    private static func outcomes(_ points: ArraySlice<TaskDocument.Point>) -> String {
        let others = Set(points.map(\.outcome)).subtracting(["success"]).sorted()
        guard !others.isEmpty else { return "all succeeded" }
        let parts = others.map { outcome in
            let own = points.filter { $0.outcome == outcome }
            return "\(own.count) \(outcome)" + (own.last.map { ", the last of them \(Moment($0.endedAt).text)" } ?? "")
        }
        let good = points.count { $0.outcome == "success" }
        return (parts + (good > 0 ? ["\(good) success"] : [])).joined(separator: "; ")
    }

    private static func title(_ point: TaskDocument.Point) -> String {
        let kind = point.dryRun ? "dry run, " : ""
        return "\(Moment(point.endedAt).text): \(kind)\(point.outcome), \(Words.items(point.deleted)), "
            + Words.bytes(point.bytes)
    }
}

extension RunChart {
    /// The shape beneath a bar.
    enum Mark: CaseIterable {
        case cross, triangle, dash

        /// - Parameter outcome: as the metrics' label has it; `nil` = it needs no mark.
        init?(_ outcome: String) {
            switch OutcomeBadge.style(of: outcome) {
            case "good": return nil
            case "bad": self = .cross
            case "warn": self = .triangle
            default: self = .dash
            }
        }

        var words: String {
            switch self {
            case .cross: "× failed"
            case .triangle: "△ partial, refused or cancelled"
            case .dash: "– skipped or unavailable"
            }
        }

        /// Eight wide, from 63 to 71.
        func path(_ x: Int) -> String {
            switch self {
            case .cross: "M\(x) 63l8 8m0 -8l-8 8"
            case .triangle: "M\(x + 4) 63l4 8h-8z"
            case .dash: "M\(x) 67h8"
            }
        }
    }
}
