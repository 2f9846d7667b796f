import Foundation
import Retention
import Support
import Synchronization

@testable import Stores

/// A JSON file, a root with files that its records own, and what the engine does with them, without the engine.
struct RecordsWorld: Sendable {
    /// 2026-01-01: the instant of all plans.
    static let now = Instant(seconds: 1_767_225_600)

    let folder: TemporaryFolder
    let file: String
    let root: String

    init(_ text: String) throws {
        folder = try TemporaryFolder()
        file = folder.file("tokens.json")
        root = folder.file("audio")
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        try write(text)
    }

    func write(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: file)) }

    var text: String { get throws { try String(contentsOfFile: file, encoding: .utf8) } }

    func makeFile(_ name: String, bytes: Int = 10) throws {
        try Data(count: bytes).write(to: URL(fileURLWithPath: root + "/" + name))
    }

    var files: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: root).sorted() } }

    /// Seconds before the plans' instant, as RFC 3339.
    static func ago(_ seconds: Int64) -> String { Timestamp.format(now.adding(nanoseconds: -seconds * 1_000_000_000)) }

    func audio(_ field: String = "audio", measured: StorageUse? = nil) -> RecordsOwned {
        let root = root
        return .files(field: field, resource: "audio", root: root, measured: measured) {
            try OwnedFiles(rootPath: root, aliases: ["/data"], specification: FilesSpecification(protect: ["*.keep"]))
        }
    }

    func store(
        _ specification: RecordsSpecification,
        owned: [RecordsOwned] = [],
        usage: StorageUse? = nil
    ) -> RecordsStore {
        RecordsStore(file: file, specification: specification, owned: owned, usage: usage, now: { Self.now })
    }

    /// A plan: its blocks with verdicts.
    struct Plan: Sendable {
        var blocks: [ItemBlock] = []
        var summary = ScanSummary()
        var tally = Tally()

        func names(_ verdict: Verdict) -> [String] {
            blocks.flatMap { block in
                block.items.filter { $0.verdict == verdict }.map { DisplayName.exact(block.name(of: $0)) }
            }
            .sorted()
        }
    }

    func plan(_ store: RecordsStore, _ policy: Policy) throws -> Plan {
        var judge = try Judge(policy: policy, now: Self.now)
        let blocks = Mutex<[ItemBlock]>([])
        let source = try ReadOnlyStore(store).openSource()
        let summary = try source.scan(workers: 2, isCancelled: { false }) { block in
            blocks.withLock { [block] in $0.append(block) }
        }
        var plan = Plan(blocks: blocks.withLock { $0 }, summary: summary)
        while judge.remainingPasses > 0 {
            for block in plan.blocks { judge.observe(block) }
            judge.setUsedBytes(summary.usedBytes)
            judge.endPass()
        }
        for index in plan.blocks.indices { plan.tally = plan.tally + judge.judge(&plan.blocks[index]) }
        return plan
    }

    /// Carries a plan out.
    /// - Returns: the results of the items that were to go, by name.
    func act(_ plan: Plan, _ store: RecordsStore) throws -> [String: ItemResult] {
        let remover = try store.openRemover(run: "019ab3c4d5e6-0f1e2d3c4b5a", fence: nil)
        var results: [String: ItemResult] = [:]
        for (block, outcomes) in zip(plan.blocks, remover.act(onAll: plan.blocks, isCancelled: { false })) {
            for (item, result) in zip(block.items, outcomes) where item.verdict == .remove {
                results[DisplayName.exact(block.name(of: item))] = result
            }
        }
        return results
    }

    static let expired = Policy(remove: Policy.Remove(isListed: false, isExpired: true))
}
