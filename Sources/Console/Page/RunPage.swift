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

/// A page of what the ledger has of a run.
struct ItemList {
    let items: Table<ItemRow>?
    let batches: Table<BatchRow>?
    /// Rows by a condition, of which nothing has gone: they are counted, and not listed.
    let areCounted: Bool
    let search: String?
    let more: PageQuery?

    init(_ page: ItemsDocument, of run: RunDocument? = nil, search: String?, areOrphans: Bool = false) {
        items = Table(page.items.map { ItemRow($0, isOrphan: areOrphans && $0.verdict == "remove") })
        batches = Table(page.batches.map { BatchRow($0) })
        let isEmpty = page.items.isEmpty && page.batches.isEmpty && search == nil && page.next == nil
        areCounted = isEmpty && run.map { $0.remove > 0 && !$0.itemsPruned } ?? false
        self.search = search
        more = page.next.map { PageQuery([("search", search), ("after", $0)]) }
    }
}
