import Engine
import Retention
import Support
import Synchronization
import Testing

/// Stores that change what they work in as a whole, such as a file of records.
@Suite struct GroupedRemoverTests {
    /// Four items lie in a block.
    @Test(arguments: [
        (wanted: 1, groups: Array(repeating: 1, count: 25)), (wanted: 4, groups: Array(repeating: 1, count: 25)),
        (wanted: 38, groups: [10, 10, 5]), (wanted: 40, groups: [10, 10, 5]), (wanted: 1_000, groups: [25]),
    ])
    func asManyBlocksAreGivenAtOnceAsItemsAreLiked(wanted: Int, groups: [Int]) async throws {
        let bench = try EngineBench((0..<100).map { EngineBench.old("f\($0)") }, workers: 2)
        bench.store.world.withLock { $0.itemsAtOnce = wanted }
        #expect(try await bench.run(bench.task()).outcome == .success)
        #expect(bench.store.names.isEmpty)
        #expect(bench.store.world.withLock { $0.groups } == groups)
        #expect(EngineBench.sample(#"cleanup_items_deleted_total{task="things"}"#, in: bench.registry) == 100)
    }
}
