import Retention
import State

/// Gives the items of a sealed plan one after the other, those that take the least first: one that takes longer than a run
/// lasts must not keep the others waiting, run after run.
///
/// Some thousand places are in memory at a time, however many items there are; for each such batch the plan is read again.
struct ItemQueue {
    /// Where an item stands in the plan.
    struct Place: Sendable, Comparable {
        /// How long it takes, compared with others.
        let effort: Int64
        /// Of its block.
        let sequence: Int
        /// In the block.
        let index: Int

        static func < (left: Place, right: Place) -> Bool {
            (left.effort, left.sequence, left.index) < (right.effort, right.sequence, right.index)
        }
    }

    private static let blocksAtOnce = 8

    private let batch: Int
    private var waiting: ArraySlice<Place> = []
    /// The last place that was given.
    private var last: Place?
    private var isAtEnd = false

    /// - Parameter batch: places in memory; while the plan is read, about twice as many.
    init(batch: Int = 16_384) {
        self.batch = batch
    }

    /// The next one that is to be acted on; `nil` at the end.
    /// - Parameters:
    ///   - read: gives at most as many blocks of the plan, from a sequence on.
    ///   - effort: how long an item takes; the same each time.
    mutating func next(
        _ read: (_ sequence: Int, _ limit: Int) throws -> [StoredBlock],
        effort: (Item, ItemBlock) -> Int64
    ) throws -> Place? {
        if waiting.isEmpty, !isAtEnd {
            waiting = try least(read, effort)[...]
            isAtEnd = waiting.isEmpty
        }
        guard let place = waiting.popFirst() else { return nil }
        last = place
        return place
    }

    /// The next batch, in order.
    private func least(
        _ read: (_ sequence: Int, _ limit: Int) throws -> [StoredBlock],
        _ effort: (Item, ItemBlock) -> Int64
    ) throws -> [Place] {
        var least: [Place] = []
        var sequence = 0
        while true {
            let blocks = try read(sequence, Self.blocksAtOnce)
            guard let end = blocks.last else { break }
            sequence = end.sequence + 1
            for stored in blocks {
                for (index, item) in stored.block.items.enumerated() where item.verdict.isActedOn {
                    let place = Place(effort: effort(item, stored.block), sequence: stored.sequence, index: index)
                    if last.map({ $0 < place }) ?? true { least.append(place) }
                }
            }
            if least.count >= 2 * batch { cut(&least) }
        }
        cut(&least)
        return least
    }

    private func cut(_ places: inout [Place]) {
        places.sort()
        if places.count > batch { places.removeLast(places.count - batch) }
    }
}
