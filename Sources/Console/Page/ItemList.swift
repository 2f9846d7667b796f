/// A page of what the ledger has of a run.
struct ItemList {
    let items: Table<ItemRow>?
    let batches: Table<BatchRow>?
    /// Rows by a condition, of which nothing has gone: they are counted, and not listed.
    let areCounted: Bool
    let search: String?
    let more: PageQuery?

    init(_ page: ItemsDocument, of run: RunDocument? = nil, search: String?) {
        items = Table(page.items.map { ItemRow($0, isOrphan: page.orphans && $0.verdict == "remove") })
        batches = Table(page.batches.map { BatchRow($0) })
        let isEmpty = page.items.isEmpty && page.batches.isEmpty && search == nil && page.next == nil
        areCounted = isEmpty && run.map { $0.remove > 0 && !$0.itemsPruned } ?? false
        self.search = search
        more = page.next.map { PageQuery([("search", search), ("after", $0)]) }
    }
}
