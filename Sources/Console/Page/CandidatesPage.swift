/// `/cleanup/tasks/NAME/candidates`: what a run would do now, item by item.
struct CandidatesPage {
    let task: String
    let planned: Moment
    let policy: String
    /// Why the look is not whole.
    let problem: String?
    let orphans: Bool
    /// Rows by a condition: they are counted, and not listed.
    let areCounted: Bool
    let examined: String
    let remove: String
    let compress: String?
    let keep: String
    let bytes: String
    let matching: String
    let search: String?
    let items: Table<ItemRow>?
    let more: PageQuery?

    init(_ found: CandidatesDocument, search: String?) {
        task = found.task
        planned = Moment(found.plannedAt)
        policy = found.policy
        problem =
            found.outcome == "success"
            ? nil : "\(found.outcome): \(found.message ?? "the look did not come to its end")"
        orphans = found.orphans
        areCounted = search == nil && found.matching == 0 && found.remove + found.compress > 0
        examined = Words.number(found.examined)
        remove = Words.number(found.remove)
        compress = found.compress > 0 ? Words.number(found.compress) : nil
        keep = Words.number(found.keep)
        bytes = Words.bytes(found.bytes)
        matching = Words.items(found.matching)
        self.search = search
        items = Table(found.items.map { ItemRow($0, isOrphan: found.orphans && $0.verdict == "remove") })
        more = found.next.map { PageQuery([("search", search), ("after", $0)]) }
    }
}
