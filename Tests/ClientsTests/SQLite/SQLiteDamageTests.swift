import Clients
import Foundation
import Support
import Testing

@Suite("SQLite client: damage and a full disk")
struct SQLiteDamageTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try SQLiteShell.run(
            folder.file("t.db"),
            """
            CREATE TABLE t (i INTEGER PRIMARY KEY, x TEXT);
            INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
            SELECT i, printf('row %d of many', i) FROM n;
            """
        )
    }

    @Test func aDamagedPageIsToldAndNothingChanges() throws {
        let url = folder.url.appendingPathComponent("t.db")
        var bytes = try Data(contentsOf: url)
        // A page in the middle of the table.
        bytes.replaceSubrange(20 * 4096..<21 * 4096, with: Data(repeating: 0xa5, count: 4096))
        try bytes.write(to: url)
        let connection = try SQLiteConnection(path: folder.file("t.db"), access: .readWrite)
        let error = sqliteError { try connection.transaction(.write) { _ = try connection.execute("DELETE FROM t") } }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("integrity_check") == true)
        try connection.close()
        #expect(try Data(contentsOf: url) == bytes)
    }

    @Test func aFullDatabaseIsToldAndNothingChanges() throws {
        let connection = try SQLiteConnection(path: folder.file("t.db"), access: .readWrite)
        let pages = try connection.space().pages
        try connection.executeScript("PRAGMA max_page_count = \(pages)")
        let error = sqliteError {
            try connection.transaction(.write) {
                try connection.execute("DELETE FROM t WHERE i = 1")
                try connection.execute("INSERT INTO t SELECT i + 10000, x FROM t")
            }
        }
        #expect(error?.code == .full)
        #expect(
            try SQLiteShell.run(folder.file("t.db"), "PRAGMA integrity_check; SELECT count(*) FROM t;") == "ok\n5000"
        )
    }

    @Test func cutAndScrambledFilesNeverCrashAndNeverLoseMoreThanIsAsked() throws {
        let whole = try Data(contentsOf: folder.url.appendingPathComponent("t.db"))
        let seed: UInt64 = 20_260_101
        var random = SeededGenerator(seed: seed)
        var failures = 0
        for round in 0..<150 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                bytes[at] = UInt8.random(in: 0...255, using: &random)
            }
            if random.oneIn(4) { bytes = bytes.prefix(Int.random(in: 100..<bytes.count, using: &random)) }
            let path = folder.file("round-\(round).db")
            try bytes.write(to: URL(fileURLWithPath: path))
            do {
                let connection = try SQLiteConnection(path: path, access: .readWrite)
                _ = try connection.table("t")
                _ = try connection.transaction(.write) { try connection.execute("DELETE FROM t WHERE i <= 100") }
                try connection.close()
            } catch is SQLiteError {
                failures += 1
                // A hot journal would mean that something was half-done.
                #expect(access(path + "-journal", F_OK) != 0, "seed \(seed), round \(round)")
            }
        }
        #expect(failures > 0 && failures < 150)
    }
}
