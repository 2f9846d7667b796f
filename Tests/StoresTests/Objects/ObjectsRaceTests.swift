import Clients
import Foundation
import Retention
import Support
import Synchronization
import Testing

@testable import Stores

/// 5,000 objects whose owners write some of them anew while they are removed: none of those may be lost.
///
/// On SeaweedFS, which compares and deletes in one step where a request names one key; of a batch of DeleteObjects, whose
/// ETags it heeds as well, one of 2,177 was lost in one of six such races, because it compares first there. OpenStack Swift compares first and deletes then, so that what is
/// written in between is lost there (2 of 437 objects in such a race); no client can see that.
@Suite("Objects: a race with those who write", .tags(.s1))
struct ObjectsRaceTests {
    private static let count = Scale.rounds(5_000, nightly: 200_000)

    @Test func whatIsWrittenMeanwhileIsNeverLost() async throws {
        let count = Self.count
        try await ObjectsWorld.with(.seaweed) { world in
            try await world.put((0..<count).map { "k/\($0)" })
            let specification = ObjectsSpecification(prefix: "k/")
            let plan = try await world.plan(specification, try .older(than: "30d"))
            #expect(plan.tally.remove == count)
            let written = Mutex<[String: String]>([:])
            let end = End()
            async let writing: Void = write(world.client, count, until: end, seed: 31) { key, etag in
                written.withLock { $0[key] = etag }
            }
            _ = try await eventually(seconds: 60, every: .milliseconds(5)) {
                written.withLock { $0.count >= 100 } ? true : nil
            }
            let results = try await world.act(plan, specification)
            end.come()
            try await writing
            let mustLive = written.withLock { $0 }
            let left = Dictionary(
                try await world.objects().map { ($0.key, $0.etag) },
                uniquingKeysWith: { one, _ in one }
            )
            #expect(mustLive.count >= 200, "seed 31")
            for (key, etag) in mustLive { #expect(left[key] == etag, "\(key), seed 31") }
            #expect(left.count == mustLive.count, "seed 31")
            #expect(results.count(.failed) == 0)
            #expect(results.count(.deleted) + results.count(.changed) + results.count(.gone) == count)
            #expect(results.count(.changed) >= 100)
        }
    }

    /// Eight at once, of random keys; each body is another.
    private func write(
        _ client: S3Client,
        _ count: Int,
        until end: End,
        seed: UInt64,
        _ note: @escaping @Sendable (String, String) -> Void
    ) async throws {
        var random = SeededGenerator(seed: seed)
        var number = 0
        while !end.hasCome {
            // Of one round each key once: of two writers at once nobody knows who was last.
            let keys = Set((0..<8).map { _ in "k/\(Int.random(in: 0..<count, using: &random))" })
            number += 1
            let body = Array("round \(number)".utf8)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for key in keys {
                    group.addTask { note(key, try await client.put(key: key, body: body).etag) }
                }
                try await group.waitForAll()
            }
        }
    }
}

/// Those who write may stop.
private final class End: Sendable {
    private let state = Atomic(false)

    var hasCome: Bool { state.load(ordering: .acquiring) }

    fileprivate func come() { state.store(true, ordering: .releasing) }
}
