import Console
import Engine
import Retention
import State

/// A place in the ledger of a run: a block and an item in it, as `12.34`.
struct LedgerPlace: Equatable, CustomStringConvertible {
    var sequence = 0
    var item = 0

    init() {}

    /// Throws `ConsoleError`.
    init(_ text: String) throws {
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let sequence = numbers[0], let item = numbers[1], sequence >= 0, item >= 0 else {
            throw ConsoleError.noPage
        }
        (self.sequence, self.item) = (sequence, item)
    }

    var description: String { "\(sequence).\(item)" }
}

/// A page of items of the ledger that a search matches.
struct LedgerPage {
    private static let blocksAtOnce = 16
    /// So many items are looked at for one page; the rest is of the next, however few match.
    private static let mostItems = 200_000

    let task: String
    let search: ItemSearch
    let limit: Int
    /// Of the run: what is pending then was not tried.
    let hasEnded: Bool
    private let itemName: TaskDefinition.ItemName?
    private var place: LedgerPlace
    private(set) var items: [ItemDocument] = []
    /// Where the next page begins; `nil` = that was all.
    private(set) var next: String?

    /// - Parameter itemName: by what people know the task's items.
    init(
        task: String,
        search: String?,
        limit: Int,
        start: LedgerPlace,
        hasEnded: Bool,
        itemName: TaskDefinition.ItemName?
    ) {
        self.task = task
        self.search = ItemSearch(search)
        self.limit = limit
        self.hasEnded = hasEnded
        self.itemName = itemName
        place = start
    }

    /// Blocking. Throws `StateError`.
    mutating func read(_ state: any StateStore, _ run: RunID) throws {
        var looked = 0
        while true {
            let blocks = try state.blocks(of: run, from: place.sequence, limit: Self.blocksAtOnce)
            guard !blocks.isEmpty else { return }
            for block in blocks {
                if block.sequence > place.sequence { place.item = 0 }
                place.sequence = block.sequence
                for index in block.block.items.indices.dropFirst(place.item) {
                    place.item = index
                    guard items.count < limit, looked < Self.mostItems else {
                        next = place.description
                        return
                    }
                    looked += 1
                    take(block, index)
                }
                place.sequence += 1
                place.item = 0
            }
        }
    }

    private mutating func take(_ block: StoredBlock, _ index: Int) {
        let item = ItemDocument(
            block.block.items[index],
            of: block.block,
            task: task,
            itemName: itemName,
            result: block.results.flatMap { known($0[index]) }
        )
        if search.matches(item) { items.append(item) }
    }

    /// As long as its run has no end, a pending item waits, or is being worked on, or went with nobody left to say so.
    private func known(_ result: ItemResult) -> ItemResult? {
        result.outcome == .pending && !hasEnded ? nil : result
    }
}
