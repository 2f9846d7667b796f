import Coordination
import Retention
import Support
import Testing

/// A long line: everything goes in and out once, with many schedulers and workers at a time.
@Suite(.timeLimit(.minutes(Scale.minutes(5))), .tags(.r7))
struct QueueBacklogTests {
    private static let count = Scale.rounds(5_000, nightly: 100_000)
    private static let hands = 32

    @Test func eachJobOfALongLineIsDoneOnce() async throws {
        let before = try residentBytes()
        try await QueueWorld.with(.redis) { world in
            let queue = world.queue
            let enqueued = try await Self.together { try await Self.enqueue(to: queue, hand: $0) }
            // Each is asked for by two hands.
            #expect(enqueued == Self.count)
            let figures = try await queue.figures()
            #expect(figures.waiting == Self.count)
            let first = try await queue.jobs([.waiting], offset: Self.count - 1, limit: 5)
            #expect(first.count == 1, "the last page of a long list")
            let none = try await queue.jobs([.failed], offset: 0, limit: 5)
            #expect(none.isEmpty)
            let done = try await Self.together { hand in
                var count = 0
                while let claim = try await queue.claim(worker: "w\(hand)") {
                    count += try await queue.complete(claim) ? 1 : 0
                }
                return count
            }
            #expect(done == Self.count)
            let after = try await queue.figures()
            #expect(after.waiting == 0 && after.active == 0 && after.stalledTotal == 0)
            let kept = try await queue.jobs(Set(JobState.allCases), offset: 0, limit: 1000)
            #expect(kept.count == 100)
            // The line is in Redis; what the other tests of this turn take is among it.
            #expect(try residentBytes() - before < 256 << 20)
        }
    }

    private static func enqueue(to queue: any JobQueue, hand: Int) async throws -> Int {
        var count = 0
        for index in stride(from: hand / 2, to: Self.count, by: Self.hands / 2) {
            let answer = try await queue.enqueue(.of("c\(index)"), epoch: 1)
            count += answer == .enqueued ? 1 : 0
        }
        return count
    }

    private static func together(_ body: @escaping @Sendable (Int) async throws -> Int) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for hand in 0..<hands { group.addTask { try await body(hand) } }
            return try await group.reduce(0, +)
        }
    }
}
