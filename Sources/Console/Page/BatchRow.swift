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
