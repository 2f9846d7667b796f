import Retention
import State
import Testing

/// The life of a run, of a saved plan and of settings in single steps: every call that a store has, each once, with what
/// it must answer. Whatever happens to the server in a step, the step must do its work exactly once.
enum StoreLife {
    struct Step: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Whether the call changes something.
        let writes: Bool
        let take: @Sendable (any StateStore) throws -> Void

        init(_ name: String, writes: Bool, take: @escaping @Sendable (any StateStore) throws -> Void) {
            testDescription = name
            self.writes = writes
            self.take = take
        }
    }

    static let record = Samples.run("logs", second: 1)
    private static let other = Samples.run("backups", second: 2)
    private static let blocks = (0..<3).map { Samples.block("dir\($0)", count: 2) }
    private static let results = [ItemResult(.deleted, freedBytes: 1), ItemResult(.gone)]
    private static let batch = BatchRecord(
        sequence: 0,
        limit: 10,
        startedAt: Instant(seconds: 5),
        rows: 3,
        seconds: 0.5
    )
    private static let end = Samples.end(second: 20)

    private static func plan(_ store: any StateStore) throws -> SavedPlan {
        let seal = try store.verify(record.id)
        return SavedPlan(
            id: "plan",
            createdAt: Instant(seconds: 1_700_000_000),
            expiresAt: Instant(seconds: 1_700_000_010),
            configurationDigest: "configuration",
            parts: [.init(task: record.task, run: record.id, seal: seal)]
        )
    }

    static let steps = writing + reading + forgetting

    private static let writing = [
        Step("begin", writes: true) { store throws in try store.begin(record) },
        Step("begin another", writes: true) { store throws in try store.begin(other) },
        Step("append two", writes: true) { store throws in
            try store.append(Array(blocks[..<2]), to: record.id)
        },
        Step("append one", writes: true) { store throws in try store.append([blocks[2]], to: record.id) },
        Step("seal", writes: true) { store throws in
            let seal = try store.seal(record.id, tally: Samples.tally)
            #expect(seal.blocks == 3)
            #expect(seal.items == 6)
        },
        Step("record results", writes: true) { store throws in
            try store.record([(0, results), (2, results)], of: record.id)
        },
        Step("record batches", writes: true) { store throws in try store.record([batch], of: record.id) },
        Step("savePlan", writes: true) { store throws in try store.savePlan(plan(store)) },
        Step("markApplied", writes: true) { store throws in
            #expect(try store.markApplied("plan", by: "alice", at: Instant(seconds: 1_700_000_005)))
        },
        Step("finish", writes: true) { store throws in try store.finish(record.id, end) },
        Step("setStamps", writes: true) { store throws in
            try store.setStamps([Stamp(scope: "b", name: "x", value: 1), Stamp(scope: "a", name: "x", value: 2)])
        },
        Step("setSetting", writes: true) { store throws in try store.setSetting("gone", to: "1") },
        Step("setSetting again", writes: true) { store throws in try store.setSetting("kept", to: "2") },
        Step("removeSetting", writes: true) { store throws in try store.removeSetting("gone") },
    ]

    private static let reading = [
        Step("run", writes: false) { store throws in
            let run = try store.run(record.id)
            #expect(run?.end == end)
            #expect(run?.seal?.items == 6)
        },
        Step("runs", writes: false) { store throws in
            #expect(try store.runs(task: nil, before: nil, limit: 9).map(\.record) == [other, record])
        },
        Step("unfinishedRuns", writes: false) { store throws in #expect(try store.unfinishedRuns() == [other])
        },
        Step("blocks", writes: false) { store throws in
            let stored = try store.blocks(of: record.id, from: 0, limit: 9)
            #expect(stored.map(\.block) == blocks)
            #expect(stored.map(\.results) == [results, nil, results])
        },
        Step("batches", writes: false) { store throws in
            #expect(try store.batches(of: record.id, from: 0, limit: 9) == [batch])
        },
        Step("batchCounts", writes: false) { store throws in
            #expect(try store.batchCounts(of: [record.id, other.id]) == [record.id: 1, other.id: 0])
        },
        Step("verify", writes: false) { store throws in try store.verify(record.id) },
        Step("savedPlan", writes: false) { store throws in
            let plan = try store.savedPlan("plan")
            #expect(plan?.appliedBy == "alice")
            #expect(plan?.parts.map(\.run) == [record.id])
        },
        Step("stamps", writes: false) { store throws in #expect(try store.stamps().map(\.value) == [2, 1]) },
        Step("settings", writes: false) { store throws in #expect(try store.settings() == ["kept": "2"]) },
        Step("isHealthy", writes: false) { store throws in try store.isHealthy() },
    ]

    private static let forgetting = [
        Step("prune items", writes: true) { store throws in
            #expect(try store.prune(runsEndedBefore: .distantPast, itemsEndedBefore: .distantFuture) == (0, 6))
        },
        Step("prune runs", writes: true) { store throws in
            #expect(try store.prune(runsEndedBefore: .distantFuture, itemsEndedBefore: .distantPast) == (1, 0))
            #expect(try store.runs(task: nil, before: nil, limit: 9).map(\.record) == [other])
            #expect(try store.savedPlan("plan") == nil)
        },
    ]
}
