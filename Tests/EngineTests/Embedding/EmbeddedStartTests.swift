import Engine
import Retention
import State
import Support
import Telemetry
import Testing

@Suite struct EmbeddedStartTests {
    /// Its history would be pruned, and its dead runs closed by looking into another store.
    @Test(arguments: [true, false])
    func theStateOfACleanupdIsRefusedAndLeftAsItIs(hasRun: Bool) throws {
        let bench = try EmbeddedBench([])
        let folder = try TemporaryFolder()
        let path = folder.file("state.db")
        let daemon = try SQLiteStateStore(path: path)
        if hasRun {
            try daemon.begin(
                RunRecord(
                    id: RunID.make(at: EngineBench.now),
                    task: "things",
                    trigger: "schedule",
                    dryRun: false,
                    startedAt: EngineBench.now,
                    pid: 1,
                    policyDigest: "",
                    cutoff: EngineBench.now
                )
            )
        } else {
            try daemon.setStamps([Stamp(scope: "task/things", name: "last_success", value: 1)])
        }
        let refusal = #expect(throws: EmbeddingError.self) {
            try EmbeddedEngine([bench.task], stateFile: path, registry: Registry())
        }
        #expect(refusal?.code == .foreignState)
        #expect(refusal?.message == "\(path) is the state of a cleanupd. Name a file of its own.")
        #expect(try daemon.settings().isEmpty)
        #expect(try daemon.stamps().count == (hasRun ? 0 : 1))
        withExtendedLifetime(folder) {}
    }

    @Test func itsOwnStateIsRefusedToACleanupdAndLeftAsItIs() async throws {
        let bench = try EmbeddedBench([EmbeddedBench.old("a")])
        let path = bench.stateFile
        let refusal = #expect(throws: StateError.self) { try SQLiteStateStore(path: path) }
        #expect(refusal?.code == .foreign)
        #expect(throws: StateError.self) { try SQLiteStateStore.history(path: path) }
        #expect(throws: StateError.self) { try SQLiteStateStore.storedSettings(path: path) }
        #expect(try await bench.engine.run("things", dryRun: false).counts.deleted == 1)
        let another = try bench.another([bench.task])
        #expect(try await another.run("things", dryRun: false).outcome == .success)
    }

    @Test func itsOwnStateIsUsedAgain() async throws {
        let bench = try EmbeddedBench([EmbeddedBench.old("a")])
        _ = try await bench.engine.run("things", dryRun: false)
        let again = try bench.another([bench.task])
        #expect(try await again.run("things", dryRun: false).outcome == .success)
    }

    /// An alert fires where none of those that show it leads.
    @Test func itShowsNoLeader() throws {
        let text = String(decoding: try EmbeddedBench([]).registry.render(.text), as: UTF8.self)
        #expect(text.contains("cleanup_task_runs_total"))
        #expect(!text.contains("cleanup_leader"))
    }

    @Test func alertsWaitForATaskWithAnInterval() throws {
        let bench = try EmbeddedBench([]) { $0.interval = .seconds(3600) }
        #expect(bench.sample(#"cleanup_task_schedule_interval_seconds{task="things"}"#) == 3600)
        #expect(bench.sample(#"cleanup_task_enabled{task="things"}"#) == 1)
    }

    @Test func noAlertWaitsForATaskThatIsCalledByHandAndItRuns() async throws {
        let bench = try EmbeddedBench([EmbeddedBench.old("a")])
        #expect(try await bench.engine.run("things", dryRun: false).counts.deleted == 1)
        #expect(bench.sample(#"cleanup_task_schedule_interval_seconds{task="things"}"#) == nil)
        #expect(bench.sample(#"cleanup_task_enabled{task="things"}"#) == 0)
    }
}
