import Clients
import Foundation
import Retention
import Stores
import Support
import Testing

/// Tables of every kind: cleaned exactly, or refused.
@Suite(.tags(.d8)) struct PostgresFixtureTests {
    private func with(_ body: (PostgresRowsDatabase) async throws -> Void) async throws {
        try await PostgresRowsDatabase.with(PostgresTestServer.shared, body)
    }

    @Test func partitionedTablesAreCleanedInAllPartitions() async throws {
        try await with { database in
            try database.sql(
                """
                CREATE TABLE logs (id int, created timestamptz NOT NULL, note text) PARTITION BY LIST (id);
                CREATE TABLE logs_1 PARTITION OF logs FOR VALUES IN (1); CREATE TABLE logs_2 PARTITION OF logs FOR VALUES IN (2);
                INSERT INTO logs SELECT 1 + n % 2, timestamptz '2026-02-28 12:00Z' + (n - 499.5) * interval '1 second', n FROM generate_series(0, 999) n;
                """
            )
            var task = database.logsTask
            #expect(try database.clean(task, batch: 70).deleted == 500)
            try database.sql(
                "CREATE INDEX ON logs (created); INSERT INTO logs SELECT 1 + n % 2, '2026-01-01', n FROM generate_series(1, 300) n"
            )
            #expect(try database.clean(task, batch: 70).deleted == 300)
            task.keep.counts.last = 100
            task.olderThan = nil
            #expect(try database.clean(task, batch: 70).deleted == 400)
            #expect(try database.count(where: "created >= '2026-02-28 12:06:40Z'") == 100)
        }
    }

    @Test func tablesThatOthersInheritFromAreRefusedAndTheHeirsAreNot() async throws {
        try await with { database in
            try database.makeLogs(30, old: 20)
            try database.sql(
                "CREATE TABLE kept () INHERITS (logs); INSERT INTO kept (id, created) SELECT id + 100, '2026-01-01' FROM logs"
            )
            let error = #expect(throws: StoreError.self) { try database.plan(database.logsTask) }
            #expect(error?.code == .denied)
            #expect(error?.message.contains("Other tables inherit from logs: public.kept.") == true)
            #expect(try database.count() == 60)
            var task = database.logsTask
            task.table = "kept"
            #expect(try database.clean(task).deleted == 30)
            #expect(try database.count("ONLY logs") == 30)
            // The mark that a table once had heirs stays behind.
            try database.sql("DROP TABLE kept")
            #expect(try database.clean(database.logsTask).deleted == 20)
        }
    }

    @Test func viewsAreCleanedByTheirKeyIfPostgresCanAndTheTableBeneathIsGuarded() async throws {
        try await with { database in
            try database.makeLogs(30, old: 20)
            try database.sql(
                "CREATE VIEW seen AS SELECT id, created FROM logs WHERE id <= 15; CREATE VIEW sums AS SELECT created, count(*) AS id FROM logs GROUP BY 1"
            )
            var task = database.logsTask
            task.table = "seen"
            #expect(throws: StoreError.self) { try database.plan(task) }
            task.key = ["id"]
            #expect(try database.clean(task).deleted == 15)
            #expect(try database.count(where: "created < '2026-02-28 12:00Z'") == 5)
            try database.sql("CREATE TABLE parts (log bigint REFERENCES logs (id) ON DELETE CASCADE)")
            let error = #expect(throws: StoreError.self) { try database.plan(task) }
            #expect(error?.guardName == .cascade)
            task.table = "sums"
            #expect(throws: StoreError.self) { try database.plan(task) }
        }
    }

    @Test func foreignTablesAndMaterializedViewsAreRefused() async throws {
        try await with { database in
            try database.makeLogs(30, old: 20)
            try database.sql(
                """
                CREATE EXTENSION postgres_fdw; CREATE SERVER self FOREIGN DATA WRAPPER postgres_fdw;
                CREATE FOREIGN TABLE far (id int, created timestamptz) SERVER self; CREATE MATERIALIZED VIEW frozen AS SELECT * FROM logs;
                """
            )
            for table in ["far", "frozen", "logs_id_seq"] {
                var task = database.logsTask
                task.table = table
                let error = #expect(throws: StoreError.self) { try database.plan(task) }
                #expect(error?.code == .denied, "\(table)")
            }
        }
    }

    @Test func triggersAndRulesAreRefusedUnlessAllowed() async throws {
        try await with { database in
            try database.makeLogs(30, old: 20)
            try database.sql(
                """
                CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END';
                CREATE TRIGGER "On Delete" BEFORE DELETE ON logs FOR EACH ROW EXECUTE FUNCTION f();
                CREATE TRIGGER on_update BEFORE UPDATE ON logs FOR EACH ROW EXECUTE FUNCTION f();
                CREATE TRIGGER on_insert BEFORE INSERT ON logs FOR EACH ROW EXECUTE FUNCTION f();
                """
            )
            var task = database.logsTask
            var error = #expect(throws: StoreError.self) { try database.plan(task) }
            #expect(error?.message.contains("trigger On Delete. Nothing was removed.") == true)
            task.action = .set([.init(column: "note", value: .text("x"))])
            error = #expect(throws: StoreError.self) { try database.plan(task) }
            #expect(error?.message.contains("trigger on_update. Nothing was removed.") == true)
            // It gives the old row back, so that nothing is ever set: that must not go on for ever.
            task.allowCascade = ["on_update"]
            let vain = try database.clean(task, batch: 100)
            #expect(vain.updated == 0)
            #expect(vain.failures == [.conflict: 20])
            #expect(vain.messages.last?.contains("it is not as action.set says") == true)
            try database.sql("ALTER TABLE logs DISABLE TRIGGER on_update")
            task.allowCascade = []
            #expect(try database.clean(task).updated == 20)
            task.action = .delete
            task.allowCascade = ["On Delete"]
            #expect(try database.clean(task).deleted == 20)
            try database.sql("CREATE RULE keep AS ON DELETE TO logs DO INSTEAD NOTHING")
            error = #expect(throws: StoreError.self) { try database.plan(task) }
            #expect(error?.guardName == .cascade)
        }
    }

    @Test(arguments: [true, false])
    func aRowWhoseTriggerUndoesTheValueStaysAndTheOthersAreSet(isIndexed: Bool) async throws {
        try await with { database in
            try database.makeLogs(30, old: 20)
            if !isIndexed { try database.sql("DROP INDEX logs_created_idx") }
            try database.sql(
                """
                CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN IF NEW.id = 5 THEN NEW.note := OLD.note; END IF; RETURN NEW; END';
                CREATE TRIGGER back BEFORE UPDATE ON logs FOR EACH ROW EXECUTE FUNCTION f();
                """
            )
            var task = database.logsTask
            task.action = .set([.init(column: "note", value: .text("x"))])
            task.allowCascade = ["back"]
            let outcome = try database.clean(task)
            #expect(outcome.updated == 19)
            #expect(outcome.failures == [.conflict: 1])
            #expect(outcome.messages.contains { $0.contains("it is not as action.set says") })
            #expect(outcome.isExhausted)
            #expect(try database.count(where: "note = 'x'") == 19)
        }
    }

    @Test func rowsThatRowSecurityHidesAreLeftAndWarnedOf() async throws {
        try await with { database in
            try database.makeLogs(30, old: 20)
            try database.sql(
                """
                CREATE ROLE \(database.name)_rls LOGIN PASSWORD 'secret'; GRANT SELECT, UPDATE, DELETE ON logs TO \(database.name)_rls;
                ALTER TABLE logs ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON logs TO \(database.name)_rls USING (id % 2 = 0);
                """
            )
            let other = database.asRole("\(database.name)_rls")
            let outcome = try other.clean(other.logsTask)
            other.client.closeIdle()
            #expect(outcome.deleted == 10)
            #expect(outcome.warnings.contains { $0.contains("Row-level security applies") })
            #expect(try database.count(where: "created < '2026-02-28 12:00Z'") == 10)
            try database.sql("DROP OWNED BY \(database.name)_rls; DROP ROLE \(database.name)_rls")
        }
    }

    @Test func namesMeanTheTableThatTheRoleSeesAndNoOther() async throws {
        try await with { database in
            try database.makeLogs(30, old: 20)
            try database.sql(
                """
                CREATE SCHEMA "Other"; CREATE TABLE "Other".logs AS SELECT * FROM logs;
                CREATE TABLE "Logs" AS SELECT * FROM logs; CREATE TABLE "Other.logs" AS SELECT * FROM logs;
                CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT timestamptz '2099-01-01' $$;
                CREATE FUNCTION public.to_regclass(text) RETURNS regclass LANGUAGE sql AS $$ SELECT 'public."Logs"'::regclass $$;
                """
            )
            var task = database.logsTask
            task.table = "Other.logs"
            #expect(try database.clean(task).deleted == 20)
            #expect(try database.count("\"Other\".logs") == 10)
            #expect(try database.count() == 30)
            task.table = "Logs"
            #expect(try database.clean(task).deleted == 20)
            #expect(try database.count() == 30)
            task.table = "LOGS"
            #expect(throws: StoreError.self) { try database.plan(task) }
            task.table = "\"Other.logs\""
            #expect(try database.clean(task).deleted == 20)
            #expect(try database.count() == 30)
        }
    }

    @Test func manyRowsOfOneTimeAreDeletedInBatches() async throws {
        try await with { database in
            try database.makeLogs(3_000, old: 2_000, ties: 500)
            let old = try database.count(where: "created < '2026-02-28 12:00Z'")
            let outcome = try database.clean(database.logsTask, batch: 70)
            #expect(outcome.deleted == old)
            #expect(try database.count() == 3_000 - old)
        }
    }

    @Test func tablesThatAreNotInTheOrderOfAgeAreCleanedPageByPage() async throws {
        try await PostgresRowsDatabase.with(try .own(logStatement: "all")) { database in
            try database.sql(
                """
                CREATE TABLE logs (id int PRIMARY KEY, created timestamptz NOT NULL, note text);
                INSERT INTO logs SELECT n, timestamptz '2026-02-28 12:00Z' + (n - 29999.5) * interval '1 second', md5(n::text)
                FROM generate_series(0, 59999) n ORDER BY md5(n::text);
                CREATE INDEX ON logs (created);
                """
            )
            try database.sql("ANALYZE logs")
            for batch in [1_000, 7] {
                let start = try database.server.log().utf8.count
                let before = try database.count(where: "created < '2026-02-28 12:00Z'")
                // Somebody holds a few, which must not keep the others; a condition counts as ever.
                var outcome = RowsOutcome()
                var task = database.logsTask
                task.condition = batch == 7 ? "id < 300" : "id >= 300"
                let due = try database.count(where: "created < '2026-02-28 12:00Z' AND \(task.condition ?? "")")
                try outcome.drain(try database.remover(task), batch: batch)
                #expect(outcome.deleted == due)
                #expect(try database.count(where: "created < '2026-02-28 12:00Z'") == before - due)
                let log = String(decoding: try database.server.log().utf8.dropFirst(start), as: UTF8.self)
                #expect(log.contains("AS tid") == (batch == 1_000))
            }
            #expect(try database.count() == 30_000)
        }
    }

    @Test func tablesWithoutAnIndexAreGoneThroughOnceAroundWhatOthersHold() async throws {
        try await PostgresRowsDatabase.with(try .own()) { database in
            try database.makeLogs(60_000, old: 30_000)
            try database.sql("DROP INDEX logs_created_idx")
            let isHeld = DispatchSemaphore(value: 0)
            let isDone = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                do {
                    try database.client.withConnection(as: "holder") { connection in
                        try connection.transaction(.readWrite) {
                            _ = try connection.query("SELECT id FROM logs WHERE id % 1000 = 0 FOR UPDATE")
                            isHeld.signal()
                            Thread.sleep(forTimeInterval: 2)  // banned-ok: holds its locks for so long
                        }
                    }
                } catch {
                    Issue.record(error)
                }
                isDone.signal()
            }
            Self.wait(isHeld)
            var outcome = RowsOutcome()
            try outcome.drain(try database.remover(database.logsTask), batch: 2_000)
            Self.wait(isDone)
            #expect(outcome.deleted == 30_000)
            #expect(outcome.isExhausted)
            #expect(try database.count() == 30_000)
        }
    }

    private static func wait(_ semaphore: DispatchSemaphore) { semaphore.wait() }

    @Test func infiniteTimesAreNeverDue() async throws {
        try await with { database in
            for type in ["timestamptz", "timestamp", "date", "numeric", "double precision"] {
                let (minus, plus) = ("'-infinity'", "'infinity'")
                try database.sql(
                    "CREATE TABLE t (id int, created \(type)); INSERT INTO t VALUES (1, \(minus)), (2, \(plus))"
                )
                var task = database.logsTask
                task.table = "t"
                task.timeFormat = ["numeric", "double precision"].contains(type) ? .epoch : nil
                if task.timeFormat == .epoch { try database.sql("INSERT INTO t VALUES (3, 'NaN')") }
                #expect(try database.clean(task).deleted == 0, "\(type)")
                (task.olderThan, task.keep.counts.last) = (nil, 1)
                #expect(try database.clean(task).deleted == 0, "\(type)")
                try database.sql("DROP TABLE t")
            }
        }
    }

    @Test func datesAreMidnightsOfTheTasksZone() async throws {
        try await with { database in
            try database.sql(
                "CREATE TABLE t (id int, created date); INSERT INTO t VALUES (1, '2026-02-28'), (2, '2026-03-01')"
            )
            var task = database.logsTask
            (task.table, task.timezone, task.olderThan) = ("t", "Asia/Tokyo", Age(milliseconds: 3_600_000, text: "1h"))
            // Midnight of March 1 in Tokyo is 15:00 UTC the day before.
            let now = Instant(seconds: 1_772_366_400 - 21 * 3600 + 3600)
            try database.clean(task, now: now)
            #expect(try database.ids("t") == "2")
            try database.clean(task, now: now.adding(nanoseconds: 1_000_000))
            #expect(try database.ids("t") == "")
        }
    }

    // MARK: Rights

    @Test func aRoleWithSelectAlonePlansAndIsToldWhatItLacks() async throws {
        try await with { database in
            try database.makeLogs(30, old: 20)
            let role = "\(database.name)_reader"
            try database.sql("CREATE ROLE \(role) LOGIN PASSWORD 'secret'; GRANT SELECT ON logs TO \(role)")
            let other = database.asRole(role)
            defer { other.client.closeIdle() }
            #expect(try other.plan(other.logsTask).tally.remove == 20)
            #expect(try other.store(other.logsTask).advice().contains { $0.contains("GRANT DELETE ON") })
            #expect(throws: StoreError.self) { try other.clean(other.logsTask) }
            #expect(try database.count() == 30)
            // DELETE alone is enough, although it cannot lock.
            try database.sql("GRANT DELETE ON logs TO \(role)")
            #expect(try other.store(other.logsTask).advice().contains { $0.contains("may not lock rows") })
            #expect(try other.clean(other.logsTask).deleted == 20)
            try database.sql("DROP OWNED BY \(role); DROP ROLE \(role)")
        }
    }

    @Test func aRoleThatMayNotLockMayNotRemoveWhatRowsOwn() async throws {
        try await with { database in
            try database.makeLogs(30, old: 20)
            let role = "\(database.name)_owner"
            try database.sql("CREATE ROLE \(role) LOGIN PASSWORD 'secret'; GRANT SELECT, DELETE ON logs TO \(role)")
            let other = database.asRole(role)
            defer { other.client.closeIdle() }
            let owned = RowsOwned(column: "note", resource: "things") { _ in { _, _ in ItemResult(.deleted) } }
            let store = RowsStore(other.logsTask, backend: other.backend, owned: [owned]) { _, _, _ in [] }
            let error = #expect(throws: StoreError.self) { try other.clean(store) }
            #expect(error?.code == .denied)
            #expect(error?.message.contains("GRANT UPDATE (\"id\") ON") == true, "\(error?.message ?? "")")
            try database.sql("GRANT UPDATE (id) ON logs TO \(role)")
            #expect(try other.clean(store).deleted == 20)
            try database.sql("DROP OWNED BY \(role); DROP ROLE \(role)")
        }
    }

    @Test(.tags(.f17)) func aDryPlanLeavesNothingButReadsInTheLog() async throws {
        try await PostgresRowsDatabase.with(try .own(logStatement: "all")) { database in
            try database.makeLogs(30, old: 20)
            var task = database.logsTask
            (task.keep.atLeast, task.orphanOf) = (1, .init(column: "id", table: "logs", key: "id"))
            let start = try database.server.log().utf8.count
            let store = ReadOnlyRows(database.store(task))
            _ = try store.base.plan(
                BatchPlanRequest(now: noon, countLimit: 100, limits: Limits(maxItems: 1, maxPercent: 5))
            ) { false }
            _ = try store.base.oldestOverdue(at: noon) { false }
            _ = try store.base.advice()
            let log = String(decoding: try database.server.log().utf8.dropFirst(start), as: UTF8.self)
            let statements = log.split(separator: "\n").compactMap { line in
                line.range(of: "LOG:  ").map { String(line[$0.upperBound...]) }
            }
            #expect(statements.filter { $0.contains("BEGIN") }.allSatisfy { $0.contains("READ ONLY") })
            let verbs = statements.compactMap {
                $0.split(separator: ":", maxSplits: 1).last?.split(separator: " ").first.map { String($0) }
            }
            #expect(!verbs.isEmpty)
            #expect(Set(verbs).isSubset(of: ["SELECT", "BEGIN", "COMMIT", "SET", "WITH", "ROLLBACK"]), "\(Set(verbs))")
        }
    }

    /// What a dry run holds.
    private struct ReadOnlyRows {
        let base: any BatchStore
        init(_ base: any BatchStore) { self.base = base }
    }
}
