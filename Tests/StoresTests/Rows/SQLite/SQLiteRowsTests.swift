import Foundation
import Retention
import Stores
import Support
import Testing

@Suite("Rows in SQLite: what goes")
struct SQLiteRowsTests {
    private static let old = "2025-01-01 00:00:00"
    private static let young = "2025-12-31 00:00:00"

    /// `count` rows of one table, of which every second is old.
    private static func half(_ columns: String, _ count: Int = 100) -> String {
        """
        CREATE TABLE jobs (\(columns));
        INSERT INTO jobs WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))
        SELECT i, CASE WHEN i % 2 THEN '\(old)' ELSE '\(young)' END FROM n;
        """
    }

    @Test(arguments: [
        "id INTEGER PRIMARY KEY, t TEXT", "id INTEGER, t TEXT", "id TEXT PRIMARY KEY, t TEXT",
        "id TEXT PRIMARY KEY, t TEXT) WITHOUT ROWID; CREATE TABLE other (x", "rowid TEXT, t TEXT",
        "id INTEGER, t TEXT, PRIMARY KEY (t, id)) WITHOUT ROWID; CREATE TABLE other (x",
        "rowid INTEGER PRIMARY KEY, t TEXT", "id INTEGER PRIMARY KEY DESC, t TEXT",
    ])
    func oldRowsGoAndYoungOnesStayWhateverNamesTheRow(columns: String) throws {
        let world = try SQLiteRowsWorld(Self.half(columns))
        let outcome = try world.run(.jobs(), batch: 7)
        #expect(outcome.plan.tally.remove == 50)
        #expect(outcome.deleted == 50)
        #expect(outcome.batches.allSatisfy { $0.deleted <= 7 })
        #expect(try world.ask("SELECT count(*), min(t) FROM jobs;") == "50|\(Self.young)")
        #expect(try world.integrity == "ok")
    }

    @Test func oldestRowsGoFirst() throws {
        let world = try SQLiteRowsWorld(
            """
            CREATE TABLE jobs (id INTEGER PRIMARY KEY, t TEXT); CREATE INDEX i ON jobs (t);
            INSERT INTO jobs WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
            SELECT i, datetime('2025-01-01', '+' || (i * 7919 % 300) || ' hours') FROM n;
            """
        )
        var newestGone = ""
        _ = try world.run(world.store(.jobs()), batch: 50) { batch in
            guard batch > 0, batch < 6 else { return }
            let oldestLeft = try world.ask("SELECT min(t) FROM jobs;")
            #expect(oldestLeft > newestGone)
            #expect(try world.ask("SELECT count(*) FROM jobs;") == "\(300 - batch * 50)")
            newestGone = oldestLeft
        }
    }

    @Test func namesOfAllKindsAreFoundAndNothingElse() throws {
        let world = try SQLiteRowsWorld(
            """
            CREATE TABLE "My ""Jobs"".x" ("select" INTEGER PRIMARY KEY, "the time" TEXT);
            INSERT INTO "My ""Jobs"".x" VALUES (1, '\(Self.old)'), (2, '\(Self.young)');
            CREATE TABLE Jobs (id INTEGER PRIMARY KEY, T TEXT); INSERT INTO Jobs VALUES (1, '\(Self.old)');
            """
        )
        let odd = RowsSpecification.of("My \"Jobs\".x") {
            $0.time = ["the time"]
            $0.olderThan = .days(7)
        }
        #expect(try world.run(odd).deleted == 1)
        #expect(try world.run(.of("main.Jobs") { ($0.time, $0.olderThan) = (["T"], .days(7)) }).deleted == 1)
    }

    @Test func whatIsNotThereSkipsTheTask() throws {
        let world = try SQLiteRowsWorld("CREATE TABLE jobs (id INTEGER PRIMARY KEY, t TEXT);")
        func code(_ specification: RowsSpecification) -> StoreError.Code? {
            do {
                _ = try world.plan(world.store(specification))
                return nil
            } catch {
                return (error as? StoreError)?.code
            }
        }
        #expect(code(.of("gone") { $0.condition = "1" }) == .absent)
        #expect(code(.of("sqlite_schema") { $0.condition = "1" }) == .absent)
        #expect(code(.jobs { $0.time = ["gone", "gone_too"] }) == .absent)
        #expect(code(.jobs { $0.time = ["gone", "t"] }) == nil)
        #expect(code(.jobs { $0.condition = "gone = 1" }) == .absent)
        #expect(code(.jobs { $0.condition = "\"gone\" = 'x'" }) == .absent)
        #expect(
            code(
                .jobs {
                    $0.groupBy = "gone"; $0.keep.atLeast = 1
                }
            ) == .absent
        )
        #expect(code(.jobs { $0.action = .set([.init(column: "gone", value: .integer(1))]) }) == .absent)
    }

    @Test(.tags(.d8)) func viewsAndVirtualTablesAreRefused() throws {
        let world = try SQLiteRowsWorld(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, t TEXT); CREATE VIEW v AS SELECT * FROM t;
            CREATE TRIGGER d INSTEAD OF DELETE ON v BEGIN DELETE FROM t; END;
            CREATE VIRTUAL TABLE f USING fts5(t);
            """
        )
        for table in ["v", "f", "f_content"] {
            let specification = RowsSpecification.of(table) { $0.condition = "1" }
            let error = #expect(throws: StoreError.self) { try world.plan(world.store(specification)) }
            #expect(error?.code == .denied, "\(table)")
        }
    }

    @Test(.tags(.d8)) func cascadesAndTriggersAreRefusedUntilTheyAreAllowed() throws {
        let world = try SQLiteRowsWorld(
            """
            \(Self.half("id INTEGER PRIMARY KEY, t TEXT"))
            CREATE TABLE lines (job REFERENCES jobs ON DELETE CASCADE); INSERT INTO lines SELECT id FROM jobs;
            CREATE TABLE log (x); CREATE TRIGGER noted AFTER DELETE ON jobs BEGIN INSERT INTO log VALUES (old.id); END;
            """
        )
        for allowed in [[], ["lines"], ["noted"]] {
            let error = #expect(throws: StoreError.self) {
                try world.plan(world.store(.jobs { $0.allowCascade = allowed }))
            }
            #expect(error?.guardName == .cascade)
            #expect(error?.code == .denied)
        }
        let outcome = try world.run(.jobs { $0.allowCascade = ["lines", "noted"] })
        // Counted is what the task deleted, not what went with it.
        #expect(outcome.deleted == 50)
        #expect(try world.ask("SELECT (SELECT count(*) FROM lines), (SELECT count(*) FROM log);") == "50|50")
        #expect(try world.integrity == "ok")
    }

    @Test func rowsThatOthersReferToStayUntilThoseAreGone() throws {
        let world = try SQLiteRowsWorld(
            """
            CREATE TABLE jobs (id INTEGER PRIMARY KEY, parent REFERENCES jobs, t TEXT);
            CREATE TABLE lines (job INTEGER NOT NULL REFERENCES jobs ON DELETE RESTRICT);
            INSERT INTO jobs VALUES (1, NULL, '\(Self.old)'), (2, 1, '\(Self.old)'), (3, 2, '\(Self.old)'),
                (4, NULL, '\(Self.old)'), (5, 4, '\(Self.young)'), (6, NULL, '\(Self.old)');
            INSERT INTO lines VALUES (6);
            """
        )
        let outcome = try world.run(.jobs())
        #expect(outcome.deleted == 3)
        #expect(outcome.failures.isEmpty)
        #expect(try world.ask("SELECT group_concat(id) FROM jobs;") == "4,5,6")
        #expect(outcome.plan.warnings.contains { $0.contains("lines") })
        #expect(try world.integrity == "ok")
    }

    @Test func aRowThatAConstraintHoldsDoesNotHoldUpTheOthers() throws {
        // Their own delete would set to null what must not be null.
        let world = try SQLiteRowsWorld(
            """
            \(Self.half("id INTEGER PRIMARY KEY, t TEXT"))
            CREATE TABLE lines (job INTEGER NOT NULL REFERENCES jobs ON DELETE SET NULL); INSERT INTO lines VALUES (1), (51), (99);
            """
        )
        let outcome = try world.run(.jobs(), batch: 10)
        #expect(outcome.deleted == 47)
        #expect(outcome.failures == [.conflict: 3])
        #expect(outcome.isExhausted)
        #expect(try world.ask("SELECT group_concat(id) FROM jobs WHERE t < '2025-06';") == "1,51,99")
        #expect(try world.integrity == "ok")
    }

    @Test func aTriggerThatSilentlyKeepsRowsDoesNotKeepTheRunGoing() throws {
        let world = try SQLiteRowsWorld(
            """
            \(Self.half("id INTEGER PRIMARY KEY, t TEXT"))
            CREATE TRIGGER pinned BEFORE DELETE ON jobs WHEN old.id < 20 BEGIN SELECT RAISE(IGNORE); END;
            """
        )
        let outcome = try world.run(.jobs { $0.allowCascade = ["pinned"] }, batch: 8)
        #expect(outcome.deleted == 40)
        #expect(outcome.failures == [.conflict: 10])
        #expect(outcome.message?.contains("trigger") == true)
    }

    @Test func aTaskWithoutAConditionIsRefused() throws {
        let world = try SQLiteRowsWorld(
            "CREATE TABLE jobs (id INTEGER PRIMARY KEY, t TEXT); INSERT INTO jobs VALUES (1, '');"
        )
        let error = #expect(throws: StoreError.self) {
            try world.plan(world.store(RowsSpecification(task: "x", table: "jobs")))
        }
        #expect(error?.guardName == .emptyPolicy)
        #expect(try world.run(.of("jobs") { $0.allowUnconditional = true }).deleted == 1)
    }

    @Test func softDeletedRowsWithoutATimeGoByTheirConditionAlone() throws {
        let world = try SQLiteRowsWorld(
            """
            CREATE TABLE jobs (id INTEGER PRIMARY KEY, t TEXT, gone INT);
            INSERT INTO jobs VALUES (1, NULL, 1), (2, NULL, 1), (3, '\(Self.old)', 1), (4, 'rubbish', 1), (5, '\(Self.old)', 0);
            """
        )
        let outcome = try world.run(.of("jobs") { ($0.condition, $0.time) = ("gone", ["t"]) }, batch: 1)
        #expect(outcome.deleted == 4)
        #expect(try world.ask("SELECT id FROM jobs;") == "5")
    }

    @Test(arguments: [1, 3, 1000])
    func orphansGoAndNullsAreNone(batch: Int) throws {
        let world = try SQLiteRowsWorld(
            """
            CREATE TABLE bots (id INTEGER PRIMARY KEY); INSERT INTO bots VALUES (1), (2);
            CREATE TABLE jobs (id INTEGER PRIMARY KEY, bot, t TEXT);
            INSERT INTO jobs VALUES (1, 1, ''), (2, 3, ''), (3, NULL, ''), (4, '2', ''), (5, '7', ''), (6, 'x', '');
            """
        )
        let orphans = RowsSpecification.of("jobs") { $0.orphanOf = .init(column: "bot", table: "bots", key: "id") }
        #expect(try world.run(orphans, batch: batch).deleted == 3)
        #expect(try world.ask("SELECT group_concat(id) FROM jobs;") == "1,3,4")
    }

    @Test func referencesInTheSameDatabaseKeepAndList() throws {
        let world = try SQLiteRowsWorld(
            """
            \(Self.half("id TEXT PRIMARY KEY, t TEXT"))
            CREATE TABLE active (job INTEGER); INSERT INTO active VALUES (1), (3), (NULL), (2);
            """
        )
        let keeping = RowsSpecification.jobs { $0.referencedBy = [.init(query: "SELECT job FROM active")] }
        #expect(try world.plan(world.store(keeping)).tally.remove == 48)
        let listed = RowsSpecification.of("jobs") {
            $0.listedBy = [.init(query: "SELECT job FROM active WHERE job <> 3")]
        }
        #expect(try world.run(listed).deleted == 2)
        #expect(try world.run(keeping).deleted == 48)
        #expect(try world.ask("SELECT group_concat(id) FROM jobs WHERE t < '2025-06';") == "3")
    }

    /// Without an index over the answer this would be 2,500,000,000 comparisons: minutes.
    @Test(arguments: ["TEXT", "INTEGER", ""], ["TEXT", "INTEGER"])
    func largeAnswersAreLookedUpAndNotReadForEachRow(key: String, answer: String) throws {
        let world = try SQLiteRowsWorld(
            """
            \(Self.half("id \(key) PRIMARY KEY, t TEXT", 50_000)) CREATE TABLE active (job \(answer));
            INSERT INTO active SELECT id FROM jobs WHERE id % 10;
            """
        )
        let start = ContinuousClock.now
        let keeping = RowsSpecification.jobs { $0.referencedBy = [.init(query: "SELECT job FROM active")] }
        #expect(try world.plan(world.store(keeping)).tally.remove == 0)
        let listed = RowsSpecification.of("jobs") { $0.listedBy = [.init(query: "SELECT job FROM active")] }
        #expect(try world.plan(world.store(listed)).tally.remove == 45_000)
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test func referencesOfOtherConnectionsKeepAndAreAskedAgainBeforeTheRun() throws {
        let world = try SQLiteRowsWorld(Self.half("id INTEGER PRIMARY KEY, t TEXT"))
        let answers = Answers([["1", "3", ""], ["1", "3", "5"]])
        let store = world.store(.jobs { $0.referencedBy = [.init(connection: "cache", query: "active")] }) { _, _, _ in
            answers.next()
        }
        let outcome = try world.run(store, batch: 9)
        #expect(outcome.plan.tally.remove == 48)
        #expect(outcome.deleted == 47)
        #expect(try world.ask("SELECT group_concat(id) FROM jobs WHERE t < '2025-06';") == "1,3,5")
    }

    @Test func keysAreComparedByTheirBytes() throws {
        let world = try SQLiteRowsWorld(
            "CREATE TABLE jobs (id TEXT PRIMARY KEY, t TEXT); INSERT INTO jobs VALUES ('caf\u{e9}', ''), ('cafe\u{301}', '');"
        )
        let store = world.store(.of("jobs") { $0.listedBy = [.init(connection: "c", query: "q")] }) { _, _, _ in
            ["caf\u{e9}"]
        }
        #expect(try world.run(store).deleted == 1)
        #expect(try world.ask("SELECT hex(id) FROM jobs;") == "63616665CC81")
    }

    @Test func settingInsteadOfDeletingIsDoneOnce() throws {
        let world = try SQLiteRowsWorld(
            """
            CREATE TABLE jobs (id INTEGER PRIMARY KEY, t TEXT, archived INT, archived_at TEXT, note TEXT);
            INSERT INTO jobs (id, t, archived, note) VALUES (1, '\(Self.old)', 0, 'x'), (2, '\(Self.old)', NULL, NULL),
                (3, '\(Self.old)', 1, NULL), (4, '\(Self.young)', 0, 'x');
            """
        )
        let setting = RowsSpecification.jobs {
            $0.action = .set([
                .init(column: "archived", value: .integer(1)), .init(column: "archived_at", value: .now),
                .init(column: "note", value: .null),
            ])
        }
        let first = try world.run(setting)
        #expect((first.updated, first.deleted) == (2, 0))
        #expect(
            try world.ask("SELECT id, archived, note IS NULL, archived_at > '2020' FROM jobs ORDER BY id;")
                == "1|1|1|1\n2|1|1|1\n3|1|1|\n4|0|0|"
        )
        let second = try world.run(setting)
        #expect((second.updated, second.plan.tally.remove) == (0, 0))
    }

    @Test func aTriggerThatUndoesWhatIsSetDoesNotKeepTheRunGoing() throws {
        let world = try SQLiteRowsWorld(
            "CREATE TABLE jobs (id INTEGER PRIMARY KEY, t TEXT, n INT);"
                + "CREATE TRIGGER undo AFTER UPDATE ON jobs BEGIN UPDATE jobs SET n = 0 WHERE id = new.id; END;"
                + "INSERT INTO jobs VALUES (1, '\(Self.old)', 0);"
        )
        let outcome = try world.run(
            .jobs {
                $0.action = .set([.init(column: "n", value: .integer(1))])
                $0.allowCascade = ["undo"]
            }
        )
        #expect(outcome.updated == 0)
        #expect(outcome.failures == [.conflict: 1])
    }

    @Test func filtersOfAManualRunAreBound() throws {
        let world = try SQLiteRowsWorld(Self.half("id INTEGER PRIMARY KEY, t TEXT"))
        let filtered = RowsSpecification.of("jobs") {
            $0.filters = [
                .init(
                    name: "ids",
                    sql: "id IN (SELECT value FROM json_each(:value))",
                    value: .integers([1, 2, 3, 1000])
                ),
                .init(name: "range", sql: "id BETWEEN :min AND :max", value: .integerRange(2, 9)),
            ]
        }
        #expect(try world.run(filtered).deleted == 2)
        #expect(try world.ask("SELECT group_concat(id) FROM (SELECT id FROM jobs LIMIT 3);") == "1,4,5")
    }

    @Test func sharesAndNumbersAreGuardedByBoundedCounts() throws {
        let world = try SQLiteRowsWorld(Self.half("id INTEGER PRIMARY KEY, t TEXT"))
        let store = world.store(.jobs())
        #expect(try world.plan(store, limits: Limits(maxItems: 49)).trip?.guard == .maxItems)
        #expect(try world.plan(store, limits: Limits(maxItems: 50)).trip == nil)
        #expect(try world.plan(store, limits: Limits(maxPercent: 49)).trip?.guard == .maxPercent)
        #expect(try world.plan(store, limits: Limits(maxPercent: 50)).trip == nil)
    }

    @Test func aPlanOfAnotherTaskIsRefused() throws {
        let world = try SQLiteRowsWorld(Self.half("id INTEGER PRIMARY KEY, t TEXT"))
        let plan = try world.plan(world.store(.jobs(days: 7)))
        #expect(throws: StoreError.self) { try world.store(.jobs(days: 6)).openRemover(of: plan, run: "r", fence: nil) }
        var altered = plan
        altered.predicate[altered.predicate.count / 2] ^= 1
        #expect(throws: StoreError.self) {
            try world.store(.jobs(days: 7)).openRemover(of: altered, run: "r", fence: nil)
        }
    }

    @Test func whatIsOverdueIsToldByTheOldestDueRow() throws {
        let world = try SQLiteRowsWorld(
            """
            CREATE TABLE jobs (id INTEGER PRIMARY KEY, t TEXT, keep INT); CREATE INDEX i ON jobs (t);
            INSERT INTO jobs VALUES (1, '2025-12-24T10:00:00Z', 0), (2, '2025-12-24T23:00:00Z', 0), (3, '2020-01-01', 1),
                (4, '', 0), (5, 17, 0);
            """
        )
        let store = world.store(.jobs { $0.condition = "keep = 0" })
        #expect(try store.oldestOverdue(at: SQLiteRowsWorld.now) { false } == 14 * 3600)
        try world.run(.jobs { $0.condition = "keep = 0" })
        #expect(try store.oldestOverdue(at: SQLiteRowsWorld.now) { false } == 0)
    }

    @Test func adviceNamesTheIndexAndThatTheFileCannotShrink() throws {
        let world = try SQLiteRowsWorld(Self.half("id INTEGER PRIMARY KEY, t TEXT"))
        let advice = try world.store(.jobs()).advice()
        #expect(advice.contains { $0.contains("CREATE INDEX") && $0.contains("\"t\"") })
        #expect(advice.contains { $0.contains("cannot shrink") && $0.contains("auto_vacuum = INCREMENTAL; VACUUM;") })
        let index = try #require(advice.first { $0.contains("CREATE INDEX") }?.split(separator: "Run: ").last)
        _ = try world.ask(String(index) + "PRAGMA auto_vacuum = INCREMENTAL; VACUUM;")
        #expect(try world.store(.jobs()).advice().isEmpty)
    }

    @Test func theFileShrinksAfterARun() throws {
        let world = try SQLiteRowsWorld(
            """
            PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; CREATE TABLE jobs (t TEXT, x BLOB);
            INSERT INTO jobs WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
            SELECT CASE WHEN i % 10 THEN '\(Self.old)' ELSE '\(Self.young)' END, randomblob(2000) FROM n;
            """
        )
        func size() throws -> Int {
            (try FileManager.default.attributesOfItem(atPath: world.path)[.size] as? Int) ?? 0
        }
        let before = try size()
        let outcome = try world.run(.jobs())
        #expect(outcome.deleted == 2700)
        #expect(outcome.warnings.isEmpty)
        let after = try size()
        #expect(after < before / 4, "\(before) became \(after)")
        #expect(try world.integrity == "ok")
    }

    @Test(.tags(.f17)) func aPlanChangesNothing() throws {
        let world = try SQLiteRowsWorld(Self.half("id INTEGER PRIMARY KEY, t TEXT"))
        let before = try Data(contentsOf: URL(fileURLWithPath: world.path))
        let store = world.store(.jobs())
        _ = try world.plan(store)
        _ = try store.oldestOverdue(at: SQLiteRowsWorld.now) { false }
        _ = try store.advice()
        #expect(try Data(contentsOf: URL(fileURLWithPath: world.path)) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: world.folder.path) == ["app.db"])
        #expect(chmod(world.path, 0o444) == 0)
        #expect(try world.plan(store).tally.remove == 50)
    }

    @Test func healthQueriesHoldBack() throws {
        let world = try SQLiteRowsWorld(
            Self.half("id INTEGER PRIMARY KEY, t TEXT") + "CREATE TABLE h (ok); INSERT INTO h VALUES (1);"
        )
        let store = world.store(.jobs(), pace: RowsPace(health: .init(query: "SELECT ok FROM h")))
        let remover = try store.openRemover(of: try world.plan(store), run: "r", fence: nil)
        #expect(try remover.conditions(isCancelled: { false }).pressure == nil)
        for bad in ["UPDATE h SET ok = 0;", "UPDATE h SET ok = 'false';", "DELETE FROM h;", "DROP TABLE h;"] {
            _ = try world.ask(bad)
            #expect(try remover.conditions(isCancelled: { false }).pressure?.cause == .health, "\(bad)")
        }
    }
}

/// Answers of a reference, one after another; the last one again and again.
final class Answers: @unchecked Sendable {
    // Guarded by `lock`.
    private var answers: [[String]]
    private let lock = NSLock()

    init(_ answers: [[String]]) {
        self.answers = answers
    }

    func next() -> [String] {
        lock.withLock { answers.count > 1 ? answers.removeFirst() : answers[0] }
    }
}
