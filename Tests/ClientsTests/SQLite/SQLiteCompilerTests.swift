import Clients
import Foundation
import Support
import Testing

@Suite("SQLite client: what a statement would do besides")
struct SQLiteCompilerTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func effects(_ schema: String, of sql: String, on table: String = "p") throws -> SQLiteEffects {
        try SQLiteShell.run(folder.file("t.db"), schema)
        let connection = try SQLiteConnection(path: folder.file("t.db"), access: .readOnly)
        return try SQLiteCompiler(beside: connection).effects(of: sql, on: table, at: connection)
    }

    @Test func aPlainTableHasNone() throws {
        let found = try effects(
            "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p ON DELETE SET NULL, q REFERENCES p);",
            of: "DELETE FROM p WHERE 0"
        )
        #expect(found == SQLiteEffects())
    }

    @Test func cascadesAreFoundThroughAllLevels() throws {
        let found = try effects(
            """
            CREATE TABLE p (id INTEGER PRIMARY KEY);
            CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p ON DELETE CASCADE);
            CREATE TABLE "g c" (c REFERENCES c ON DELETE CASCADE);
            CREATE TABLE other (q REFERENCES p);
            """,
            of: "DELETE FROM p WHERE 0"
        )
        #expect(found == SQLiteEffects(cascades: ["c", "g c"]))
    }

    @Test func aTableThatCascadesIntoItselfIsFound() throws {
        let found = try effects(
            "CREATE TABLE p (id INTEGER PRIMARY KEY, parent REFERENCES p ON DELETE CASCADE);",
            of: "DELETE FROM p WHERE 0"
        )
        #expect(found == SQLiteEffects(cascades: ["p"]))
    }

    @Test func triggersAreFoundByTheirEvent() throws {
        let schema = """
            CREATE TABLE p (id INTEGER PRIMARY KEY, a, b); CREATE TABLE log (x);
            CREATE VIEW v AS SELECT a FROM p;
            CREATE TRIGGER "on delete" AFTER DELETE ON p BEGIN INSERT INTO log SELECT a FROM v; END;
            CREATE TRIGGER guard BEFORE DELETE ON p WHEN old.a = 1 BEGIN SELECT RAISE(ABORT, 'no'); END;
            CREATE TRIGGER on_a AFTER UPDATE OF a ON p BEGIN DELETE FROM log; END;
            CREATE TRIGGER on_insert AFTER INSERT ON p BEGIN DELETE FROM p; END;
            """
        #expect(try effects(schema, of: "DELETE FROM p WHERE 0") == SQLiteEffects(triggers: ["on delete", "guard"]))
        let connection = try SQLiteConnection(path: folder.file("t.db"), access: .readOnly)
        let a = try SQLiteCompiler(beside: connection).effects(
            of: "UPDATE p SET a = 1 WHERE 0",
            on: "p",
            at: connection
        )
        let b = try SQLiteCompiler(beside: connection).effects(
            of: "UPDATE p SET b = 1 WHERE 0",
            on: "p",
            at: connection
        )
        #expect(a.triggers == ["on_a"])
        #expect(b == SQLiteEffects())
    }

    @Test func triggersOfChildrenThatCascadesReachAreFound() throws {
        let found = try effects(
            """
            CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p ON DELETE CASCADE); CREATE TABLE x (y);
            CREATE TRIGGER deep AFTER DELETE ON c BEGIN DELETE FROM x; END;
            """,
            of: "DELETE FROM p WHERE 0"
        )
        #expect(found == SQLiteEffects(cascades: ["c"], triggers: ["deep"]))
    }

    @Test func aTriggerThatOnlyTheApplicationCanRunIsAnError() throws {
        try SQLiteShell.run(folder.file("t.db"), "CREATE TABLE p (id INTEGER PRIMARY KEY);")
        try SQLiteShell.run(
            folder.file("t.db"),
            "CREATE TRIGGER t AFTER DELETE ON p BEGIN SELECT my_app_function(old.id); END;"
        )
        let connection = try SQLiteConnection(path: folder.file("t.db"), access: .readOnly)
        let error = sqliteError {
            _ = try SQLiteCompiler(beside: connection).effects(of: "DELETE FROM p WHERE 0", on: "p", at: connection)
        }
        #expect(error?.message.contains("my_app_function") == true)
    }

    @Test func aWriterThatWaitsForTheReaderIsNotWaitedFor() throws {
        let path = folder.file("t.db")
        try SQLiteShell.run(path, "PRAGMA journal_mode = DELETE; CREATE TABLE p (id INTEGER PRIMARY KEY);")
        let connection = try SQLiteConnection(path: path, access: .readOnly, busySeconds: 0.05)
        let compiler = try SQLiteCompiler(beside: connection)
        let writer = Thread {
            do {
                // Of this process: SQLite shares the locks on a file among the connections of a process.
                let other = try SQLiteConnection(path: path, access: .readWrite, busySeconds: 60)
                _ = try other.transaction(.write, isCancelled: { false }) {
                    try other.query("INSERT INTO p VALUES (1)")
                }
            } catch {
                Issue.record("\(error)")
            }
        }
        try connection.transaction(.read, isCancelled: { false }) {
            _ = try connection.query("SELECT count(*) FROM p")
            writer.start()
            // From the moment on that the writer waits for this reader, it lets no other in.
            var isWaitedFor = false
            while !isWaitedFor {
                do {
                    let other = try SQLiteConnection(path: path, access: .readOnly, busySeconds: 0)
                    _ = try other.query("SELECT count(*) FROM p")
                } catch let error as SQLiteError where error.code == .busy {
                    isWaitedFor = true
                }
            }
            #expect(
                try compiler.effects(of: "DELETE FROM p WHERE 0", on: "p", at: connection) == SQLiteEffects()
            )
        }
        while !writer.isFinished { sched_yield() }
        #expect(try connection.query("SELECT count(*) FROM p").first?.first == .integer(1))
    }

    @Test func aSchemaThatChangedMeanwhileIsNotJudgedByTheOldOne() throws {
        let path = folder.file("t.db")
        try SQLiteShell.run(path, "CREATE TABLE p (id INTEGER PRIMARY KEY);")
        let connection = try SQLiteConnection(path: path, access: .readOnly)
        let compiler = try SQLiteCompiler(beside: connection)
        try SQLiteShell.run(path, "CREATE TRIGGER t AFTER DELETE ON p BEGIN DELETE FROM p; END;")
        let error = sqliteError {
            _ = try compiler.effects(of: "DELETE FROM p WHERE 0", on: "p", at: connection)
        }
        #expect(error?.code == .busy)
        #expect(error?.message.contains("changed just now") == true)
    }
}
