package import Retention
import Synchronization

/// A store of which only those items may go that a query names, by their very path.
///
/// Unlike a reference that protects, naming a directory lists nothing beneath it, and naming something in a directory
/// does not list the directory. The lists are read before the items are, and again before the first deletion, both times
/// as of the instant of the plan.
package struct ListedStore: MutableStore {
    private let base: any MutableStore
    private let lists: [Reference]
    private let paths: ReferencePaths
    private let names: ReferenceNames

    /// - Parameters:
    ///   - root: absolute path of the connection's root, as configured; `nil` = items have names that are no paths, and
    ///     are listed as they are.
    ///   - aliases: prefixes under which lists name the root.
    ///   - names: of an item, where it has no path.
    package init(
        base: any MutableStore,
        lists: [Reference],
        root: String?,
        aliases: [String],
        names: @escaping ReferenceNames = { [$0.path(of: $1)] }
    ) {
        self.base = base
        self.lists = lists
        self.names = names
        paths = ReferencePaths(root: root, aliases: aliases)
    }

    package func openSource(asOf now: Instant) throws -> any Source {
        ListedSource(base: try base.openSource(asOf: now)) { try load(asOf: now, $0) }
    }

    package func openRemover(
        run: String,
        asOf now: Instant,
        fence: Fence?,
        isCancelled: @Sendable () -> Bool
    ) throws -> any Remover {
        let base = try base.openRemover(run: run, asOf: now, fence: fence, isCancelled: isCancelled)
        return ListedRemover(base: base, listed: try load(asOf: now, isCancelled))
    }

    package func sweep(before instant: Instant) throws -> SweepReport { try base.sweep(before: instant) }

    /// What all lists name together. Blocking.
    private func load(asOf now: Instant, _ isCancelled: () -> Bool) throws -> ListedItems {
        let reading = ReferenceReading(noun: "The list", consequence: "", paths: paths, now: now)
        return ListedItems(lists: try lists.map { try reading.names(of: $0, isCancelled) }, names: names)
    }
}

/// What lists name.
private struct ListedItems: Sendable {
    let lists: [NameSet]
    let names: ReferenceNames

    /// Indexes of the items that no list names.
    func unlisted(in block: ItemBlock) -> [Int] {
        let place = ReferencePaths.key(ReferencePaths.split(block.place[...]))
        var path = place.isEmpty ? [] : place + [ReferencePaths.separator]
        let stem = path.count
        return block.items.indices.filter { index in
            path.removeSubrange(stem...)
            path.append(contentsOf: block.name(of: block.items[index]))
            return !lists.contains { list in
                switch list {
                case .paths(let keys): path.withUnsafeBytes { keys.contains($0) }
                case .hashes(let hashes): names(block, block.items[index]).contains { hashes.contains($0) }
                }
            }
        }
    }
}

private final class ListedSource: Source {
    private let base: any Source
    private let load: @Sendable (_ isCancelled: () -> Bool) throws -> ListedItems

    init(base: any Source, load: @escaping @Sendable (_ isCancelled: () -> Bool) throws -> ListedItems) {
        self.base = base
        self.load = load
    }

    func scan(
        workers: Int,
        isCancelled: @Sendable () -> Bool,
        emit: @Sendable (inout ItemBlock) throws -> Void
    ) throws -> ScanSummary {
        let listed = try load(isCancelled)
        return try base.scan(workers: workers, isCancelled: isCancelled) { block in
            for index in listed.unlisted(in: block) where block.items[index].hold == 0 {
                block.items[index].hold = block.internReason(ListedWords.notNamed) + 1
            }
            try emit(&block)
        }
    }

    func confirm(_ block: inout ItemBlock) -> Int { base.confirm(&block) }

    func planIsAccepted() throws { try base.planIsAccepted() }

    func presence(of block: ItemBlock) -> [Presence] { base.presence(of: block) }
}

private struct ListedRemover: Remover {
    let base: any Remover
    let listed: ListedItems

    var itemsAtOnce: Int { base.itemsAtOnce }

    var goesOneByOne: Bool { base.goesOneByOne }

    func effort(of item: Item, in block: ItemBlock) -> Int64 { base.effort(of: item, in: block) }

    func prepareToRemove(isCancelled: @Sendable () -> Bool) throws {
        try base.prepareToRemove(isCancelled: isCancelled)
    }

    func act(on block: ItemBlock, isCancelled: @Sendable () -> Bool) -> [ItemResult] {
        act(onAll: [block], isCancelled: isCancelled)[0]
    }

    func act(onAll blocks: [ItemBlock], isCancelled: @Sendable () -> Bool) -> [[ItemResult]] {
        let unlisted = blocks.map { listed.unlisted(in: $0) }
        var others = blocks
        for (number, indexes) in unlisted.enumerated() {
            for index in indexes { others[number].items[index].verdict = .keep }
        }
        var results = base.act(onAll: others, isCancelled: isCancelled)
        for (number, indexes) in unlisted.enumerated() {
            for index in indexes where blocks[number].items[index].verdict.isActedOn {
                results[number][index] = ItemResult(.changed, detail: ListedWords.noLongerNamed)
            }
        }
        return results
    }
}

/// Why items that `listed_by` does not name stay.
enum ListedWords {
    static let notNamed = "not among what listed_by names"
    /// It named them when the plan was made.
    static let noLongerNamed = "listed_by names it no longer; it stays"
}
