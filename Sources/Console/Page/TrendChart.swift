/// A period as pairs of bars, for an inline SVG as high as 62: what went before, and what went. The table beneath says
/// the same in figures, so that nobody has to tell colours apart.
struct TrendChart {
    struct Bar {
        let x: Int
        let y: Int
        let height: Int
        let style: String
        let title: String
    }

    /// A line of the table.
    struct Row {
        let from: String
        let runs: String
        let items: String
        let bytes: String
        let itemsBefore: String
        let bytesBefore: String

        init(_ step: ReportDocument.Step) {
            from = step.label
            runs = Words.number(step.runs)
            items = Words.number(step.items)
            bytes = Words.bytes(step.bytes)
            itemsBefore = step.itemsBeforeWords
            bytesBefore = step.bytesBeforeWords
        }
    }

    static let height = 60
    private static let step = 10

    let width: Int
    let bars: [Bar]
    /// What the bars are, for who cannot see them.
    let label: String

    /// `nil` = nothing went.
    /// - Parameter areBytes: what bars stand for; items otherwise.
    init?(_ steps: [ReportDocument.Step], areBytes: Bool) {
        func value(_ items: Int, _ bytes: Int64) -> Double { max(0, areBytes ? Double(bytes) : Double(items)) }
        // Where the history does not reach, there is no bar rather than one that is too low.
        func before(_ step: ReportDocument.Step) -> Double {
            step.beforeWhole ? value(step.itemsBefore, step.bytesBefore) : 0
        }
        let largest = steps.map { max(value($0.items, $0.bytes), before($0)) }.max() ?? 0
        guard largest > 0 else { return nil }
        width = steps.count * Self.step
        bars = steps.enumerated().flatMap { index, step -> [Bar] in
            let known = "\(Words.items(step.itemsBefore)), \(Words.bytes(step.bytesBefore))"
            let pairs: [(String, Double, String)] = [
                ("before", before(step), step.beforeWhole ? known : "not known"),
                ("now", value(step.items, step.bytes), "\(Words.items(step.items)), \(Words.bytes(step.bytes))"),
            ]
            return pairs.enumerated().map { place, pair -> Bar in
                let (style, value, words) = pair
                let height = value > 0 ? max(1, Int((value / largest * Double(Self.height)).rounded())) : 0
                let when = step.label + (place == 0 ? ", the time before" : "")
                return Bar(
                    x: index * Self.step + place * 4,
                    y: Self.height - height,
                    height: height,
                    style: style,
                    title: "\(when): \(words)"
                )
            }
        }
        let what = areBytes ? "Bytes given back" : "Items that went"
        label = "\(what) in each part of the period, beside the time before"
    }
}

extension ReportDocument.Step {
    /// `2026-01-02`, or `2026-01-02 03:04` of a period that does not begin at midnight.
    package var label: String {
        let time = from.dropFirst(11).prefix(5)
        return String(from.prefix(10)) + (time == "00:00" ? "" : " \(time)")
    }
}
