/// `/cleanup/runs`: what was done and looked at, newest first.
struct HistoryPage {
    struct Filter {
        let name: String
        let isCurrent: Bool
    }

    let task: String?
    let filters: [Filter]
    let runs: [RunRow]
    let more: PageQuery?
    let isFirst: Bool

    init(_ page: RunsDocument, tasks: [String], task: String?, before: String?) {
        self.task = task
        filters = tasks.map { Filter(name: $0, isCurrent: $0 == task) }
        runs = page.runs.map { RunRow($0) }
        more = page.next.map { PageQuery([("task", task), ("before", $0)]) }
        isFirst = before == nil
    }
}
