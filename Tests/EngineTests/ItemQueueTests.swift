import Retention
import State
import Support
import Testing

@testable import Engine

/// The order of items that each take their time.
@Suite struct ItemQueueTests {
    /// A plan of blocks with files of these sizes; those below zero are kept.
    private static func plan(_ sizes: [[Int64]]) -> [StoredBlock] {
        sizes.enumerated().map { sequence, sizes in
            var block = ItemBlock()
            for (number, size) in sizes.enumerated() {
                let index = block.append("f\(number)", time: EngineBench.now, size: size)
                block.items[index].verdict = size < 0 ? .keep : number.isMultiple(of: 2) ? .remove : .compress
            }
            return StoredBlock(sequence: sequence, block: block)
        }
    }

    /// All that a queue gives, and how often it read the beginning of the plan.
    private static func order(_ plan: [StoredBlock], batch: Int) throws -> (places: [ItemQueue.Place], passes: Int) {
        var queue = ItemQueue(batch: batch)
        var places: [ItemQueue.Place] = []
        var passes = 0
        func read(_ sequence: Int, _ limit: Int) -> [StoredBlock] {
            if sequence == 0 { passes += 1 }
            return Array(plan.dropFirst(sequence).prefix(limit))
        }
        while let place = try queue.next(read, effort: { item, _ in item.size }) { places.append(place) }
        let next = try queue.next(read, effort: { item, _ in item.size })
        #expect(next == nil)
        return (places, passes)
    }

    @Test func theShortestComeFirstAndEqualOnesAsTheyArePlanned() throws {
        let (places, passes) = try Self.order(Self.plan([[30, -1, 10], [], [20, 10, 5]]), batch: 100)
        #expect(places.map(\.effort) == [5, 10, 10, 20, 30])
        #expect(places.map(\.sequence) == [2, 0, 2, 2, 0])
        #expect(places.map(\.index) == [2, 2, 1, 0, 0])
        // The second one finds the end.
        #expect(passes == 2)
    }

    @Test(arguments: [1, 7, 99, 100, 101])
    func eachComesOnceHoweverFewAreInMemory(_ batch: Int) throws {
        var generator = SeededGenerator(seed: UInt64(batch))
        let sizes = (0..<10).map { _ in (0..<10).map { _ in Int64.random(in: 0..<40, using: &generator) } }
        let (places, passes) = try Self.order(Self.plan(sizes), batch: batch)
        #expect(places.count == 100)
        #expect(places == places.sorted())
        #expect(Set(places.map { "\($0.sequence) \($0.index)" }).count == 100)
        #expect(places.allSatisfy { sizes[$0.sequence][$0.index] == $0.effort })
        #expect(passes == (100 + batch - 1) / batch + 1)
    }

    @Test func anEmptyPlanHasNone() throws {
        #expect(try Self.order([], batch: 1).places.isEmpty)
    }
}
