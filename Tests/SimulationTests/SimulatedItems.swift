import Foundation
import Retention

/// What there is to clean.
struct SimulatedItem {
    let task: String
    /// What its age is counted from: true time, before the beginning of the world for most.
    var born: Int64
    /// Changes when the item does.
    var version = 0
    var isGone = false
}

/// A task: files, of which each is looked at again before it goes; or rows, whose store compares epochs.
struct SimulatedTask {
    let name: String
    let isFenced: Bool

    var lock: String { "task:\(name)" }
}

/// All items, and what each task's policy says of them: `older_than: 2h`.
final class SimulatedItems {
    static let age = 2 * Span.hour
    static let policy = Policy(remove: Policy.Remove(olderThan: Age(milliseconds: age / 1_000_000, text: "2h")))

    var all: [SimulatedItem] = []
    /// The highest epoch that has acted on the rows of each task.
    private var fences: [String: Int64] = [:]

    /// Which items of a task are eligible at `instant`; by the service's own judge.
    func eligible(_ task: String, at instant: Instant) throws -> [Int] {
        let there = all.indices.filter { all[$0].task == task && !all[$0].isGone }
        var block = ItemBlock(
            place: [],
            placeVersion: [],
            bytes: there.map { UInt8($0) },
            items: there.indices.map { item(all[there[$0]], at: $0) },
            groups: [],
            reasons: []
        )
        _ = try Judge(policy: Self.policy, now: instant).judge(&block)
        return block.items.filter { $0.verdict == .remove }.map { there[Int($0.start)] }
    }

    private func item(_ item: SimulatedItem, at index: Int) -> Item {
        Item(
            start: UInt32(index),
            nameLength: 1,
            versionLength: 0,
            kind: .file,
            group: 0,
            time: WallClock.epoch.adding(nanoseconds: item.born),
            size: 1
        )
    }

    /// Whether a batch with this epoch may act; then no smaller one may.
    func admits(_ epoch: Int64, on task: String) -> Bool {
        guard epoch >= fences[task, default: 0] else { return false }
        fences[task] = epoch
        return true
    }

    /// Whether an item is eligible by a true clock that is `allowance` ahead.
    func isEligible(_ index: Int, at now: Int64, allowance: Int64 = 0) -> Bool {
        all[index].born < now + allowance - Self.age
    }
}
