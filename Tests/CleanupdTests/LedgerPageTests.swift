import Console
import Engine
import Retention
import State
import Support
import Testing

@testable import cleanupd

/// What the ledger says of items, while their run goes on and afterwards.
@Suite struct LedgerPageTests {
    private static let now = Instant(seconds: 1_800_000_000)

    /// An item of a block is recorded beside all others of it, which may wait, be worked on, or be gone already.
    @Test func whatIsPendingHasNoOutcomeBeforeItsRunHasEnded() async throws {
        let folder = try TemporaryFolder()
        let state = try SQLiteStateStore(path: folder.file("state.db"))
        let history = HistoryReader(
            state: state,
            active: ActiveRuns(),
            isAlone: true,
            tookOrphans: { _ in false },
            itemName: { _ in nil }
        )
        let run = try Self.sealedRun(["a", "b", "c"], in: state)
        #expect(try await Self.outcomes(of: run, history) == ["none", "none", "none"])
        let copied = ItemResult(.deleted, freedBytes: 7, detail: "older than 7d; its copy is vault: a.gz")
        try state.record([(0, [copied, ItemResult(.pending), ItemResult(.pending)])], of: run)
        #expect(try await Self.outcomes(of: run, history) == ["deleted", "none", "none"])
        let failed = ItemResult(.failed, failure: .timeout, detail: "c stays: its copy: vault: nothing came")
        try state.record([(0, [copied, ItemResult(.pending), failed])], of: run)
        #expect(try await Self.outcomes(of: run, history) == ["deleted", "none", "failed"])
        // It was ended before its turn came.
        try state.finish(run, RunEnd(outcome: .cancelled, endedAt: Self.now))
        #expect(try await Self.outcomes(of: run, history) == ["deleted", "not_tried", "failed"])
        withExtendedLifetime(folder) {}
    }

    private static func outcomes(of run: RunID, _ history: HistoryReader) async throws -> [String] {
        let page = try await history.items(ofRun: run.description, search: nil, after: nil, limit: 10)
        #expect(page.items.map(\.verdict) == ["remove", "remove", "remove"])
        return page.items.map { $0.outcome ?? "none" }
    }

    private static func sealedRun(_ names: [String], in state: SQLiteStateStore) throws -> RunID {
        let record = RunRecord(
            id: RunID.make(at: now),
            task: "backups",
            trigger: "schedule",
            dryRun: false,
            startedAt: now,
            pid: .max,
            policyDigest: "digest",
            cutoff: now
        )
        try state.begin(record)
        try state.append([block(names)], to: record.id)
        var tally = Tally()
        tally.remove = names.count
        _ = try state.seal(record.id, tally: tally)
        return record.id
    }

    private static func block(_ names: [String]) -> ItemBlock {
        var block = ItemBlock()
        let group = block.internGroup("")
        let reason = block.internReason("older than 7d")
        for name in names {
            let index = Array(name.utf8).withUnsafeBytes { name in
                block.append(
                    name: name,
                    version: UnsafeRawBufferPointer(start: nil, count: 0),
                    kind: .file,
                    group: group,
                    time: now,
                    size: 10
                )
            }
            block.items[index].verdict = .remove
            block.items[index].reason = reason
        }
        return block
    }
}
