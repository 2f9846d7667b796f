/// An item of a plan or run, in a table.
struct ItemRow {
    let item: String
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

/// A transaction of a run of rows, in a table.
struct BatchRow {
    let sequence: String
    /// `nil` = not recorded.
    let count: String?
    let started: Moment
    let seconds: String

    init(_ batch: BatchDocument) {
        sequence = Words.number(batch.sequence)
        count = batch.rows.map { Words.number($0) }
        started = Moment(batch.startedAt)
        seconds = "\((batch.seconds * 1000).rounded() / 1000)"
    }
}

/// Rows of a table; a page without any has none at all.
struct Table<Row> {
    let rows: [Row]

    /// `nil` = there are no rows.
    init?(_ rows: [Row]) {
        guard !rows.isEmpty else { return nil }
        self.rows = rows
    }
}
