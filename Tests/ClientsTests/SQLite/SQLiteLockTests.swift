import Clients
import Support
import Testing

@Suite("SQLite client: locks of other processes")
struct SQLiteLockTests {
    private let folder: TemporaryFolder
    private let other: SQLiteShell

    init() throws {
        folder = try TemporaryFolder()
        other = try SQLiteShell(folder.file("t.db"))
        try other.ask("CREATE TABLE t (x); INSERT INTO t VALUES (1);")
    }

    @Test(arguments: ["DELETE", "WAL"])
    func aHeldLockIsBusyAfterTheTimeOutAndNotBefore(mode: String) throws {
        try other.ask("PRAGMA journal_mode = \(mode);")
        let connection = try SQLiteConnection(path: folder.file("t.db"), access: .readWrite, busySeconds: 0.4)
        try other.ask("BEGIN IMMEDIATE; DELETE FROM t;")
        let start = ContinuousClock.now
        let error = sqliteError { try connection.transaction(.write) { _ = try connection.execute("DELETE FROM t") } }
        let waited = ContinuousClock.now - start
        #expect(error?.code == .busy)
        #expect(error?.isRetryable == true)
        #expect(waited > .milliseconds(350) && waited < .seconds(30), "\(waited)")
        try other.ask("ROLLBACK;")
        #expect(try connection.transaction(.write) { try connection.execute("DELETE FROM t") } == 1)
    }

    @Test func aLockThatIsGivenBackInTimeIsHad() throws {
        let connection = try SQLiteConnection(path: folder.file("t.db"), access: .readWrite, busySeconds: 30)
        try other.ask("BEGIN IMMEDIATE; INSERT INTO t VALUES (2);")
        // Ends its transaction once the wait has begun: the question is asked within it.
        var questions = 0
        let removed = try connection.transaction(
            .write,
            isCancelled: {
                questions += 1
                if questions == 3 { tell("COMMIT;", other) }
                return false
            },
            { try connection.execute("DELETE FROM t") }
        )
        #expect(removed == 2)
        #expect(questions >= 3)
    }

    @Test func aWaitForALockCanBeCancelled() throws {
        let connection = try SQLiteConnection(path: folder.file("t.db"), access: .readWrite, busySeconds: 60)
        try other.ask("BEGIN EXCLUSIVE;")
        let start = ContinuousClock.now
        var questions = 0
        let error = sqliteError {
            try connection.transaction(
                .write,
                isCancelled: {
                    questions += 1
                    return questions > 5
                },
                {}
            )
        }
        #expect(error?.code == .cancelled)
        #expect(ContinuousClock.now - start < .seconds(50), "the lock itself is waited for for a minute")
    }

    @Test func aReaderInTheWayOfACommitRollsItBack() throws {
        // Without a write-ahead log a reader keeps the writer from ending.
        let connection = try SQLiteConnection(path: folder.file("t.db"), access: .readWrite, busySeconds: 0.3)
        try other.ask("BEGIN; SELECT * FROM t;")
        let error = sqliteError { try connection.transaction(.write) { _ = try connection.execute("DELETE FROM t") } }
        #expect(error?.code == .busy)
        try other.ask("COMMIT;")
        #expect(try other.count("SELECT count(*) FROM t;") == 1)
        #expect(try connection.transaction(.write) { try connection.execute("DELETE FROM t") } == 1)
    }
}
