/// The last runs of a task as bars, for an inline SVG of 300 × 60.
struct RunChart {
    struct Bar {
        let x: Int
        let y: Int
        let height: Int
        let style: String
        let title: String
    }

    static let height = 60
    static let most = 30
    private static let step = 10

    let bars: [Bar]
    /// The whole as a sentence, for who cannot see it.
    let label: String

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
            return Bar(
                x: (Self.most - points.count + index) * Self.step,
                y: Self.height - height,
                height: height,
                style: OutcomeBadge.style(of: point.outcome) + (point.dryRun ? " dry" : ""),
                title: Self.title(point)
            )
        }
        let failed = points.count { $0.outcome != "success" }
        let total = points.reduce(into: (0, Int64(0))) { sum, point in
            guard !point.dryRun else { return }
            sum = (sum.0 + point.deleted, sum.1 + point.bytes)
        }
        label =
            "The last \(points.count) runs: \(Words.items(total.0)) deleted, \(Words.bytes(total.1)); "
            + (failed == 0 ? "all succeeded" : "\(failed) without success")
    }

    private static func title(_ point: TaskDocument.Point) -> String {
        let kind = point.dryRun ? "dry run, " : ""
        return "\(Moment(point.endedAt).text): \(kind)\(point.outcome), \(Words.items(point.deleted)), "
            + Words.bytes(point.bytes)
    }
}
