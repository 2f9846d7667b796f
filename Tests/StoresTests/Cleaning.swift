import Clients
import Retention
import Stores
import Support
import Synchronization

/// A scan and a removal of what is older than 2020, as the engine does them, without the engine.
struct Cleaning {
    static let cutoff = Instant(seconds: 1_577_836_800)

    let root: Root
    let specification: FilesSpecification

    init(_ world: World, _ specification: FilesSpecification = FilesSpecification()) throws {
        root = try Root(path: world.root)
        self.specification = specification
    }

    /// What a scan found, with verdicts.
    struct Plan: Sendable {
        var blocks: [ItemBlock] = []
        var summary = ScanSummary()

        /// Paths of all candidates, as text.
        var paths: Set<String> {
            Set(blocks.flatMap { block in block.items.map { DisplayName.exact(block.path(of: $0)) } })
        }

        /// Paths of the candidates with this verdict.
        func paths(_ verdict: Verdict) -> Set<String> {
            Set(
                blocks.flatMap { block in
                    block.items.filter { $0.verdict == verdict }.map { DisplayName.exact(block.path(of: $0)) }
                }
            )
        }

        func item(_ path: String) -> Item? {
            for block in blocks {
                for item in block.items where DisplayName.exact(block.path(of: item)) == path { return item }
            }
            return nil
        }

        func hold(_ path: String) -> String? {
            for block in blocks {
                for item in block.items where DisplayName.exact(block.path(of: item)) == path && item.hold > 0 {
                    return block.reasons[Int(item.hold) - 1]
                }
            }
            return nil
        }

        func group(_ path: String) -> String? {
            for block in blocks {
                for item in block.items where DisplayName.exact(block.path(of: item)) == path {
                    return block.group(of: item)
                }
            }
            return nil
        }
    }

    func plan(workers: Int = 2, cutoff: Instant = Cleaning.cutoff) throws -> Plan {
        let blocks = Mutex<[ItemBlock]>([])
        let source = try FilesSource(root: root, specification: specification)
        let summary = try source.scan(workers: workers, isCancelled: { false }) { block in
            let reason = block.internReason("older than 2020")
            for index in block.items.indices where block.items[index].time < cutoff && block.items[index].hold == 0 {
                block.items[index].verdict = .remove
                block.items[index].reason = reason
            }
            _ = source.confirm(&block)
            blocks.withLock { [block] in $0.append(block) }
        }
        return Plan(blocks: blocks.withLock { $0 }, summary: summary)
    }

    /// Acts on all blocks, one after the other. `step` is called before each item, and inside directories now and then.
    func act(_ plan: Plan, step: () -> Void = {}) -> [String: ItemResult] {
        let remover = FilesRemover(root: root, specification: specification)
        var outcomes: [String: ItemResult] = [:]
        for block in plan.blocks {
            let results = remover.act(
                on: block,
                compressor: { _, _, _, _ in ItemResult(.failed, failure: .unknown, detail: "nothing is compressed here")
                },
                isCancelled: {
                    step()
                    return false
                }
            )
            for (item, result) in zip(block.items, results) where item.verdict != .undecided {
                outcomes[DisplayName.exact(block.path(of: item))] = result
            }
        }
        return outcomes
    }

    /// Plans and acts with two threads side by side.
    func run() throws -> [ItemOutcome: Int] {
        let plan = try plan()
        let remover = FilesRemover(root: root, specification: specification)
        let pending = Mutex(plan.blocks)
        let counts = Mutex<[ItemOutcome: Int]>([:])
        Workers.run(2) { _ in
            while let block = pending.withLock({ $0.popLast() }) {
                let results = remover.act(
                    on: block,
                    compressor: { _, _, _, _ in ItemResult(.failed) },
                    isCancelled: { false }
                )
                counts.withLock { counts in
                    for (item, result) in zip(block.items, results) where item.verdict != .undecided {
                        counts[result.outcome, default: 0] += 1
                    }
                }
            }
        }
        return counts.withLock { $0 }
    }
}
