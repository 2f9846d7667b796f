import Dispatch
import Retention
import State
import Support
import Synchronization
import Testing

/// What every state store does with plans and outcomes.
struct LedgerConformanceTests {
    @Test(arguments: Backend.all)
    func givesBackThePlanInOrder(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let run = Samples.run("logs", second: 1)
        let blocks = (0..<10).map { Samples.block("dir\($0)", count: $0) }
        try store.begin(run)
        try store.append(Array(blocks[..<3]), to: run.id)
        try store.append([], to: run.id)
        try store.append(Array(blocks[3...]), to: run.id)
        let seal = try store.seal(run.id, tally: Samples.tally)

        #expect(seal.blocks == 10)
        #expect(seal.items == 45)
        #expect(seal.digest.count == 64)
        let stored = try store.blocks(of: run.id, from: 0, limit: 100)
        #expect(stored == blocks.enumerated().map { StoredBlock(sequence: $0, block: $1) })
        #expect(try store.blocks(of: run.id, from: 4, limit: 3) == Array(stored[4..<7]))
        #expect(try store.blocks(of: run.id, from: 10, limit: 3).isEmpty)
    }

    @Test(arguments: Backend.all)
    func remembersSealAndTallyWithTheRun(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let run = Samples.run("logs", second: 1)
        try store.begin(run)
        try store.append([Samples.block("dir", count: 3)], to: run.id)
        let seal = try store.seal(run.id, tally: Samples.tally)

        var counts = RunCounts()
        counts.examined = 10
        counts.remove = 6
        counts.compress = 1
        counts.keep = 3
        counts.plannedBytes = 4096
        #expect(try backend.open(folder).run(run.id) == StoredRun(record: run, counts: counts, seal: seal))
    }

    @Test(arguments: Backend.all)
    func sealsAnEmptyPlan(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let run = Samples.run("logs", second: 1)
        try store.begin(run)
        let seal = try store.seal(run.id, tally: Tally())
        #expect(seal.blocks == 0)
        #expect(seal.items == 0)
        #expect(try store.verify(run.id) == seal)
    }

    @Test(arguments: Backend.all)
    func equalPlansHaveEqualDigestsAndOthersDoNot(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let template = Samples.run("logs", second: 1)
        func digest(_ change: (inout RunRecord) -> Void, _ blocks: [ItemBlock]) throws -> String {
            var run = template
            run.id = RunID.make(at: run.startedAt)
            change(&run)
            try store.begin(run)
            try store.append(blocks, to: run.id)
            return try store.seal(run.id, tally: Samples.tally).digest
        }
        let two = [Samples.block("a", count: 2), Samples.block("b", count: 2)]
        let digests = [
            try digest({ _ in }, two),
            try digest({ $0.task = "log" }, two),
            try digest({ $0.policyDigest = "other" }, two),
            try digest({ $0.cutoff = .distantPast }, two),
            try digest({ _ in }, two.reversed()),
            try digest({ _ in }, [two[0]]),
            try digest({ _ in }, []),
        ]
        #expect(Set(digests).count == digests.count)
        #expect(try digest({ $0.pid = 1 }, two) == digests[0])
    }

    @Test(arguments: Backend.all)
    func closesThePlanAtItsSeal(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let run = Samples.run("logs", second: 1)
        let block = Samples.block("dir", count: 1)
        expectError(.notFound) { try store.append([block], to: run.id) }
        expectError(.notFound) { _ = try store.seal(run.id, tally: Samples.tally) }
        expectError(.notFound) { _ = try store.blocks(of: run.id, from: 0, limit: 1) }
        try store.begin(run)
        expectError(.conflict) { try store.verify(run.id) }
        _ = try store.seal(run.id, tally: Samples.tally)
        expectError(.conflict) { try store.append([block], to: run.id) }
        expectError(.conflict) { _ = try store.seal(run.id, tally: Samples.tally) }
    }

    @Test(arguments: Backend.all)
    func closesThePlanAtTheEndOfTheRun(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let run = Samples.run("logs", second: 1)
        try store.begin(run)
        try store.finish(run.id, Samples.end(second: 2))
        expectError(.conflict) { try store.append([Samples.block("dir", count: 1)], to: run.id) }
        expectError(.conflict) { _ = try store.seal(run.id, tally: Samples.tally) }
    }

    @Test(arguments: Backend.all)
    func recordsOutcomesBesideTheirBlocks(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let run = try Self.sealedRun(in: store, blocks: 3)
        let failed = ItemResult(.failed, failure: .permission, detail: "dir/file-1.log: not permitted")
        try store.record([(1, [ItemResult(.pending), ItemResult(.pending)])], of: run)
        try store.record(
            [(2, [ItemResult(.gone), failed]), (1, [ItemResult(.deleted, freedBytes: 4096), ItemResult(.inUse)])],
            of: run
        )
        let stored = try backend.open(folder).blocks(of: run, from: 0, limit: 10)
        #expect(stored[0].results == nil)
        #expect(stored[1].results == [ItemResult(.deleted, freedBytes: 4096), ItemResult(.inUse)])
        #expect(stored[2].results == [ItemResult(.gone), failed])
        try store.verify(run)
    }

    @Test(arguments: Backend.all)
    func recordsNoOutcomesThatDoNotFitThePlan(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let fitting = [ItemResult(.deleted), ItemResult(.deleted)]
        let open = Samples.run("logs", second: 1)
        try store.begin(open)
        try store.append([Samples.block("dir", count: 2)], to: open.id)
        expectError(.conflict) { try store.record([(0, fitting)], of: open.id) }

        let run = try Self.sealedRun(in: store, blocks: 2)
        expectError(.conflict) { try store.record([(0, fitting), (1, [ItemResult(.deleted)])], of: run) }
        expectError(.conflict) { try store.record([(0, fitting), (2, fitting)], of: run) }
        #expect(try store.blocks(of: run, from: 0, limit: 10).allSatisfy { $0.results == nil }, "all or nothing")
    }

    private static func sealedRun(in store: any StateStore, blocks: Int) throws -> RunID {
        let run = Samples.run("logs", second: 2)
        try store.begin(run)
        try store.append((0..<blocks).map { Samples.block("dir\($0)", count: 2) }, to: run.id)
        _ = try store.seal(run.id, tally: Samples.tally)
        return run.id
    }

    @Test(arguments: Backend.all)
    func takesBlocksFromManyThreads(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let stores = [try backend.open(folder), try backend.open(folder)]
        let run = Samples.run("logs", second: 1)
        try stores[0].begin(run)
        let errors = Mutex<[any Error]>([])
        DispatchQueue.concurrentPerform(iterations: 40) { index in
            do {
                let blocks = [Samples.block("\(index)-0", count: 1), Samples.block("\(index)-1", count: 1)]
                try stores[index % 2].append(blocks, to: run.id)
            } catch {
                errors.withLock { $0.append(error) }
            }
        }
        #expect(errors.withLock { $0.map { "\($0)" } } == [])
        #expect(try stores[0].seal(run.id, tally: Tally()).blocks == 80)
        let stored = try stores[1].blocks(of: run.id, from: 0, limit: 100)
        #expect(stored.map(\.sequence) == Array(0..<80))
        // Blocks of one call stay together.
        for pair in stride(from: 0, to: 80, by: 2) {
            let places = stored[pair...pair + 1].map { String(decoding: $0.block.place, as: UTF8.self) }
            #expect(places[0].dropLast(2) == places[1].dropLast(2))
        }
    }
}
