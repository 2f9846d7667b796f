import Clients
import Foundation
import Retention
import Stores
import Support
import Synchronization
import Testing

/// Batches while others work against them.
@Suite(.serialized) struct PostgresInterferenceTests {
    @Test(.tags(.d1)) func killedSessionsNeitherLoseNorDoubleARow() async throws {
        try await PostgresRowsDatabase.with(try .own()) { database in
            try database.makeLogs(60_000, old: 40_000)
            let kills = Mutex(0)
            let random = Mutex(SeededGenerator(seed: Scale.seed(1)))
            let wanted = Scale.rounds(100, nightly: 3_000)
            let batches = Mutex(0)
            let budget = Mutex((batches: -1, left: 0))
            let killer = Nuisance {
                let pause = random.withLock { Double.random(in: 0.001...0.03, using: &$0) }
                Thread.sleep(forTimeInterval: pause)  // banned-ok: kills at random moments
                // On a slow machine a batch lasts longer than the pause: mostly one gets through between two kills.
                let now = batches.withLock { $0 }
                let most = random.withLock { $0.oneIn(4) ? 6 : 1 }
                let mayKill = budget.withLock { budget in
                    if budget.batches != now { budget = (now, most) }
                    return budget.left > 0
                }
                guard mayKill else { return }
                let killed = try database.server.sql(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'cleanupd/logs' AND state <> 'idle'"
                )
                kills.withLock { $0 += Int(killed) ?? 0 }
                budget.withLock { $0.left -= Int(killed) ?? 0 }
            }
            var outcome = RowsOutcome()
            var rounds = 0
            while kills.withLock({ $0 }) < wanted, rounds < 2 * wanted {
                rounds += 1
                let before = try database.count()
                var round = RowsOutcome()
                do {
                    let remover = try database.remover(database.logsTask)
                    while !round.isExhausted {
                        let result = try remover.removeBatch(limit: 300) { false }
                        round.deleted += result.deleted
                        round.retries += result.retries
                        round.isExhausted = result.isExhausted
                        batches.withLock { $0 += 1 }
                    }
                } catch let error as StoreError {
                    // Killed more often in a row than is put up with; what was counted must still be right.
                    #expect(error.code == .missing)
                }
                #expect(try database.count() == before - round.deleted)
                outcome.deleted += round.deleted
                outcome.retries += round.retries
                try database.sql(
                    "INSERT INTO logs (created) SELECT '2026-01-01' FROM generate_series(1, \(round.deleted))"
                )
            }
            try killer.stop()
            #expect(kills.withLock { $0 } >= wanted)
            #expect(outcome.retries > 0)
        }
    }

    @Test(.tags(.d2)) func aCommitWithoutAnswerIsCountedOnlyIfItTookPlace() async throws {
        try await PostgresRowsDatabase.with(try .own()) { database in
            let rows = 40 * Scale.rounds(100, nightly: 2_000)
            // The session that commits is killed in its commit, after all else is done: every second time before it
            // counts.
            try database.sql(
                """
                CREATE TABLE logs (id int PRIMARY KEY, created timestamptz NOT NULL);
                INSERT INTO logs SELECT n, '2026-01-01' FROM generate_series(1, \(rows)) n;
                CREATE INDEX ON logs (created);
                CREATE SEQUENCE deaths;
                CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF nextval('deaths') % 2 = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER die AFTER DELETE ON logs DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
                    WHEN (OLD.id % 40 = 0) EXECUTE FUNCTION die();
                CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN SET CONSTRAINTS die DEFERRED; RETURN NULL; END $$;
                CREATE TRIGGER late BEFORE DELETE ON logs FOR EACH STATEMENT EXECUTE FUNCTION late();
                """
            )
            var task = database.logsTask
            task.allowCascade = ["die", "late"]
            var outcome = RowsOutcome()
            try outcome.drain(try database.remover(task), batch: 40)
            #expect(outcome.retries >= rows / 80)
            #expect(outcome.deleted == rows)
            #expect(try database.count() == 0)
        }
    }

    @Test func statementsThatTheSessionHasForgottenArePreparedAnew() async throws {
        try await PostgresRowsDatabase.with(PostgresTestServer.shared) { database in
            try database.makeLogs(300, old: 200)
            let remover = try database.remover(database.logsTask)
            // What comes for the second time is prepared.
            for _ in 0..<2 { #expect(try remover.removeBatch(limit: 50) { false }.deleted == 50) }
            try database.client.withConnection(as: "logs") { try $0.executeScript("DEALLOCATE ALL") }
            let stale = try remover.removeBatch(limit: 50) { false }
            #expect(stale.retries == 1)
            #expect(stale.deleted == 0)
            #expect(try remover.removeBatch(limit: 50) { false }.deleted == 50)
            var outcome = RowsOutcome()
            try outcome.drain(remover, batch: 50)
            #expect(outcome.deleted == 50)
            #expect(outcome.failures.isEmpty)
        }
    }

    @Test(.tags(.d2)) func aCommitOfWhichNobodyCanTellEndsTheRun() async throws {
        try await PostgresRowsDatabase.with(try .own()) { database in
            try database.makeLogs(300, old: 200)
            try database.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
            try database.sql("SELECT pg_reload_conf()")
            let killer = Nuisance {
                Thread.sleep(forTimeInterval: 0.02)  // banned-ok: kills again and again
                // As if the server had crashed meanwhile.
                try database.server.sql(
                    """
                    SELECT pg_stat_reset_shared('bgwriter'), pg_terminate_backend(pid)
                    FROM pg_stat_activity WHERE wait_event = 'SyncRep'
                    """
                )
            }
            let remover = try database.remover(database.logsTask)
            let error = #expect(throws: StoreError.self) { try remover.removeBatch(limit: 40) { false } }
            #expect(error?.message.contains("cannot be found out") == true)
            // Of an optional connection, what is missing is no failure.
            #expect(error?.code == .unreadable)
            try database.sql("ALTER SYSTEM RESET synchronous_standby_names")
            try database.sql("SELECT pg_reload_conf()")
            try killer.stop()
            // It took place.
            #expect(try database.count() == 260)
        }
    }

    @Test(.tags(.d2)) func aCommitThatTookPlaceButWasNotAnsweredIsCounted() async throws {
        try await PostgresRowsDatabase.with(try .own()) { database in
            try database.makeLogs(300, old: 200)
            // The commit is done, and its answer waits for a standby that never comes, until the session is killed.
            try database.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
            try database.sql("SELECT pg_reload_conf()")
            let killed = Mutex(0)
            let killer = Nuisance {
                Thread.sleep(forTimeInterval: 0.02)  // banned-ok: kills again and again
                let count = try database.server.sql(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
                )
                killed.withLock { $0 += Int(count) ?? 0 }
            }
            var outcome = RowsOutcome()
            try outcome.drain(try database.remover(database.logsTask), batch: 40)
            try database.sql("ALTER SYSTEM RESET synchronous_standby_names")
            try database.sql("SELECT pg_reload_conf()")
            try killer.stop()
            #expect(outcome.deleted == 200)
            #expect(try database.count() == 100)
            #expect(killed.withLock { $0 } >= 5)
        }
    }

    @Test(.tags(.d3)) func rowsThatOthersHoldAreSkippedAndDoneAtTheEnd() async throws {
        try await PostgresRowsDatabase.with(try .own()) { database in
            try database.makeLogs(3_000, old: 2_000)
            var holders: [Nuisance] = []
            let held = Mutex(0)
            for holder in 0..<50 {
                let isFirst = Mutex(true)
                holders.append(
                    Nuisance {
                        guard
                            isFirst.withLock({ first in
                                defer { first = false }; return first
                            })
                        else {
                            return Thread.sleep(forTimeInterval: 0.01)  // banned-ok: has held its rows once
                        }
                        try database.client.withConnection(as: "holder") { connection in
                            try connection.transaction(.readWrite) {
                                _ = try connection.query(
                                    "SELECT id FROM logs WHERE id % 50 = \(holder) AND id % 7 = 0 FOR UPDATE"
                                )
                                held.withLock { $0 += 1 }
                                Thread.sleep(forTimeInterval: 0.5 + Double(holder) / 20)  // banned-ok: holds its locks
                            }
                        }
                    }
                )
            }
            #expect(waitUntil(seconds: 20) { held.withLock { $0 } == 50 })
            var outcome = RowsOutcome()
            try outcome.drain(try database.remover(database.logsTask), batch: 500)
            for holder in holders { try holder.stop() }
            #expect(outcome.deleted == 2_000)
            #expect(outcome.isExhausted)
            #expect(outcome.failures.isEmpty)
            #expect(try database.count() == 1_000)
            #expect(try database.count(where: "created < '2026-02-28 12:00Z'") == 0)
        }
    }

    @Test(.tags(.d3)) func aLockedTableIsWaitedForAndCounted() async throws {
        try await PostgresRowsDatabase.with(try .own()) { database in
            try database.makeLogs(300, old: 200)
            let remover = try database.remover(database.logsTask)
            let isHeld = DispatchSemaphore(value: 0)
            let holder = Thread {
                do {
                    try database.client.withConnection(as: "holder") { connection in
                        try connection.transaction(.readWrite) {
                            try connection.execute("LOCK TABLE logs IN ACCESS EXCLUSIVE MODE")
                            isHeld.signal()
                            Thread.sleep(forTimeInterval: 3)  // banned-ok: holds its lock for so long
                        }
                    }
                } catch {
                    Issue.record(error)
                }
            }
            holder.start()
            isHeld.wait()
            var outcome = RowsOutcome()
            try outcome.drain(remover, batch: 50)
            #expect(outcome.lockTimeouts > 0)
            #expect(outcome.deleted == 200)
            #expect(outcome.isExhausted)
        }
    }

    @Test(.tags(.d3)) func rowsThatAreNeverLetGoEndTheRunAndAreToldOf() async throws {
        try await PostgresRowsDatabase.with(try .own()) { database in
            try database.makeLogs(30, old: 20)
            try database.client.withConnection(as: "holder") { connection in
                try connection.transaction(.readWrite) {
                    _ = try connection.query("SELECT id FROM logs WHERE id IN (3, 5) FOR UPDATE")
                    let quick = PostgresRowsBackend(database.client, patience: .milliseconds(50))
                    let store = RowsStore(database.logsTask, backend: quick) { _, _, _ in [] }
                    let plan = try store.plan(BatchPlanRequest(now: noon, countLimit: 1, limits: Limits())) { false }
                    let remover = try store.openRemover(of: plan, run: "test", fence: nil)
                    var outcome = RowsOutcome()
                    // The idle session of the holder must not end before.
                    try connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
                    try outcome.drain(remover, batch: 10)
                    #expect(outcome.deleted == 18)
                    #expect(!outcome.isExhausted)
                    #expect(outcome.failures == [.conflict: 2])
                    #expect(outcome.lockTimeouts >= 30)
                    #expect(outcome.messages.last?.hasPrefix("2 due rows of logs stay") == true)
                }
            }
        }
    }

    @Test(.tags(.d4)) func rowsThatBecomeYoungAgainStay() async throws {
        try await PostgresRowsDatabase.with(try .own()) { database in
            let rows = Scale.rounds(25_000, nightly: 1_000_000)
            try database.makeLogs(rows, old: rows - 1_000)
            // What is not due at the moment of its deletion is written down by the server itself.
            try database.sql(
                """
                CREATE TABLE gone (id bigint, flag boolean, created timestamptz);
                CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    INSERT INTO gone VALUES (OLD.id, OLD.flag, OLD.created); RETURN OLD; END $$;
                CREATE TRIGGER note AFTER DELETE ON logs FOR EACH ROW EXECUTE FUNCTION note();
                """
            )
            let flips = Mutex(0)
            let random = Mutex(SeededGenerator(seed: Scale.seed(4)))
            let writers = (0..<20).map { writer in
                Nuisance {
                    try database.client.withConnection(as: "writer") { connection in
                        let (id, isFlag) = random.withLock { (Int.random(in: 1...rows, using: &$0), $0.oneIn(2)) }
                        let what =
                            isFlag
                            ? "flag = NOT flag"
                            : "created = CASE WHEN created < '2026-02-28 12:00Z' THEN now() ELSE '2026-01-01' END"
                        let changed = try connection.execute(
                            "UPDATE logs SET \(what) WHERE id BETWEEN \(id) AND \(id + 20) AND id % 20 = \(writer)"
                        )
                        flips.withLock { $0 += changed }
                    }
                }
            }
            var task = database.logsTask
            (task.condition, task.allowCascade) = ("flag", ["note"])
            var deleted = 0
            let start = ContinuousClock.now
            let remover = try database.remover(task)
            while ContinuousClock.now - start < .seconds(Scale.soak == nil ? 15 : 1_200) {
                let result = try remover.removeBatch(limit: 200) { false }
                deleted += result.deleted
                if result.isExhausted { break }
            }
            for writer in writers { try writer.stop() }
            #expect(flips.withLock { $0 } > 100)
            #expect(try database.count("gone", where: "NOT flag OR created >= '2026-02-28 12:00Z'") == 0)
            #expect(try database.count("gone") == deleted)
            #expect(try database.count() == rows - deleted)
            #expect(deleted > rows / 5)
        }
    }

    @Test(.tags(.d5)) func aServerThatStopsAtOnceLosesNoCount() async throws {
        try await PostgresRowsDatabase.with(try .own()) { database in
            let wanted = Scale.rounds(20, nightly: 300)
            let old = 3_000 * wanted
            try database.makeLogs(old + 10_000, old: old)
            let stops = Mutex(0)
            let stopper = Nuisance {
                // Lets it work between two stops.
                Thread.sleep(forTimeInterval: 0.2)  // banned-ok: stops at moments of its own
                guard stops.withLock({ $0 }) < wanted else { return }
                try database.server.stopImmediately()
                try database.server.start()
                stops.withLock { $0 += 1 }
            }
            var deleted = 0
            for _ in 0..<1_000 * wanted where stops.withLock({ $0 }) < wanted || deleted < old {
                var round = RowsOutcome()
                do {
                    try round.drain(try database.remover(database.logsTask), batch: 50)
                } catch let error as StoreError {
                    #expect(error.code == .missing || error.code == .unreadable, "\(error.message)")
                    // A start that lasts opens the circuit breaker: until it lets somebody try, all rounds fail at once.
                    if case .open(let until) = database.client.breaker.state {
                        waitUntil(seconds: 60) { ContinuousClock.now >= until }
                    }
                }
                deleted += round.deleted
            }
            try stopper.stop()
            #expect(stops.withLock { $0 } == wanted)
            #expect(deleted == old)
            #expect(try database.count() == 10_000)
        }
    }

    @Test func aCancelledBatchEndsOnTheServerAndLeavesItsRows() async throws {
        try await PostgresRowsDatabase.with(PostgresTestServer.shared) { database in
            try database.makeLogs(3_000, old: 2_000)
            var task = database.logsTask
            task.condition = "pg_sleep(0.01) IS NOT NULL"
            let store = database.store(task)
            let plan = try store.plan(BatchPlanRequest(now: noon, countLimit: 1, limits: Limits())) { false }
            let remover = try store.openRemover(of: plan, run: "test", fence: nil)
            let start = ContinuousClock.now
            #expect(throws: CancellationError.self) {
                try remover.removeBatch(limit: 1_000) { ContinuousClock.now - start > .milliseconds(300) }
            }
            #expect(ContinuousClock.now - start < .seconds(15), "the batch itself takes 20")
            #expect(try database.count() == 3_000)
            #expect(
                waitUntil(seconds: 5) {
                    (try? database.sql(
                        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'cleanupd/logs' AND state = 'active'"
                    )) == "0"
                }
            )
        }
    }

    @Test func aBatchThatTakesTooLongIsTriedSmaller() async throws {
        try await PostgresTestServer.shared.withDatabase { url in
            let database = PostgresRowsDatabase(try .shared, url: url) { $0.statementTimeout = .seconds(2) }
            defer { database.client.closeIdle() }
            try database.makeLogs(20_000, old: 100)
            var task = database.logsTask
            task.condition = "pg_sleep(0.05) IS NOT NULL"
            var outcome = RowsOutcome()
            let remover = try database.remover(task)
            try outcome.drain(remover, batch: 400)
            #expect(outcome.deleted == 100)
            #expect(outcome.messages.contains { $0.contains("the next batch is smaller") })
        }
    }
}
