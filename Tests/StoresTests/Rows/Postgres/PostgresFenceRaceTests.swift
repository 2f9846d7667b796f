import Clients
import Foundation
import Retention
import Stores
import Support
import Synchronization
import Testing

/// Two that act at once, and one that is cut off in the middle.
@Suite(.serialized, .timeLimit(.minutes(5))) struct PostgresFenceRaceTests {
    private static let rounds = 8

    /// Rows that are slow to go, and a journal of who removed them under which epoch, in the order of their going.
    private func makeWorld(_ database: PostgresRowsDatabase) throws {
        try database.makeLogs(1_000, old: 900)
        _ = try database.postgres.installFence()
        try database.sql(
            """
            CREATE TABLE journal (place bigserial, name text, epoch bigint);
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO journal (name, epoch)
                    SELECT current_setting('application_name'), max(epoch) FROM cleanupd_fence;
                PERFORM pg_sleep(0.001);
                RETURN OLD;
            END $$;
            CREATE TRIGGER noting BEFORE DELETE ON logs FOR EACH ROW EXECUTE FUNCTION note()
            """
        )
    }

    private func task(_ name: String, _ database: PostgresRowsDatabase) -> RowsSpecification {
        var task = database.logsTask
        (task.task, task.allowCascade) = (name, ["noting"])
        return task
    }

    @Test func noRowIsRemovedByAnOlderEpochAfterANewerBegan() async throws {
        try await PostgresRowsDatabase.with(.shared) { database in
            try makeWorld(database)
            var generator = SeededGenerator(seed: 5)
            for round in 0..<Self.rounds {
                try database.sql(
                    """
                    TRUNCATE logs, journal, cleanupd_fence RESTART IDENTITY;
                    INSERT INTO logs (created)
                        SELECT timestamptz '2026-01-01' + n * interval '1 s' FROM generate_series(1, 300) n
                    """
                )
                let enough = Int.random(in: 1...60, using: &generator)
                let ends = Mutex<[String]>([])
                let start = { (name: String, epoch: Int64) in
                    let task = task(name, database)
                    return BatchThread({ try database.fencedRemover(task, .logs(epoch)) }) { end in
                        ends.withLock { $0.append("\(name) \(end)") }
                    }
                }
                let first = start("older", 1)
                // Rows of a batch that is not committed are seen by their numbers.
                let isUnderWay = try waitUntil(seconds: 20) {
                    try database.number("SELECT last_value FROM journal_place_seq") >= enough
                }
                #expect(isUnderWay)
                let second = start("newer", 2)
                #expect(first.hasEnded(within: 60) && second.hasEnded(within: 60))
                #expect(ends.withLock { $0.sorted() } == ["newer done", "older fenced"], "seed 5, round \(round)")
                let last = try database.number("SELECT max(place) FROM journal WHERE name = 'cleanupd/older'")
                let begin = try database.number("SELECT min(place) FROM journal WHERE name = 'cleanupd/newer'")
                #expect(last > 0 && last < begin, "seed 5, round \(round): \(last) and \(begin)")
                let right = "CASE name WHEN 'cleanupd/older' THEN 1 ELSE 2 END"
                let strays = try database.number("SELECT count(*) FROM journal WHERE epoch <> \(right)")
                #expect(strays == 0, "seed 5, round \(round)")
                #expect(try database.number("SELECT count(*) FROM journal") == 300)
            }
        }
    }

    @Test func whatARowOwnsStaysWhereTheFenceRefuses() async throws {
        try await PostgresRowsDatabase.with(.shared) { database in
            try database.makeLogs(1_000, old: 900)
            _ = try database.postgres.installFence()
            let gone = Mutex<[String]>([])
            let owned = RowsOwned(column: "note", resource: "things") { _ in
                { name, _ in
                    gone.withLock { $0.append(name) }
                    return ItemResult(.deleted)
                }
            }
            let older = try database.fencedRemover(database.logsTask, .logs(1), owned: [owned])
            #expect(try older.removeBatch(limit: 10) { false }.deleted == 10)
            #expect(gone.withLock { $0.count } == 10)
            let newer = try database.fencedRemover(database.logsTask, .logs(2))
            #expect(try newer.removeBatch(limit: 10) { false }.deleted == 10)
            #expect(try storeError { _ = try older.removeBatch(limit: 10) { false } }.code == .fenced)
            #expect(gone.withLock { $0.count } == 10)
            #expect(try database.count() == 980)
        }
    }

    /// - Parameter stays: the row whose thing took so long stays, so that no statement follows.
    @Test(arguments: [false, true])
    func aSessionThatIsLostBetweenTwoRowsStopsWhatTheSecondOwnsFromGoing(_ stays: Bool) async throws {
        try await PostgresRowsDatabase.with(.shared) { database in
            try database.makeLogs(1_000, old: 900)
            _ = try database.postgres.installFence()
            let gone = Mutex<[String]>([])
            let owned = RowsOwned(column: "note", resource: "things") { _ in
                { name, _ in
                    do {
                        let count = gone.withLock { gone in
                            gone.append(name)
                            return gone.count
                        }
                        // The third takes long; meanwhile the session dies and another replica begins.
                        if count == 3 {
                            try database.sql(Self.killing)
                            let newer = try database.fencedRemover(database.logsTask, .logs(2))
                            _ = try newer.removeBatch(limit: 10) { false }
                            if stays { return ItemResult(.failed, failure: .conflict) }
                        }
                        return ItemResult(.deleted)
                    } catch {
                        return ItemResult(.failed, failure: .conflict, detail: "\(error)")
                    }
                }
            }
            let older = try database.fencedRemover(database.logsTask, .logs(1), owned: [owned])
            let result = try older.removeBatch(limit: 10) { false }
            #expect(result.owned == ["things": stays ? 2 : 3])
            #expect(result.deleted == 0)
            #expect(try storeError { _ = try older.removeBatch(limit: 10) { false } }.code == .fenced)
            #expect(gone.withLock { $0.count } == 3)
            #expect(try database.count() == 990)
        }
    }

    @Test func whatANewerEpochBeganIsKnownEvenWhereItsBatchIsUndone() async throws {
        try await PostgresRowsDatabase.with(.shared) { database in
            try database.makeLogs(1_000, old: 900)
            _ = try database.postgres.installFence()
            let seen = Mutex<[[String]]>([])
            let owned = RowsOwned(column: "note", resource: "things") { _ in
                { _, _ in
                    do {
                        try database.sql(Self.killing)
                        let rows = try database.fenceRows()
                        seen.withLock { $0.append(rows) }
                        return ItemResult(.deleted)
                    } catch {
                        return ItemResult(.failed, failure: .conflict, detail: "\(error)")
                    }
                }
            }
            let older = try database.fencedRemover(database.logsTask, .logs(1))
            #expect(try older.removeBatch(limit: 10) { false }.deleted == 10)
            let newer = try database.fencedRemover(database.logsTask, .logs(2), owned: [owned])
            // Its session dies with each thing that goes, until it gives up.
            let result = try newer.removeBatch(limit: 10) { false }
            #expect(result.owned["things", default: 0] > 0 && result.deleted == 0)
            #expect(seen.withLock { $0.allSatisfy { $0 == ["task:logs 2"] } })
            #expect(try storeError { _ = try older.removeBatch(limit: 10) { false } }.code == .fenced)
            #expect(try database.count() == 990)
        }
    }

    /// Ends the session of a run that waits in a transaction.
    private static let killing = """
        SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE application_name = 'cleanupd/logs' AND state = 'idle in transaction' AND datname = current_database()
        """
}

extension PostgresRowsDatabase {
    fileprivate func number(_ query: String) throws -> Int {
        let text = try sql(query)
        return text.isEmpty ? 0 : Int(text) ?? -1
    }
}
