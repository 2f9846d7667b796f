/// `/cleanup/runs/ID`: a run, or all runs that one call asked for; live while it goes on.
struct RunPage {
    let id: String
    /// `Dry run of logs`
    let title: String
    let badge: OutcomeBadge
    let dryRun: Bool
    let who: String?
    let started: Moment
    let message: String?
    let isRunning: Bool
    let runs: [RunRow]
    /// How far those are that this replica carries out.
    let active: [ProgressView]
    /// Of a run of one task.
    let list: ItemList?

    init(_ result: RunResultDocument, active: [ProgressDocument], list: ItemList?) {
        id = result.id
        let names = result.tasks.keys.sorted()
        title =
            (result.state == .sealed ? "Plan" : result.dryRun ? "Dry run" : "Run")
            + (names.isEmpty ? "" : " of \(names.joined(separator: ", "))")
        badge = OutcomeBadge(state: result.state, outcome: result.outcome, dryRun: result.dryRun)
        dryRun = result.dryRun
        who = result.requestedBy
        started = Moment(result.startedAt)
        message = result.message.map { Printable.visible($0) }
        isRunning = result.state == .running
        runs = result.tasks.values.sorted { $0.task < $1.task }.map { RunRow($0) }
        let own = Set(result.tasks.values.map(\.id))
        self.active = active.filter { own.contains($0.id) || $0.request == result.id }.map { ProgressView($0) }
        self.list = list
    }
}
