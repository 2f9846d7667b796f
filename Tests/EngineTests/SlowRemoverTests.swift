import Engine
import Glibc
import Retention
import Support
import Synchronization
import Testing

/// Stores each of whose items takes its time, as one that is copied before it goes.
@Suite struct SlowRemoverTests {
    private static let deleted = #"cleanup_items_deleted_total{task="things"}"#

    @Test func eachItemIsCountedBeforeTheNextOneIsBegun() async throws {
        let bench = try EngineBench((0..<4).map { EngineBench.old("f\($0)") })
        let counted = Mutex<[Double?]>([])
        let registry = bench.registry
        bench.store.world.withLock {
            $0.itemsAtOnce = 1
            $0.onAsked = { _ in
                let sample = EngineBench.sample(Self.deleted, in: registry)
                counted.withLock { $0.append(sample) }
            }
        }
        #expect(try await bench.run(bench.task()).outcome == .success)
        #expect(counted.withLock { $0 } == [0, 1, 2, 3])
        #expect(bench.sample(Self.deleted) == 4)
    }

    @Test func aHoldFileEndsTheRunBetweenTwoItemsOfABlock() async throws {
        let folder = try TemporaryFolder()
        let bench = try EngineBench((0..<4).map { EngineBench.old("f\($0)") })
        var task = try bench.task()
        task.pace.holdFile = folder.file("hold")
        bench.store.world.withLock {
            $0.itemsAtOnce = 1
            $0.onAsked = { asked in if asked == 2 { close(creat(folder.file("hold"), 0o600)) } }
        }
        let report = try await bench.run(task)
        #expect(report.outcome == .cancelled)
        #expect(report.counts.deleted == 2)
        #expect(bench.store.names.count == 2)
        #expect(bench.sample(#"cleanup_overdue_items{task="things"}"#) == 2)
    }
}
