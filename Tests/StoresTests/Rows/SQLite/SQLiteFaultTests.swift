import Clients
import Foundation
import Glibc
import Retention
import Stores
import Support
import Synchronization
import Testing

/// What others do to a run, and what is left of one that dies.
@Suite("Rows in SQLite: faults", .serialized)
struct SQLiteFaultTests {
    private static let rows = 6000

    /// `rows` rows, of which two thirds are due.
    private static func schema(journal: String, _ more: String = "") -> String {
        """
        PRAGMA journal_mode = \(journal); CREATE TABLE jobs (id INTEGER PRIMARY KEY, t TEXT, x TEXT); CREATE INDEX i ON jobs (t);
        CREATE INDEX j ON jobs (x);
        INSERT INTO jobs WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))
        SELECT i, datetime(CASE WHEN i % 3 THEN '2025-01-01' ELSE '2025-12-31' END, '+' || (i % 1000) || ' seconds'),
            printf('something %d', (i * 7919) % 10007) FROM n; \(more)
        """
    }

    /// The files as a process that is killed at this moment leaves them. By another process: closing a descriptor of the
    /// database would give up the locks of the connection that is tested.
    private func copy(_ world: SQLiteRowsWorld, to folder: TemporaryFolder) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c", "cp \"$0\"/app.db* \"$1\"/ && rm -f \"$1\"/app.db-shm", world.folder.path, folder.path,
        ]
        try Command.start(process)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    @Test(.tags(.d9), arguments: ["DELETE", "WAL", "TRUNCATE", "PERSIST"])
    func aProcessThatDiesAnywhereLeavesWholeBatches(journal: String) throws {
        let world = try SQLiteRowsWorld(Self.schema(journal: journal))
        let store = world.store(.jobs())
        let remover = try store.openRemover(of: try world.plan(store), run: "r", fence: nil)
        var copies: [(folder: TemporaryFolder, committed: Int)] = []
        var committed = 0
        var calls = 0
        var isDone = false
        while !isDone {
            let result = try remover.removeBatch(limit: 1000) {
                calls += 1
                if calls % 3 == 0, copies.count < 60 {
                    do {
                        let folder = try TemporaryFolder()
                        try copy(world, to: folder)
                        copies.append((folder, committed))
                    } catch {
                        Issue.record("\(error)")
                    }
                }
                return false
            }
            committed += result.deleted
            isDone = result.isExhausted
        }
        #expect(committed == 4000)
        #expect(copies.count > 20)
        for (folder, committed) in copies {
            let answer = try SQLiteShell.run(
                folder.file("app.db"),
                "PRAGMA integrity_check; SELECT count(*) FROM jobs; SELECT count(*) FROM jobs WHERE t > '2025-12-25';"
            )
            let lines = answer.split(separator: "\n")
            let gone = Self.rows - (Int(lines[1]) ?? 0)
            #expect(lines[0] == "ok")
            #expect(lines[2] == "2000")
            // A commit that was under way may be done, or not.
            #expect(gone == committed || gone == committed + 1000, "\(gone) of \(committed)")
        }
        // The next run finds the rest.
        let last = try #require(copies.last)
        let again = RowsStore(.jobs(), backend: SQLiteBackend(path: last.folder.file("app.db"))) { _, _, _ in [] }
        let plan = try again.plan(BatchPlanRequest(now: SQLiteRowsWorld.now, countLimit: 10_000, limits: Limits())) {
            false
        }
        let next = try again.openRemover(of: plan, run: "r2", fence: nil)
        var deleted = 0
        isDone = false
        while !isDone {
            let result = try next.removeBatch(limit: 1000) { false }
            deleted += result.deleted
            isDone = result.isExhausted
        }
        #expect(deleted == plan.tally.remove)
        #expect(try SQLiteShell.run(last.folder.file("app.db"), "SELECT count(*) FROM jobs;") == "2000")
    }

    @Test(.tags(.d9), arguments: ["DELETE", "WAL"])
    func aRunThatIsCancelledAnywhereHasCountedWhatIsGone(journal: String) throws {
        let world = try SQLiteRowsWorld(Self.schema(journal: journal))
        let store = world.store(.jobs())
        var counted = 0
        var cancelled = 0
        for point in 1...5000 {
            let remover = try store.openRemover(of: try world.plan(store), run: "r", fence: nil)
            var calls = 0
            do {
                let result = try remover.removeBatch(limit: 1000) {
                    calls += 1
                    return calls >= point
                }
                counted += result.deleted
                if result.deleted == 1000 { break }
            } catch is CancellationError {
                cancelled += 1
            }
            #expect(try world.ask("SELECT count(*) FROM jobs;") == "\(Self.rows - counted)", "point \(point)")
        }
        #expect(cancelled > 2)
        #expect(try world.integrity == "ok")
    }

    @Test(.tags(.d9), arguments: ["DELETE", "WAL"])
    func aLockThatIsHeldIsCountedAndTheRunGoesOnWhenItIsFree(journal: String) throws {
        let world = try SQLiteRowsWorld(Self.schema(journal: journal))
        let other = try SQLiteShell(world.path)
        let outcome = try world.run(world.store(.jobs(), busySeconds: 0.1)) { batch in
            if batch == 1 { try other.ask("BEGIN IMMEDIATE; UPDATE jobs SET x = 'held' WHERE id = 3;") }
            if batch == 4 { try other.ask("COMMIT;") }
        }
        #expect(outcome.lockTimeouts == 3)
        #expect(outcome.deleted == 4000)
        #expect(outcome.failures.isEmpty)
        #expect(try world.ask("SELECT x FROM jobs WHERE id = 3;") == "held")
    }

    @Test(.tags(.d9)) func aLockThatIsNeverFreeEndsTheRun() throws {
        let world = try SQLiteRowsWorld(Self.schema(journal: "WAL"))
        let other = try SQLiteShell(world.path)
        let store = world.store(.jobs(), busySeconds: 0.05)
        let remover = try store.openRemover(of: try world.plan(store), run: "r", fence: nil)
        try other.ask("BEGIN IMMEDIATE;")
        var results: [BatchResult] = []
        #expect(throws: StoreError.self) {
            while results.count < 100 { results.append(try remover.removeBatch(limit: 1000) { false }) }
        }
        #expect(results.count == 6)
        #expect(results.allSatisfy { $0.lockTimeouts == 1 && $0.rows == 0 && !$0.isExhausted })
        #expect(results.last?.failures[.conflict] != nil)
        #expect(results.last?.message?.contains("locked") == true)
        try other.ask("ROLLBACK;")
        #expect(try world.ask("SELECT count(*) FROM jobs;") == "6000")
    }

    /// Another process makes rows young and old again all the time; a trigger writes down what each was when it went.
    @Test(.tags(.d4), arguments: ["WAL", "DELETE"])
    func rowsThatBecomeYoungAreNeverDeleted(journal: String) throws {
        let world = try SQLiteRowsWorld(
            Self.schema(
                journal: journal,
                """
                CREATE TABLE log (t TEXT, id INT);
                CREATE TRIGGER noted AFTER DELETE ON jobs BEGIN INSERT INTO log VALUES (old.t, old.id); END;
                """
            )
        )
        let isOver = Mutex(false)
        let writer = Thread {
            do {
                let shell = try SQLiteShell(world.path)
                var round = 0
                while !isOver.withLock({ $0 }) {
                    let rest = round % 41
                    round += 1
                    try shell.ask(
                        "UPDATE jobs SET t = '2025-12-30 00:00:00' WHERE id % 41 = \(rest) AND t < '2025-12-25';"
                    )
                    try shell.ask(
                        "UPDATE jobs SET t = '2024-01-01 00:00:00' WHERE id % 41 = \((rest + 20) % 41) AND t > '2025-12-25';"
                    )
                }
            } catch {
                Issue.record("\(error)")
            }
        }
        let outcome: SQLiteRowsWorld.Outcome
        do {
            defer { isOver.withLock { $0 = true } }
            writer.start()
            var all = SQLiteRowsWorld.Outcome(plan: try world.plan(world.store(.jobs { $0.allowCascade = ["noted"] })))
            for _ in 0..<8 {
                let part = try world.run(
                    world.store(.jobs { $0.allowCascade = ["noted"] }, busySeconds: 20),
                    batch: 100
                )
                all.batches += part.batches
            }
            outcome = all
        }
        while !writer.isFinished { sched_yield() }
        let lines = try world.ask("SELECT count(*), max(t) < '2025-12-25', count(DISTINCT id) FROM log;")
        #expect(lines == "\(outcome.deleted)|1|\(outcome.deleted)")
        #expect(outcome.deleted >= 4000)
        #expect(try world.ask("SELECT count(*) FROM jobs;") == "\(Self.rows - outcome.deleted)")
        #expect(try world.integrity == "ok")
    }

    @Test func aRefusedRowBesideAWriterDoesNotKeepTheOthersFromGoing() throws {
        let world = try SQLiteRowsWorld(
            Self.schema(
                journal: "WAL",
                """
                CREATE TABLE other (n INT);
                CREATE TRIGGER hold BEFORE DELETE ON jobs WHEN old.id = 7 BEGIN SELECT RAISE(ABORT, 'legal hold'); END;
                """
            )
        )
        let isOver = Mutex(false)
        let writer = Thread {
            do {
                let shell = try SQLiteShell(world.path)
                // SQLite's lock has no queue: on a busy machine the batches of the run may come first for long.
                try shell.ask("PRAGMA busy_timeout = 60000;")
                while !isOver.withLock({ $0 }) { try shell.ask("INSERT INTO other VALUES (1);") }
            } catch {
                Issue.record("\(error)")
            }
        }
        let outcome: SQLiteRowsWorld.Outcome
        do {
            defer { isOver.withLock { $0 = true } }
            writer.start()
            // What is compared with other rows has to be found again whenever somebody wrote.
            let specification = RowsSpecification.jobs {
                $0.allowCascade = ["hold"]
                $0.keep.atLeast = 1
            }
            outcome = try world.run(world.store(specification, busySeconds: 30), batch: 50)
        }
        while !writer.isFinished { sched_yield() }
        #expect(outcome.deleted == 3999)
        #expect(outcome.failures == [.conflict: 1])
        #expect(try world.ask("SELECT count(*) FROM jobs WHERE t < '2025-12-25';") == "1")
    }

    @Test(.tags(.d10), arguments: ["WAL", "DELETE"])
    func severalRunsAtOnceDeleteEachRowOnce(journal: String) throws {
        let world = try SQLiteRowsWorld(Self.schema(journal: journal))
        let deleted = Mutex(0)
        let failures = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 4) { number in
            do {
                // Some find all of a group at once, and have to find it again.
                let specification = RowsSpecification.jobs { if number % 2 == 0 { $0.keep.atLeast = 1 } }
                let outcome = try world.run(world.store(specification, busySeconds: 30), batch: 150)
                deleted.withLock { $0 += outcome.deleted }
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }
        #expect(failures.withLock { $0 } == [])
        #expect(deleted.withLock { $0 } == 4000)
        #expect(try world.ask("SELECT count(*) FROM jobs;") == "2000")
        #expect(try world.integrity == "ok")
    }

    @Test(.tags(.d9)) func aDamagedPageEndsTheRunWithAClearErrorAndNothingElse() throws {
        let world = try SQLiteRowsWorld(Self.schema(journal: "DELETE"))
        let url = URL(fileURLWithPath: world.path)
        let store = world.store(.jobs())
        let plan = try world.plan(store)
        var bytes = try Data(contentsOf: url)
        let page = 4096 * 40
        bytes.replaceSubrange(page..<page + 4096, with: Data(repeating: 0x5a, count: 4096))
        try bytes.write(to: url)
        let error = #expect(throws: StoreError.self) {
            let remover = try store.openRemover(of: plan, run: "r", fence: nil)
            while try !remover.removeBatch(limit: 10_000, isCancelled: { false }).isExhausted {}
        }
        #expect(error?.message.contains("is damaged") == true)
        #expect(try Data(contentsOf: url) == bytes)
        #expect(try FileManager.default.contentsOfDirectory(atPath: world.folder.path) == ["app.db"])
    }

    @Test(.tags(.d9), arguments: ["DELETE", "WAL"])
    func aFullDiskEndsTheRunAndLosesNothing(journal: String) throws {
        try #require(getuid() == 0, "this test mounts a small file system: run it as root")
        let folder = try TemporaryFolder()
        let mounted = mount("tmpfs", folder.path, "tmpfs", 0, "size=3m,mode=0700")
        try #require(mounted == 0, "cannot mount a tmpfs: \(String(cString: strerror(errno)))")
        defer { umount2(folder.path, Int32(MNT_DETACH)) }
        let path = folder.file("app.db")
        try SQLiteShell.run(path, Self.schema(journal: journal))
        let filler = open(folder.file("filler"), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        let piece = [UInt8](repeating: 1, count: 4096)
        while write(filler, piece, piece.count) == piece.count {}
        close(filler)
        let store = RowsStore(.jobs(), backend: SQLiteBackend(path: path)) { _, _, _ in [] }
        let request = BatchPlanRequest(now: SQLiteRowsWorld.now, countLimit: 10_000, limits: Limits())
        var counted = 0
        let error = #expect(throws: StoreError.self) {
            let remover = try store.openRemover(of: try store.plan(request) { false }, run: "r", fence: nil)
            while true {
                let result = try remover.removeBatch(limit: 2000) { false }
                counted += result.deleted
                if result.isExhausted { return }
            }
        }
        #expect(error?.message.contains("disk") == true || error?.message.contains("cannot be opened") == true)
        #expect(unlink(folder.file("filler")) == 0)
        #expect(
            try SQLiteShell.run(path, "PRAGMA integrity_check; SELECT count(*) FROM jobs;") == "ok\n\(6000 - counted)"
        )
        let remover = try store.openRemover(of: try store.plan(request) { false }, run: "r", fence: nil)
        var rest = 0
        while true {
            let result = try remover.removeBatch(limit: 2000) { false }
            rest += result.deleted
            if result.isExhausted { break }
        }
        #expect(counted + rest == 4000)
    }
}
