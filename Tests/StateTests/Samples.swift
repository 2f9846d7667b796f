import Retention
import State
import Support

/// Values to store.
enum Samples {
    static let verdicts: [Verdict] = [.undecided, .remove, .compress, .keep, .young, .deferred]
    static let kinds: [Item.Kind] = [.file, .directory, .other]

    /// A block of `count` plain files.
    static func block(_ place: String, count: Int) -> ItemBlock {
        var block = ItemBlock(place: Array(place.utf8), placeVersion: [1, 2, 3, 4])
        let group = block.internGroup("")
        let reason = block.internReason("older than 7d")
        for number in 0..<count {
            let index = append(
                "file-\(number).log",
                version: [UInt8](repeating: 7, count: 24),
                group: group,
                to: &block
            )
            block.items[index].verdict = .remove
            block.items[index].reason = reason
            block.items[index].size = Int64(number)
        }
        return block
    }

    @discardableResult
    static func append(_ name: String, version: [UInt8], group: UInt16, to block: inout ItemBlock) -> Int {
        append(Array(name.utf8), version: version, group: group, time: Instant(seconds: 1_700_000_000), to: &block)
    }

    @discardableResult
    static func append(
        _ name: [UInt8],
        version: [UInt8],
        group: UInt16,
        time: Instant,
        to block: inout ItemBlock
    ) -> Int {
        name.withUnsafeBytes { name in
            version.withUnsafeBytes { version in
                block.append(name: name, version: version, kind: .file, group: group, time: time, size: 0)
            }
        }
    }

    /// A block of up to `limit` items that makes it as hard as it can.
    static func hostileBlock(_ generator: inout SeededGenerator, limit: Int = 40) -> ItemBlock {
        var block = ItemBlock(place: generator.hostileName(), placeVersion: generator.hostileName())
        for _ in 0..<Int.random(in: 0...limit, using: &generator) {
            let group = block.internGroup(generator.hostileText())
            let index = append(
                generator.hostileName(),
                version: generator.hostileName(),
                group: group,
                time: Instant(nanoseconds: generator.hostileNumber()),
                to: &block
            )
            block.items[index].kind = kinds.randomElement(using: &generator) ?? .file
            block.items[index].verdict = verdicts.randomElement(using: &generator) ?? .keep
            block.items[index].size = generator.hostileNumber()
            if Bool.random(using: &generator) {
                block.items[index].reason = block.internReason(generator.hostileText())
            }
            if Bool.random(using: &generator) {
                block.items[index].hold = block.internReason(generator.hostileText()) + 1
            }
        }
        return block
    }

    static func hostileResults(_ generator: inout SeededGenerator, limit: Int = 40) -> [ItemResult] {
        (0..<Int.random(in: 0...limit, using: &generator)).map { _ in
            ItemResult(
                ItemOutcome.allCases.randomElement(using: &generator) ?? .failed,
                failure: Bool.random(using: &generator) ? FailureReason.allCases.randomElement(using: &generator) : nil,
                freedBytes: generator.hostileNumber(),
                inputBytes: generator.hostileNumber(),
                outputBytes: generator.hostileNumber(),
                detail: Bool.random(using: &generator) ? generator.hostileText() : nil
            )
        }
    }

    /// A run that starts at this second.
    static func run(_ task: String, second: Int64, dryRun: Bool = false) -> RunRecord {
        let start = Instant(seconds: 1_700_000_000 + second, nanoseconds: 123_456_789)
        return RunRecord(
            id: RunID.make(at: start),
            task: task,
            cycle: "light",
            trigger: "schedule",
            requestedBy: "alice",
            dryRun: dryRun,
            startedAt: start,
            host: "replica-1",
            pid: 4711,
            epoch: 7,
            policyDigest: "policy-of-\(task)",
            cutoff: start
        )
    }

    static func end(second: Int64, _ outcome: RunOutcome = .success) -> RunEnd {
        RunEnd(outcome: outcome, durationSeconds: 1.5, endedAt: Instant(seconds: 1_700_000_000 + second))
    }

    static let tally = Tally(examined: 10, remove: 6, removeBytes: 4096, compress: 1, keep: 3)
}
