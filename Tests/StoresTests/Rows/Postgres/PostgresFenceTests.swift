import Clients
import Foundation
import Retention
import Stores
import Support
import Synchronization
import Testing

/// After a newer epoch has acted on a database with a fence, no older one does.
@Suite(.timeLimit(.minutes(5))) struct PostgresFenceTests {
    /// The ways in which a batch is done.
    enum Way: String, CaseIterable {
        case stretch, pages, pick, set, singly
    }

    private func prepare(_ way: Way, _ database: PostgresRowsDatabase) throws -> RowsSpecification {
        try database.makeLogs(way == .pages ? 40_000 : 4_000, old: way == .pages ? 30_000 : 3_000)
        try database.sql("SET client_min_messages = error; DELETE FROM logs WHERE id % 50 = 7")
        var task = database.logsTask
        switch way {
        case .stretch: break
        case .pages, .pick: try database.sql("DROP INDEX logs_created_idx")
        case .set: task.action = .set([.init(column: "flag", value: .bool(false))])
        case .singly:
            try database.sql(
                """
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN IF OLD.id % 40 = 3 THEN RAISE 'this one stays'; END IF; RETURN OLD; END $$;
                CREATE TRIGGER refusing BEFORE DELETE ON logs FOR EACH ROW EXECUTE FUNCTION refuse()
                """
            )
            task.allowCascade = ["refusing"]
        }
        return task
    }

    @Test(arguments: Way.allCases) func aNewerEpochRefusesTheNextBatchOfAnOlder(_ way: Way) async throws {
        try await PostgresRowsDatabase.with(.shared) { database in
            let task = try prepare(way, database)
            #expect(try database.postgres.installFence().state == .made)
            let state = "SELECT count(*) || ' ' || sum(id) || ' ' || count(*) FILTER (WHERE flag) FROM logs"
            let older = try database.fencedRemover(task, .logs(1))
            var removed = 0
            for _ in 0..<3 { removed += try older.removeBatch(limit: 100) { false }.rows }
            #expect(removed > 0)
            #expect(try database.fenceRows() == ["task:logs 1"])

            let newer = try database.fencedRemover(task, .logs(2))
            _ = try newer.removeBatch(limit: 100) { false }
            #expect(try database.fenceRows() == ["task:logs 2"])
            let before = try database.sql(state)
            for _ in 0..<2 {
                let error = try storeError { _ = try older.removeBatch(limit: 100) { false } }
                #expect(error.code == .fenced)
                for part in ["task:logs", "epoch 2", "has 1", "logs", "\"public\".\"cleanupd_fence\""] {
                    #expect(error.message.contains(part), "\(error.message)")
                }
            }
            #expect(try database.sql(state) == before)
            #expect(try database.fenceRows() == ["task:logs 2"])

            var rest = RowsOutcome()
            try rest.drain(newer, batch: 1_000)
            #expect(rest.deleted + rest.updated > 0)
        }
    }

    @Test func eachLockAndEachScopeHasItsOwnEpochs() async throws {
        try await PostgresRowsDatabase.with(.shared) { database in
            try database.makeLogs(1_000, old: 900)
            _ = try database.postgres.installFence()
            let fences = [
                Fence(scope: "here", lock: "task:logs", epoch: 9), Fence(scope: "here", lock: "task:other", epoch: 2),
                Fence(scope: "it's there", lock: "task:logs", epoch: 1),
            ]
            for fence in fences {
                let remover = try database.fencedRemover(database.logsTask, fence)
                for _ in 0..<2 { #expect(try remover.removeBatch(limit: 10) { false }.deleted == 10) }
            }
            #expect(try database.fenceRows() == ["task:logs 1", "task:logs 9", "task:other 2"])
        }
    }

    @Test func withoutFenceOrTableNothingChanges() async throws {
        try await PostgresRowsDatabase.with(.shared) { database in
            try database.makeLogs(2_000, old: 1_000)
            var outcome = RowsOutcome()
            try outcome.drain(try database.fencedRemover(database.logsTask, .logs(1)), batch: 300)
            #expect(outcome.deleted == 1_000)
            #expect(try database.sql("SELECT count(*) FROM pg_class WHERE relname = 'cleanupd_fence'") == "0")

            #expect(try database.postgres.installFence().state == .made)
            try database.sql("INSERT INTO logs (created) SELECT '2026-01-01' FROM generate_series(1, 500)")
            var second = RowsOutcome()
            try second.drain(try database.fencedRemover(database.logsTask, nil), batch: 300)
            #expect(second.deleted == 500)
            #expect(try database.fenceRows().isEmpty)
        }
    }

    @Test func aFenceThatMayNotBeWrittenToFailsTheTask() async throws {
        try await PostgresRowsDatabase.with(.shared) { database in
            try database.makeLogs(2_000, old: 1_000)
            _ = try database.postgres.installFence()
            let (role, worker) = try database.makeWorker()
            defer { worker.client.closeIdle() }
            let refused = try storeError { _ = try worker.fencedRemover(worker.logsTask, .logs(1)) }
            #expect(refused.code == .unreadable)
            let grant = #"GRANT SELECT, INSERT, UPDATE ON "public"."cleanupd_fence" TO "\#(role)""#
            #expect(refused.message.contains(grant), "\(refused.message)")
            #expect(try worker.postgres.fence().state == .failed)

            try database.sql(grant)
            #expect(try worker.postgres.fence().state == .present)
            let remover = try worker.fencedRemover(worker.logsTask, .logs(1))
            #expect(try remover.removeBatch(limit: 100) { false }.deleted == 100)
            try database.sql("REVOKE UPDATE ON cleanupd_fence FROM \(role)")
            let revoked = try storeError { _ = try remover.removeBatch(limit: 100) { false } }
            #expect(revoked.code == .unreadable)
            #expect(revoked.message.contains("cleanupd_fence"), "\(revoked.message)")
            #expect(try database.count() == 1_900)
        }
    }

    @Test func aFenceThatIsDroppedInARunFailsIt() async throws {
        try await PostgresRowsDatabase.with(.shared) { database in
            try database.makeLogs(2_000, old: 1_000)
            _ = try database.postgres.installFence()
            let remover = try database.fencedRemover(database.logsTask, .logs(1))
            for _ in 0..<3 { #expect(try remover.removeBatch(limit: 100) { false }.deleted == 100) }
            try database.sql("DROP TABLE cleanupd_fence")
            // Not `.absent`, which would only skip the task.
            #expect(try storeError { _ = try remover.removeBatch(limit: 100) { false } }.code == .unreadable)
            #expect(try database.count() == 1_700)
        }
    }

    @Test func theFenceItselfIsNeverCleaned() async throws {
        try await PostgresRowsDatabase.with(.shared) { database in
            _ = try database.postgres.installFence()
            try database.sql("CREATE VIEW shown AS SELECT * FROM cleanupd_fence")
            for table in ["cleanupd_fence", "public.cleanupd_fence", "shown"] {
                var task = RowsSpecification(task: "t", table: table)
                (task.time, task.olderThan, task.key) = (["at"], .days(1), ["lock"])
                let error = try storeError { _ = try database.plan(task) }
                #expect(error.code == .denied)
                #expect(error.message.contains("belongs to cleanupd"), "\(error.message)")
            }
        }
    }
}
