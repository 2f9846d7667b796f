import Coordination
import Retention
import Stores
import Support
import Synchronization
import Testing

@testable import Engine

/// What a store of an embedding program may do that is not as it should be.
@Suite(.timeLimit(.minutes(10))) struct AdoptedStoreTests {
    @Test func aListingThatThrowsRemovesNothing() async throws {
        let bench = try EmbeddedBench((0..<9).map { EmbeddedBench.old("f\($0)") })
        bench.store.world.withLock { $0.listingError = SupportError("the server is away") }
        let report = try await bench.engine.run("things", dryRun: false)
        #expect(report.outcome == .failed)
        #expect(report.message?.contains("the server is away") == true)
        #expect(bench.store.names.count == 9)
    }

    @Test(arguments: [["": "0", "0": "0"], ["": "a", "a": "b", "b": "a"]] as [[String: String]])
    func aListingWithoutAnEndRemovesNothing(nexts: [String: String]) async throws {
        let bench = try EmbeddedBench((0..<9).map { EmbeddedBench.old("f\($0)") })
        bench.store.world.withLock { $0.nexts = nexts }
        let report = try await bench.engine.run("things", dryRun: false)
        #expect(report.outcome == .failed)
        #expect(report.message?.contains("again and again") == true)
        #expect(bench.store.names.count == 9)
    }

    /// The newest comes in two parts. Counted twice, it would be both of the two that stay.
    @Test func partsThatOverlapCountEachOnce() async throws {
        let items = (0..<10).map { EmbeddedBench.old("f\($0)", days: $0 == 2 ? 8 : 10 + Int64($0)) }
        let bench = try EmbeddedBench(items, policy: Policy(keep: .init(counts: .init(last: 2))))
        bench.store.world.withLock { $0.overlap = 1 }
        let report = try await bench.engine.run("things", dryRun: false)
        #expect(report.outcome == .success)
        #expect(report.tally.examined == 10)
        #expect(report.counts.deleted == 8)
        #expect(bench.store.names == ["f0", "f2"])
    }

    /// Whatever takes its place would be taken for it.
    @Test func withoutAVersionNothingIsRemovedUnlessItIsKeptAnyway() async throws {
        var item = EmbeddedBench.old("a")
        item.version = ""
        let bench = try EmbeddedBench([item, EmbeddedBench.old("b")])
        let report = try await bench.engine.run("things", dryRun: false)
        #expect(report.outcome == .failed)
        #expect(report.message?.contains("has no version") == true)
        #expect(bench.store.names == ["a", "b"])
        bench.store.world.withLock { $0.items[0].keptBecause = "in use by job 7" }
        #expect(try await bench.engine.run("things", dryRun: false).outcome == .success)
        #expect(bench.store.names == ["a"])
    }

    @Test func whatIsGoneAfterAnErrorCountsAsRemoved() async throws {
        let bench = try EmbeddedBench(["a", "b", "c", "d"].map { EmbeddedBench.old($0) })
        bench.store.world.withLock { [store = bench.store] world in
            world.onRemoved = { candidate in
                guard candidate.name != "a" else { throw SupportError("the reply was lost") }
            }
            world.onRemove = { candidate in
                guard candidate.name != "b" else { throw SupportError("the server is away") }
                guard candidate.name == "c" else { return }
                store.world.withLock { world in
                    for index in world.items.indices where world.items[index].name == "c" {
                        world.items[index].version = "2"
                    }
                }
                throw SupportError("it is too late")
            }
        }
        let told = Details()
        let report = try await bench.engine.run("things", dryRun: false) { event in
            guard case .acted(let candidate, _, let detail?) = event else { return }
            told.byName.withLock { $0[candidate.name] = detail }
        }
        #expect(report.outcome == .partial)
        #expect(report.counts.deleted == 2)
        #expect(report.counts.changed == 1)
        #expect(report.counts.failures == [.unknown: 1])
        #expect(bench.store.names == ["b", "c"])
        let details = told.byName.withLock { $0 }
        #expect(details["a"] == "found gone after: the reply was lost")
        #expect(details["b"] == "the server is away")
    }

    /// Each of thousands would be waited for as long as the first.
    @Test func aStoreThatDoesNotAnswerIsAskedOnce() async throws {
        let store = SilentItems()
        let packing = try CandidatePacking(Policy(remove: .init(olderThan: try Age(parsing: "7d"))))
        let looks = Looks(store, patience: .milliseconds(10))
        let source = AdoptedSource(task: "things", source: store, packing: packing, looks: looks)
        var block = ItemBlock()
        for name in ["a", "b", "c"] { packing.append(EmbeddedBench.old(name), to: &block) }
        let presences = await Blocking.run { [block] in source.presence(of: block) }
        #expect(presences == [.unknown, .unknown, .unknown])
        #expect(store.looks.load(ordering: .relaxed) == 1)
    }

    /// What a run says of items, by name.
    private final class Details: Sendable {
        let byName = Mutex<[String: String]>([:])
    }

    /// Answers no look until it is broken off.
    private final class SilentItems: ItemSource {
        let looks = Atomic(0)
        private let answer = AsyncStream.makeStream(of: Void.self)

        func candidates(after position: String?) async throws -> CandidatePage { CandidatePage([]) }

        func look(at candidate: Candidate) async throws -> Sighting {
            looks.add(1, ordering: .relaxed)
            for await _ in answer.stream {}
            throw CancellationError()
        }
    }
}
