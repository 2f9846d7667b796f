import Clients
import Foundation
import Support
import Testing

@Suite("SQLite client: pages given back")
struct SQLiteUpkeepTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// About 8 MB, of which 90 % are deleted.
    private func make(autoVacuum: String, journal: String) throws -> SQLiteConnection {
        try SQLiteShell.run(
            folder.file("t.db"),
            """
            PRAGMA auto_vacuum = \(autoVacuum); PRAGMA journal_mode = \(journal); CREATE TABLE t (i INTEGER, x BLOB);
            INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
            SELECT i, randomblob(4000) FROM n;
            """
        )
        let connection = try SQLiteConnection(path: folder.file("t.db"), access: .readWrite, busySeconds: 0.2)
        #expect(try connection.execute("DELETE FROM t WHERE i > 200") == 1800)
        return connection
    }

    private var size: Int {
        get throws {
            var total = 0
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
                let attributes = try FileManager.default.attributesOfItem(atPath: folder.file(name))
                total += (attributes[.size] as? Int) ?? 0
            }
            return total
        }
    }

    @Test(arguments: ["DELETE", "WAL"])
    func theFileReallyShrinks(journal: String) throws {
        let connection = try make(autoVacuum: "INCREMENTAL", journal: journal)
        let before = try size
        let done = try connection.shrink { false }
        #expect(done.pages > 1700)
        #expect(!done.isBusy)
        let after = try size
        #expect(after < before / 5, "\(before) became \(after)")
        #expect(try connection.space().freePages == 0)
        #expect(
            try SQLiteShell.run(folder.file("t.db"), "PRAGMA integrity_check; SELECT count(*) FROM t;") == "ok\n200"
        )
    }

    @Test func aDatabaseWithoutAutoVacuumStaysAsLargeAndSaysSo() throws {
        let connection = try make(autoVacuum: "NONE", journal: "DELETE")
        let before = try size
        #expect(try connection.shrink { false } == SQLiteConnection.Shrinking())
        #expect(try size == before)
        let space = try connection.space()
        #expect(space.autoVacuum == .none)
        #expect(space.pageSize * space.freePages > 7_000_000)
    }

    @Test func aReaderInTheWayIsToldAndTheRestComesLater() throws {
        let connection = try make(autoVacuum: "INCREMENTAL", journal: "WAL")
        let reader = try SQLiteShell(folder.file("t.db"))
        try reader.ask("BEGIN; SELECT count(*) FROM t;")
        #expect(try connection.shrink { false }.isBusy)
        try reader.ask("COMMIT;")
        let before = try size
        #expect(try !connection.shrink { false }.isBusy)
        #expect(try size < before / 4)
    }

    @Test func othersWriteBetweenTwoSteps() throws {
        let connection = try make(autoVacuum: "INCREMENTAL", journal: "WAL")
        let writer = try SQLiteShell(folder.file("t.db"))
        var questions = 0
        let done = try connection.shrink {
            questions += 1
            if questions % 4 == 0 { tell("INSERT INTO t VALUES (0, zeroblob(100));", writer) }
            return false
        }
        let written = try writer.count("SELECT count(*) FROM t WHERE i = 0;")
        #expect(written > 0)
        #expect(done.pages > 1000)
        #expect(try writer.ask("PRAGMA integrity_check;") == "ok")
    }

    @Test func aCancelledShrinkingKeepsWhatItHasDone() throws {
        let connection = try make(autoVacuum: "INCREMENTAL", journal: "DELETE")
        var questions = 0
        let done = try connection.shrink {
            questions += 1
            return questions > 12
        }
        let free = try connection.space().freePages
        #expect(free > 0 && done.pages > 0)
        #expect(done.pages + free > 1700)
        #expect(try SQLiteShell.run(folder.file("t.db"), "PRAGMA integrity_check;") == "ok")
    }
}
