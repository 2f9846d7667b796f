/// An item of a plan or run, in a table.
struct ItemRow {
    let item: String
    /// By what people know it, where that is something else.
    let knownAs: String?
    let verdict: String
    let reason: String
    let size: String
    let time: Moment
    let group: String?
    let isOrphan: Bool
    /// What became of it.
    let outcome: String?
    let style: String
    let detail: String?

    init(_ item: ItemDocument, isOrphan: Bool = false) {
        self.item = Printable.visible(item.item)
        knownAs = item.name.map { Printable.visible($0) }
        verdict = item.verdict
        reason = Printable.visible(item.reason)
        size = Words.bytes(item.bytes)
        time = Moment(item.time)
        group = item.group.map { Printable.visible($0) }
        self.isOrphan = isOrphan
        outcome = item.outcome
        style = Self.style(of: item.outcome)
        detail = item.detail.map { Printable.visible($0) }
    }

    private static func style(of outcome: String?) -> String {
        switch outcome {
        case "deleted", "compressed", "updated": "good"
        case "failed": "bad"
        case "changed", "in_use", "gone": "warn"
        default: "calm"
        }
    }
}
