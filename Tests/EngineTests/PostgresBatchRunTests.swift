import Clients
import Engine
import Foundation
import Retention
import State
import Stores
import Support
import Testing

/// The engine on the real store of PostgreSQL, where rows are due and cannot be had: each run ends, and tells what stays.
@Suite(.timeLimit(.minutes(5)))
struct PostgresBatchRunTests {
    /// Rows `logs`, the first `due` of which are old; the older, the lower their number.
    private struct World {
        let bench: EngineBench
        let server: PostgresServer
        let task: TaskDefinition

        func sql(_ sql: String) throws -> String {
            try server.withConnection(as: "test") { connection in
                try connection.query(sql).map { try $0.text(0) ?? "" }.joined(separator: "\n")
            }
        }

        func ids(where condition: String = "true") throws -> [Int] {
            try sql("SELECT id FROM logs WHERE \(condition) ORDER BY id").split(separator: "\n").compactMap { Int($0) }
        }
    }

    private static func with(
        due: Int,
        batch: Int = 10,
        isIndexed: Bool = true,
        _ body: (World) async throws -> Void
    ) async throws {
        try await PostgresTestServer.shared.withDatabase { url in
            let server = PostgresServer(name: "t", settings: PostgresSettings(url: url)) { ContinuousClock.now }
            var specification = RowsSpecification(task: "rows", table: "logs")
            specification.time = ["made"]
            specification.olderThan = try Age(parsing: "30d")
            specification.allowCascade = ["keep"]
            let backend = PostgresRowsBackend(server, patience: .milliseconds(30))
            let bench = try EngineBench([])
            var task = try bench.task("rows")
            task.store = .batches(RowsStore(specification, backend: backend) { _, _, _ in [] })
            task.pace.batch = batch
            // A run that would go on for ever ends here, and is not what the test expects.
            task.runLimitSeconds = 60
            let world = World(bench: bench, server: server, task: task)
            _ = try world.sql("CREATE TABLE logs (id int PRIMARY KEY, made timestamptz NOT NULL)")
            _ = try world.sql(
                """
                INSERT INTO logs SELECT i, to_timestamp(1800000000) + i * interval '1 second'
                    - CASE WHEN i <= \(due) THEN interval '60 days' ELSE interval '1 day' END
                    FROM generate_series(1, \(due + 10)) AS i
                """
            )
            if isIndexed { _ = try world.sql("CREATE INDEX ON logs (made)") }
            try await body(world)
            server.closeIdle()
        }
    }

    /// What a run must say that left `kept` rows behind.
    private static func expect(_ kept: Int, of due: Int, _ report: RunReport, _ world: World) throws {
        #expect(report.outcome == .partial, "\(report.message ?? "")")
        #expect(report.failure == .backend)
        #expect(report.counts.deleted == due - kept)
        #expect(report.counts.failures == [.conflict: kept])
        let bench = world.bench
        #expect(bench.sample(#"cleanup_items_deleted_total{task="rows"}"#) == Double(due - kept))
        #expect(bench.sample(#"cleanup_item_failures_total{task="rows",reason="conflict"}"#) == Double(kept))
        #expect(bench.sample(#"cleanup_task_run_failures_total{task="rows",reason="backend"}"#) == 1)
        #expect(bench.sample(#"cleanup_task_run_failures_total{task="rows",reason="timeout"}"#) == 0)
        #expect(bench.sample(#"cleanup_overdue_items{task="rows"}"#) == Double(kept))
        #expect(try #require(bench.sample(#"cleanup_oldest_overdue_age_seconds{task="rows"}"#)) > 29 * 86_400)
        let id = try #require(RunID(report.id))
        #expect(try bench.state.run(id)?.end?.outcome == .partial)
        let rows = try bench.state.batches(of: id, from: 0, limit: 10_000).map { $0.rows ?? 0 }
        #expect(rows.reduce(0, +) == due - kept)
    }

    @Test func rowsThatAnotherSessionNeverLetsGoAreToldOf() async throws {
        try await Self.with(due: 40) { world in
            let (held, isHeld) = AsyncStream<Void>.makeStream()
            let mayEnd = DispatchSemaphore(value: 0)
            let holder = Thread {
                do {
                    try world.server.withConnection(as: "holder") { connection in
                        try connection.transaction(.readWrite) {
                            try connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
                            _ = try connection.query("SELECT id FROM logs WHERE id IN (3, 25) FOR UPDATE")
                            isHeld.yield()
                            mayEnd.wait()
                        }
                    }
                } catch {
                    Issue.record(error)
                    isHeld.yield()
                }
            }
            holder.start()
            for await _ in held { break }
            let report = try await world.bench.run(world.task)
            mayEnd.signal()
            try Self.expect(2, of: 40, report, world)
            #expect(report.message?.contains("2 due rows of") == true, "\(report.message ?? "")")
            #expect(try world.ids(where: "id <= 40") == [3, 25])
            #expect(try #require(world.bench.sample(#"cleanup_db_lock_timeouts_total{task="rows"}"#)) > 0)
        }
    }

    /// More rows than a batch may have, and older than all others: they must not keep those from their turn.
    @Test(arguments: [true, false], [2, 35])
    func rowsThatATriggerKeepsAreToldOfAndTheOthersGo(isIndexed: Bool, kept: Int) async throws {
        try await Self.with(due: 80, isIndexed: isIndexed) { world in
            _ = try world.sql(
                """
                CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN IF OLD.id <= \(kept) THEN RETURN NULL; END IF; RETURN OLD; END'
                """
            )
            _ = try world.sql("CREATE TRIGGER keep BEFORE DELETE ON logs FOR EACH ROW EXECUTE FUNCTION keep()")
            let report = try await world.bench.run(world.task)
            try Self.expect(kept, of: 80, report, world)
            #expect(report.message?.contains("did not let it go") == true, "\(report.message ?? "")")
            #expect(try world.ids() == Array(1...kept) + Array(81...90))
        }
    }

    /// A constraint that is deferred would be checked at COMMIT, where it undoes all rows of a batch.
    @Test func rowsThatADeferredConstraintRefusesAreToldOfAndTheOthersGo() async throws {
        try await Self.with(due: 80) { world in
            _ = try world.sql(
                """
                CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN RAISE EXCEPTION ''it is needed'' USING ERRCODE = ''23503''; END'
                """
            )
            _ = try world.sql(
                """
                CREATE CONSTRAINT TRIGGER keep AFTER DELETE ON logs DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
                    WHEN (OLD.id IN (1, 50)) EXECUTE FUNCTION keep()
                """
            )
            let report = try await world.bench.run(world.task)
            #expect(report.message?.contains("it is needed") == true, "\(report.message ?? "")")
            try Self.expect(2, of: 80, report, world)
            #expect(try world.ids() == [1, 50] + Array(81...90))
        }
    }

    @Test(arguments: [true, false])
    func rowsThatATriggerRefusesAreToldOfAndTheOthersGo(isIndexed: Bool) async throws {
        try await Self.with(due: 80, isIndexed: isIndexed) { world in
            _ = try world.sql(
                """
                CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN IF OLD.id IN (1, 50) THEN RAISE EXCEPTION ''it is needed''; END IF; RETURN OLD; END'
                """
            )
            _ = try world.sql("CREATE TRIGGER keep BEFORE DELETE ON logs FOR EACH ROW EXECUTE FUNCTION keep()")
            let report = try await world.bench.run(world.task)
            #expect(report.message?.contains("it is needed") == true, "\(report.message ?? "")")
            try Self.expect(2, of: 80, report, world)
            #expect(try world.ids() == [1, 50] + Array(81...90))
        }
    }
}
