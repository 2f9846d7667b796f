import Clients
import Foundation
import Support
import Testing

@Suite("SQLite client: opening")
struct SQLiteOpeningTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test(arguments: [SQLiteConnection.Access.readOnly, .readWrite])
    func aFileThatIsNotThereIsMissingAndNotMade(access: SQLiteConnection.Access) throws {
        let path = folder.file("none.db")
        let error = sqliteError { _ = try SQLiteConnection(path: path, access: access) }
        #expect(error?.code == .missing)
        #expect(error?.message.contains("none.db") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test(arguments: ["app.db", "", "file:///tmp/app.db", "/tmp/a\0b"])
    func aPathThatIsNotAbsoluteIsRefused(path: String) {
        #expect(sqliteError { _ = try SQLiteConnection(path: path, access: .readOnly) }?.code == .missing)
    }

    @Test func anotherKindOfFileIsNoDatabase() throws {
        try Data("This is a diary, and rather a long one, so that it has a header's length and more.\n".utf8)
            .write(to: folder.url.appendingPathComponent("diary"))
        let error = sqliteError { _ = try SQLiteConnection(path: folder.file("diary"), access: .readWrite) }
        #expect(error?.code == .notADatabase)
    }

    @Test func aFolderAndAPipeAreNoDatabasesAndDoNotHang() throws {
        let pipe = folder.file("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(sqliteError { _ = try SQLiteConnection(path: folder.path, access: .readOnly) }?.code == .notADatabase)
        #expect(sqliteError { _ = try SQLiteConnection(path: pipe, access: .readOnly) }?.code == .notADatabase)
    }

    @Test(arguments: ["plain.db", "with space.db", "50%.db", "why?.db", "#1.db", "naïve 数据.db", "a'b\"c.db", "%41.db"])
    func namesMeanTheFileThatTheyName(name: String) throws {
        let path = folder.file(name)
        try SQLiteShell.run(folder.file("made.db"), "CREATE TABLE t (x); INSERT INTO t VALUES (7);")
        try FileManager.default.moveItem(atPath: folder.file("made.db"), toPath: path)
        let connection = try SQLiteConnection(path: path, access: .readWrite)
        #expect(try connection.query("SELECT x FROM t") == [[.integer(7)]])
        try connection.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [name])
    }

    @Test(arguments: ["DELETE", "WAL"])
    func aReaderCannotWrite(mode: String) throws {
        let path = folder.file("t.db")
        try SQLiteShell.run(path, "PRAGMA journal_mode = \(mode); CREATE TABLE t (x); INSERT INTO t VALUES (7);")
        let connection = try SQLiteConnection(path: path, access: .readOnly)
        for sql in ["DELETE FROM t", "CREATE TEMP TABLE u (x)", "PRAGMA user_version = 3"] {
            #expect(sqliteError { try connection.execute(sql) }?.code == .readOnly, "\(sql)")
        }
        #expect(
            try SQLiteShell.run(path, "SELECT x FROM t; PRAGMA user_version; PRAGMA journal_mode;")
                == "7\n0\n\(mode.lowercased())"
        )
    }

    @Test(arguments: ["DELETE", "TRUNCATE", "PERSIST", "WAL"])
    func theJournalStaysAsItIs(mode: String) throws {
        let path = folder.file("t.db")
        try SQLiteShell.run(path, "PRAGMA journal_mode = \(mode); CREATE TABLE t (x); INSERT INTO t VALUES (7);")
        let connection = try SQLiteConnection(path: path, access: .readWrite)
        #expect(try connection.execute("DELETE FROM t") == 1)
        #expect(try connection.space().isWAL == (mode == "WAL"))
        try connection.close()
        // WAL is a mode of the file, the others are one of each connection.
        let after = try SQLiteShell.run(path, "PRAGMA journal_mode;")
        #expect(after == (mode == "WAL" ? "wal" : "delete"))
    }

    @Test func aReaderWorksBesideAWriterOfAWriteAheadLog() throws {
        let path = folder.file("t.db")
        let writer = try SQLiteShell(path)
        try writer.ask("PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1);")
        let connection = try SQLiteConnection(path: path, access: .readOnly, busySeconds: 0.1)
        try writer.ask("BEGIN IMMEDIATE; INSERT INTO t VALUES (2);")
        #expect(try connection.query("SELECT x FROM t") == [[.integer(1)]])
        try connection.transaction(.read) {
            #expect(try connection.query("SELECT x FROM t") == [[.integer(1)]])
            try writer.ask("COMMIT;")
            #expect(try connection.query("SELECT x FROM t") == [[.integer(1)]], "the snapshot moved")
        }
        #expect(try connection.query("SELECT x FROM t") == [[.integer(1)], [.integer(2)]])
    }

    @Test func foreignKeysHoldAlthoughTheDatabaseHasThemOffByDefault() throws {
        let path = folder.file("t.db")
        try SQLiteShell.run(
            path,
            """
            CREATE TABLE p (id INTEGER PRIMARY KEY);
            CREATE TABLE c (p REFERENCES p ON DELETE CASCADE); CREATE TABLE r (p REFERENCES p);
            INSERT INTO p VALUES (1), (2); INSERT INTO c VALUES (1), (1); INSERT INTO r VALUES (2);
            """
        )
        let connection = try SQLiteConnection(path: path, access: .readWrite)
        #expect(try connection.execute("DELETE FROM p WHERE id = 1") == 1)
        #expect(sqliteError { try connection.execute("DELETE FROM p WHERE id = 2") }?.code == .constraint)
        #expect(try SQLiteShell.run(path, "SELECT count(*) FROM c; SELECT id FROM p;") == "0\n2")
    }

    @Test func descriptorsAreGivenBack() throws {
        let path = folder.file("t.db")
        try SQLiteShell.run(path, "PRAGMA journal_mode = WAL; CREATE TABLE t (x);")
        func descriptors() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
                .filter {
                    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))?
                        .hasPrefix(folder.path) == true
                }.count
        }
        for _ in 0..<50 {
            let connection = try SQLiteConnection(path: path, access: .readWrite)
            _ = try connection.query("SELECT * FROM t")
            try connection.close()
        }
        #expect(try descriptors() == 0)
    }
}
