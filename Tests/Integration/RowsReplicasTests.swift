import Foundation
import Support
import Testing

/// Several programs, each with a state of its own, that clean the same table at the same time.
@Suite(.timeLimit(.minutes(Scale.minutes(10))))
struct RowsReplicasTests {
    /// Waits at its gate, so that both are under way before either removes anything; and goes in small steps.
    private static let tasks = """
        tasks:
          logs:
            rows: { in: app, table: logs, time: created_at }
            remove: { older_than: 30d }
            pace: { batch: 20, pause: 10ms, health: { in: app, query: "SELECT is_open FROM gate" } }
        """

    private struct End {
        var code: Int32
        var lines: [String]
        var metrics: Exposition

        var deleted: Double { metrics.sum("cleanup_items_deleted_total", task: "logs") }
    }

    private static func run(_ name: String, _ world: RowsWorld, atGate: () async throws -> Void) async throws -> End {
        let cleanupd = try world.replica(name, tasks)
        return try await withRunning(cleanupd, ["run", "--force", "logs"] + world.metricsFile(name)) { running in
            try await running.waitFor("cleanup_throttled")
            try await atGate()
            let (code, lines) = await running.end()
            return End(code: code, lines: lines, metrics: try await world.metrics(name))
        }
    }

    @Test(.tags(.d10), arguments: RowsWorld.Engine.allCases)
    func eachRowGoesOnceAndTheCountersTogetherAreTheRows(_ engine: RowsWorld.Engine) async throws {
        try await RowsWorld.with(engine, due: 4_000) { world in
            let (arrivals, arrive) = AsyncStream<Void>.makeStream()
            async let first = Self.run("first", world) { arrive.yield() }
            async let second = Self.run("second", world) { arrive.yield() }
            var waiting = arrivals.makeAsyncIterator()
            for _ in 0..<2 { await waiting.next() }
            #expect(try await world.count() == 4_000 + RowsWorld.young)
            try await world.sql("UPDATE gate SET is_open = 1")
            let ends = [try await first, try await second]
            for end in ends {
                #expect(end.code == 0, "\(end.lines.joined(separator: "\n"))")
                #expect(end.deleted > 0, "it had no part in it")
                #expect(end.metrics.sum("cleanup_item_failures_total", task: "logs") == 0)
                #expect(end.metrics.sum("cleanup_task_run_failures_total", task: "logs") == 0)
                #expect(end.metrics.sum("cleanup_db_batch_rows_sum", task: "logs") == end.deleted)
            }
            #expect(ends.map(\.deleted).reduce(0, +) == 4_000)
            #expect(try await world.count() == RowsWorld.young)
            #expect(try await world.count(where: "id > 4000") == RowsWorld.young)
            for name in ["first", "second"] {
                let query = "SELECT outcome, deleted = (SELECT sum(rows) FROM batch) FROM run"
                #expect(try await world.state(name, query) == "success|1")
            }
        }
    }

    /// Two to eight at once, of any number of rows.
    @Test(.tags(.d10)) func howeverManyCleanATableEachRowGoesOnce() async throws {
        let seed = Scale.seed(107)
        var random = SeededGenerator(seed: seed)
        for round in 0..<Scale.rounds(10, nightly: 5_000) {
            let names = (1...Int.random(in: 2...8, using: &random)).map { "program-\($0)" }
            let due = Int.random(in: 100...1_500, using: &random)
            let engine = RowsWorld.Engine.allCases[round % 2]
            let when = "round \(round), seed \(seed): \(names.count) programs, \(due) rows of \(engine)"
            try await RowsWorld.with(engine, due: due) { world in
                let ends = try await Self.runAtOnce(names, world)
                for end in ends {
                    #expect(end.code == 0, "\(when): \(end.lines.joined(separator: "\n"))")
                    #expect(end.metrics.sum("cleanup_db_batch_rows_sum", task: "logs") == end.deleted, "\(when)")
                }
                #expect(ends.map(\.deleted).reduce(0, +) == Double(due), "\(when): \(ends.map(\.deleted))")
                #expect(try await world.count() == RowsWorld.young, "\(when)")
                #expect(try await world.count(where: "id > \(due)") == RowsWorld.young, "\(when)")
                for name in names {
                    let query = "SELECT outcome, deleted = coalesce((SELECT sum(rows) FROM batch), 0) FROM run"
                    #expect(try await world.state(name, query) == "success|1", "\(when)")
                }
            }
        }
    }

    /// All wait at the gate before any removes anything.
    private static func runAtOnce(_ names: [String], _ world: RowsWorld) async throws -> [End] {
        let (arrivals, arrive) = AsyncStream<Void>.makeStream()
        return try await withThrowingTaskGroup(of: End.self) { group in
            for name in names {
                group.addTask { try await run(name, world) { arrive.yield() } }
            }
            var waiting = arrivals.makeAsyncIterator()
            for _ in names { await waiting.next() }
            try await world.sql("UPDATE gate SET is_open = 1")
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}
