import Engine
import Retention
import Support
import Synchronization
import Testing

/// What is said to programs that embed the engine, to the letter.
@Suite(.timeLimit(.minutes(10))) struct EmbeddedErrorTextsTests {
    /// What a run says of items.
    private final class Details: Sendable {
        let all = Mutex<[String]>([])
    }

    private static let nine = (0..<9).map { EmbeddedBench.old("f\($0)") }

    @Test func namesOfTasksThatDoNotFitAreNamed() async throws {
        let bench = try EmbeddedBench([])
        let unknown = await #expect(throws: EmbeddingError.self) { try await bench.engine.run("logs") }
        #expect(unknown?.message == "There is no task logs. There are: things.")
        let repeated = #expect(throws: EmbeddingError.self) { try bench.another([bench.task, bench.task]) }
        #expect(repeated?.message == "Two tasks are called things. Give each a name of its own.")
    }

    @Test func aStoreThatCannotBeListedIsNamed() async throws {
        let bench = try EmbeddedBench(Self.nine)
        bench.store.world.withLock { $0.listingError = SupportError("the server is away") }
        let report = try await bench.engine.run("things", dryRun: false)
        #expect(
            report.message
                == "What there is in the store of things could not be listed: the server is away. Nothing was removed."
        )
        #expect(bench.store.names.count == 9)
    }

    @Test func aListingWithoutAnEndIsNamed() async throws {
        let bench = try EmbeddedBench(Self.nine)
        bench.store.world.withLock { $0.nexts = ["": "0", "0": "0"] }
        let report = try await bench.engine.run("things", dryRun: false)
        #expect(
            report.message
                == "The store of things lists the same part again and again. Nothing was removed. Look at its "
                + "candidates(after:)."
        )
        #expect(bench.store.names.count == 9)
    }

    @Test func aCandidateWithoutAVersionSaysWhatToDo() async throws {
        var item = EmbeddedBench.old("a")
        item.version = ""
        let bench = try EmbeddedBench([item])
        let report = try await bench.engine.run("things", dryRun: false)
        #expect(
            report.message
                == "A candidate of things has no version, so that nobody could tell whether it is still the one that was "
                + "planned. Nothing was removed. Give each a version."
        )
        #expect(bench.store.names == ["a"])
    }

    @Test func whatHasChangedSaysThatItStays() async throws {
        let bench = try EmbeddedBench([EmbeddedBench.old("a")])
        bench.store.world.withLock { [store = bench.store] world in
            world.onRemove = { _ in
                store.world.withLock { $0.items[0].version = "2" }
            }
        }
        let told = Details()
        let report = try await bench.engine.run("things", dryRun: false) { event in
            guard case .acted(_, _, let detail?) = event else { return }
            told.all.withLock { $0.append(detail) }
        }
        #expect(report.counts.changed == 1)
        let details = told.all.withLock { $0 }
        #expect(details == ["it is not the one that was planned; it stays"])
        #expect(bench.store.names == ["a"])
    }
}
