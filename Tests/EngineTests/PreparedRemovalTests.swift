import Engine
import Retention
import Stores
import Synchronization
import Testing

/// Stores whose removals need something else, as files that are copied to a bucket before they go.
@Suite struct PreparedRemovalTests {
    @Test func aRunWhoseRemovalsCannotBePreparedFailsBeforeItsFirstDeletion() async throws {
        let bench = try EngineBench([EngineBench.old("a")])
        bench.store.world.withLock { $0.onPrepare = { throw StoreError(.unreadable, "the bucket is away") } }
        let report = try await bench.run(bench.task())
        #expect(report.outcome == .failed)
        #expect(report.message == "the bucket is away")
        #expect(bench.store.names == ["a"])
        #expect(bench.store.world.withLock { $0.asked } == 0)
    }

    @Test func aRunThatOnlyCompressesPreparesNoRemoval() async throws {
        let bench = try EngineBench([EngineBench.old("a")])
        let prepared = Mutex(0)
        bench.store.world.withLock { $0.onPrepare = { prepared.withLock { $0 += 1 } } }
        let policy = Policy(compressOlderThan: try Age(parsing: "7d"))
        let report = try await bench.run(bench.task(policy: policy))
        #expect(report.tally.compress == 1)
        #expect(bench.store.removersOpened == 1)
        #expect(prepared.withLock { $0 } == 0)
        #expect(try await bench.run(bench.task()).outcome == .success)
        #expect(prepared.withLock { $0 } == 1)
    }
}
