/// A run that goes on at the moment.
struct ProgressView {
    /// Nothing is counted yet; of rows by a condition nothing ever is.
    private static let unknown = "–"

    let id: String
    let task: String
    let dryRun: Bool
    let started: Moment
    let examined: String
    let planned: String
    let plannedBytes: String
    let done: String
    let failed: String
    let bytes: String
    /// Of the bar, out of `most`; `nil` = it is not known how much there is to do.
    let value: Int?
    let most: Int

    init(_ run: ProgressDocument) {
        id = run.id
        task = run.task
        dryRun = run.dryRun
        started = Moment(run.startedAt)
        examined = run.examined == 0 ? Self.unknown : Words.number(run.examined)
        planned = run.planned == 0 ? Self.unknown : Words.number(run.planned)
        plannedBytes = run.plannedBytes == 0 ? Self.unknown : Words.bytes(run.plannedBytes)
        done = Words.number(run.done)
        failed = Words.number(run.failed)
        bytes = Words.bytes(run.bytes)
        value = run.dryRun || run.planned == 0 ? nil : min(run.done, run.planned)
        most = max(run.planned, 1)
    }
}
