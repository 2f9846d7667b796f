import Engine
import Retention
import State
import Testing

/// What is found out of a run whose process died.
@Suite struct RecoveryTests {
    /// A run of which the first item is recorded, and the last one was removed before it could be.
    @Test func whatWasRecordedStaysAndAllElseIsLookedAt() throws {
        let bench = try EngineBench([EngineBench.old("b"), EngineBench.old("c")])
        let program = try bench.program([bench.task()])
        let run = RunRecord(
            id: RunID.make(at: EngineBench.now),
            task: "things",
            trigger: "schedule",
            dryRun: false,
            startedAt: EngineBench.now,
            pid: .max,
            policyDigest: "digest of things",
            cutoff: EngineBench.now
        )
        try bench.state.begin(run)
        try bench.state.append([Self.block(["a", "b", "c", "d"])], to: run.id)
        var tally = Tally()
        tally.remove = 4
        _ = try bench.state.seal(run.id, tally: tally)
        let copied = ItemResult(.deleted, freedBytes: 7, detail: "older than 7d; its copy is vault: a.gz")
        let pending = [ItemResult](repeating: ItemResult(.pending), count: 3)
        try bench.state.record([(0, [copied] + pending)], of: run.id)

        Recovery(runner: bench.runner).run(program)

        let gone = ItemResult(.deleted, detail: "found gone after a crash")
        let found = try bench.state.blocks(of: run.id, from: 0, limit: 2).map(\.results)
        #expect(found == [[copied, ItemResult(.notTried), ItemResult(.notTried), gone]])
        let end = try #require(try bench.state.run(run.id)?.end)
        #expect(end.counts.deleted == 2 && end.counts.freedBytes == 7)
    }

    private static func block(_ names: [String]) -> ItemBlock {
        var block = ItemBlock()
        let reason = block.internReason("older than 7d")
        for name in names {
            let index = block.append(name, time: EngineBench.now, size: 10)
            block.items[index].verdict = .remove
            block.items[index].reason = reason
        }
        return block
    }
}
