import Retention
import Synchronization

@testable import Stores

/// What the engine makes of a store, without the engine: all that it lists, with verdicts.
struct StorePlan: Sendable {
    var blocks: [ItemBlock]
    var summary: ScanSummary
    var tally = Tally()

    /// Lists and judges. Blocking.
    init(of store: any Store, _ policy: Policy, now: Instant) throws {
        var judge = try Judge(policy: policy, now: now)
        let found = Mutex<[ItemBlock]>([])
        summary = try store.openSource().scan(workers: 2, isCancelled: { false }) { block in
            found.withLock { [block] in $0.append(block) }
        }
        blocks = found.withLock { $0 }
        judge.setUsedBytes(summary.usedBytes)
        while judge.remainingPasses > 0 {
            for block in blocks { judge.observe(block) }
            judge.endPass()
        }
        for index in blocks.indices { tally = tally + judge.judge(&blocks[index]) }
    }

    /// Names (ids) of the items with this verdict, sorted.
    func names(_ verdict: Verdict) -> [String] {
        blocks.flatMap { block in
            block.items.filter { $0.verdict == verdict }.map { DisplayName.exact(block.name(of: $0)) }
        }
        .sorted()
    }

    /// The same, where each is there once.
    func items(_ verdict: Verdict) -> Set<String> { Set(names(verdict)) }

    func item(_ name: String) -> (item: Item, block: ItemBlock)? {
        for block in blocks {
            for item in block.items where DisplayName.exact(block.name(of: item)) == name { return (item, block) }
        }
        return nil
    }

    func reason(_ name: String) -> String? { item(name).map { $0.block.reason(of: $0.item) } }

    /// Carries it out. Blocking.
    /// - Returns: the results of the items that were to go, by name.
    func act(by remover: any Remover) -> [String: ItemResult] {
        var outcomes: [String: ItemResult] = [:]
        let together = remover.itemsAtOnce > 1 ? max(1, blocks.count) : 1
        for start in stride(from: 0, to: blocks.count, by: together) {
            let part = Array(blocks[start...].prefix(together))
            for (block, results) in zip(part, remover.act(onAll: part, isCancelled: { false })) {
                for (item, result) in zip(block.items, results) where item.verdict == .remove {
                    outcomes[DisplayName.exact(block.name(of: item))] = result
                }
            }
        }
        return outcomes
    }
}

extension [String: ItemResult] {
    func names(_ outcome: ItemOutcome) -> Set<String> { Set(filter { $0.value.outcome == outcome }.keys) }
}
