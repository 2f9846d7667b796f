import Foundation
import Retention
import State
import Support
import Synchronization
import Telemetry
import Testing

@testable import Engine

@Suite struct EmbeddedEngineTests {
    @Test func dryRunTellsWhatWouldGoAndRemovesNothing() async throws {
        let bench = try EmbeddedBench([EmbeddedBench.old("a"), EmbeddedBench.old("b", days: 1)])
        bench.store.world.withLock { $0.onRemove = { Issue.record("\($0.name) was to be removed") } }
        let events = Events()
        let report = try await bench.engine.run("things", observe: events.append)
        #expect(report.outcome == .success)
        #expect(report.dryRun)
        #expect(report.tally.remove == 1)
        #expect(report.bytes == 10)
        #expect(events.all == ["remove a: older than 7d", "young b: not older than 7d"])
        #expect(bench.store.names == ["a", "b"])
    }

    @Test func realRunRemovesWhatItPlannedAndCounts() async throws {
        let bench = try EmbeddedBench((0..<8).map { EmbeddedBench.old("f\($0)", days: $0 < 5 ? 10 : 1) })
        let events = Events()
        let report = try await bench.engine.run("things", dryRun: false, observe: events.append)
        #expect(report.outcome == .success)
        #expect(report.counts.deleted == 5)
        #expect(report.counts.freedBytes == 50)
        #expect(bench.store.names == ["f5", "f6", "f7"])
        #expect(events.all.filter { $0.hasPrefix("deleted") } == (0..<5).map { "deleted f\($0)" })
        #expect(bench.sample("cleanup_things_deleted_total") == 5)
        #expect(bench.sample(#"cleanup_task_last_success_timestamp_seconds{task="things"}"#) == 1_800_000_000)
    }

    @Test func rulesThatCountSeeAllPartsOfTheListing() async throws {
        let items = (0..<10).map { EmbeddedBench.old("f\($0)", days: 10 + Int64($0)) }
        let bench = try EmbeddedBench(items, policy: Policy(keep: .init(counts: .init(last: 4))))
        let report = try await bench.engine.run("things", dryRun: false)
        #expect(report.counts.deleted == 6)
        #expect(bench.store.names == ["f0", "f1", "f2", "f3"])
    }

    @Test func aLimitRefusesTheWholePlan() async throws {
        let bench = try EmbeddedBench((0..<5).map { EmbeddedBench.old("f\($0)") }, limits: Limits(maxItems: 4))
        let report = try await bench.engine.run("things", dryRun: false)
        #expect(report.outcome == .refused)
        #expect(report.trip?.guard == .maxItems)
        #expect(bench.store.names.count == 5)
    }

    @Test func whatHasChangedSinceItWasListedStays() async throws {
        let bench = try EmbeddedBench([EmbeddedBench.old("a"), EmbeddedBench.old("b")])
        bench.store.world.withLock { [store = bench.store] world in
            world.onRemove = { candidate in
                guard candidate.name == "a" else { return }
                store.world.withLock { $0.items[0].version = "2" }
            }
        }
        let report = try await bench.engine.run("things", dryRun: false)
        #expect(report.counts.changed == 1)
        #expect(report.counts.deleted == 1)
        #expect(bench.store.names == ["a"])
    }

    @Test func oneFailureMakesTheRunPartialAndStopsNoOther() async throws {
        let bench = try EmbeddedBench((0..<9).map { EmbeddedBench.old("f\($0)") })
        bench.store.world.withLock { $0.failing = ["f0"] }
        let report = try await bench.engine.run("things", dryRun: false)
        #expect(report.outcome == .partial)
        #expect(report.counts.failures == [.permission: 1])
        #expect(bench.store.names == ["f0"])
        #expect(bench.sample(#"cleanup_item_failures_total{task="things",reason="permission"}"#) == 1)
    }

    @Test func cancellingTheTaskEndsTheRunAtAnItem() async throws {
        let bench = try EmbeddedBench((0..<60).map { EmbeddedBench.old("f\($0)") })
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let run: Task<RunReport, any Error> = Task { [engine = bench.engine] in
            for await _ in started { break }
            return try await engine.run("things", dryRun: false)
        }
        bench.store.world.withLock { $0.onRemove = { _ in run.cancel() } }
        start.yield()
        let report = try await run.value
        #expect(report.outcome == .cancelled)
        // One on each of two threads.
        #expect(bench.store.names.count >= 58)
    }

    /// Else whoever stops it would wait for an hour.
    @Test(.timeLimit(.minutes(10))) func aPauseEndsWithTheRun() async throws {
        let bench = try EmbeddedBench((0..<9).map { EmbeddedBench.old("f\($0)") }) { task in
            task.batch = 1
            task.pause = .seconds(3600)
            task.maxDuration = .seconds(2)
        }
        let report = try await bench.engine.run("things", dryRun: false)
        #expect(report.outcome == .partial)
        #expect(report.failure == .timeout)
        // One on each of two threads.
        #expect(bench.store.names.count >= 7)
    }

    @Test func aPauseOfLessThanAMillisecondIsOne() throws {
        let bench = try EmbeddedBench([]) { $0.pause = .microseconds(1) }
        #expect(try bench.task.definition().pace.pauseMilliseconds == 1)
    }

    @Test func numbersOfAStoreThatAddUpToTooMuchEndNothing() async throws {
        var huge = ["a", "b", "c"].map { EmbeddedBench.old($0) }
        for index in huge.indices { huge[index].size = .max }
        let bench = try EmbeddedBench(huge)
        let report = try await bench.engine.run("things", dryRun: false)
        #expect(report.outcome == .success)
        #expect(report.counts.deleted == 3)
        #expect(report.counts.freedBytes == .max)
    }

    @Test func aClockThatLeaptIsBelievedOnlyIfSomebodyWatches() async throws {
        let bench = try EmbeddedBench([EmbeddedBench.old("a")])
        _ = try await bench.engine.run("things", dryRun: false)
        bench.store.world.withLock { $0.items = [EmbeddedBench.old("b")] }
        bench.clock.advance(by: 60, leap: 86_400 * 30)
        let refused = try await bench.engine.run("things", dryRun: false)
        #expect(refused.trip?.guard == .clockSkew)
        #expect(bench.store.names == ["b"])
        #expect(try await bench.engine.run("things", dryRun: false, isAttended: true).counts.deleted == 1)
    }

    /// Of a run that died after its intents were durable.
    @Test func theNextRunFindsOutWhatADeadOneDid() async throws {
        let bench = try EmbeddedBench([EmbeddedBench.old("b")])
        let state = try SQLiteStateStore(path: bench.stateFile, owner: .embedder)
        let id = RunID.make(at: EngineBench.now)
        try state.begin(
            RunRecord(
                id: id,
                task: "things",
                trigger: "api",
                dryRun: false,
                startedAt: EngineBench.now,
                pid: 1,
                policyDigest: "",
                cutoff: EngineBench.now
            )
        )
        let packing = try CandidatePacking(Policy(remove: .init(olderThan: try Age(parsing: "7d"))))
        var block = ItemBlock()
        for name in ["a", "b"] { packing.append(EmbeddedBench.old(name), to: &block) }
        let reason = block.internReason("older than 7d")
        for index in block.items.indices {
            block.items[index].verdict = .remove
            block.items[index].reason = reason
        }
        try state.append([block], to: id)
        _ = try state.seal(id, tally: Tally(examined: 2, remove: 2, removeBytes: 20))
        #expect(try await bench.engine.run("things", dryRun: false).counts.deleted == 1)
        let end = try #require(try state.run(id)?.end)
        #expect(end.counts.deleted == 1)
        #expect(end.outcome != .success)
    }

    @Test func whatCannotBeMeantIsRefusedAtTheStart() async throws {
        let bench = try EmbeddedBench([])
        let unknown = await #expect(throws: EmbeddingError.self) { try await bench.engine.run("thinks") }
        #expect(unknown?.code == .unknownTask)
        let repeated = #expect(throws: EmbeddingError.self) { try bench.another([bench.task, bench.task]) }
        #expect(repeated?.code == .repeatedTask)
        let empty = Self.changed(bench.task) { $0.policy = Policy() }
        #expect(throws: PolicyRefusal.self) { try bench.another([empty]) }
        let misnamed = Self.changed(bench.task) { $0.resource = "no metric" }
        #expect(throws: RegistryError.self) { try bench.another([misnamed]) }
    }

    private static func changed(_ task: EmbeddedTask, _ body: (inout EmbeddedTask) -> Void) -> EmbeddedTask {
        var task = task
        body(&task)
        return task
    }

    /// What a run told, sorted.
    private final class Events: Sendable {
        private let lines = Mutex<[String]>([])

        var all: [String] { lines.withLock { $0.sorted() } }

        @Sendable func append(_ event: ItemEvent) {
            let line =
                switch event {
                case .planned(let decision): "\(decision.verdict) \(decision.candidate.name): \(decision.reason)"
                case .acted(let candidate, let outcome, detail: _): "\(outcome) \(candidate.name)"
                }
            lines.withLock { $0.append(line) }
        }
    }
}
