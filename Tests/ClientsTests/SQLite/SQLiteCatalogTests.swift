import Clients
import Support
import Testing

@Suite("SQLite client: the catalog")
struct SQLiteCatalogTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func table(_ name: String, _ schema: String) throws -> SQLiteTable? {
        try SQLiteShell.run(folder.file("t.db"), schema)
        return try SQLiteConnection(path: folder.file("t.db"), access: .readOnly).table(name)
    }

    @Test func columnsKeysAndIndexesAreTold() throws {
        let found = try #require(
            try table(
                "jobs",
                """
                CREATE TABLE Jobs (id INTEGER PRIMARY KEY, name VARCHAR(20), done DATETIME, cost REAL, raw, n AS (cost * 2));
                CREATE INDEX a ON jobs (done, name); CREATE INDEX b ON jobs (cost) WHERE cost > 1;
                CREATE INDEX c ON jobs (lower(name)); CREATE INDEX d ON jobs (raw COLLATE NOCASE);
                """
            )
        )
        #expect(found.name == "Jobs")
        #expect(found.columns.map(\.name) == ["id", "name", "done", "cost", "raw", "n"])
        #expect(found.columns.map(\.affinity) == [.integer, .text, .numeric, .real, .blob, .blob])
        #expect(found.columns.map(\.isGenerated) == [false, false, false, false, false, true])
        #expect(found.primaryKey == ["id"])
        #expect(found.rowID == "rowid")
        #expect(found.indexedColumns == ["id", "done"])
    }

    @Test func compositeKeysKeepTheirOrderAndHiddenRowNumbersAreFound() throws {
        let composite = try table("k", "CREATE TABLE k (b TEXT, a TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;")
        #expect(composite?.primaryKey == ["a", "b"])
        #expect(composite?.isWithoutRowID == true)
        #expect(composite?.rowID == nil)
        #expect(composite?.indexedColumns == ["a"])
        #expect(try table("h", "CREATE TABLE h (RowID TEXT, oid TEXT);")?.rowID == "_rowid_")
        #expect(try table("a", "CREATE TABLE a (rowid TEXT, oid TEXT, _rowid_ TEXT);")?.rowID == nil)
    }

    @Test func whatIsNoTableIsToldApart() throws {
        let schema = "CREATE TABLE t (x); CREATE VIEW v AS SELECT * FROM t; CREATE VIRTUAL TABLE f USING fts5(x);"
        #expect(try table("v", schema)?.kind == .view)
        let connection = try SQLiteConnection(path: folder.file("t.db"), access: .readOnly)
        #expect(try connection.table("f")?.kind == .virtual)
        #expect(try connection.table("f_data")?.kind == .shadow)
        #expect(try connection.table("sqlite_schema") == nil)
        #expect(try connection.table("T; DROP TABLE t") == nil)
        #expect(try connection.table("") == nil)
    }

    @Test func foreignKeysThatMeanATableAreTold() throws {
        let found = try table(
            "p",
            """
            CREATE TABLE p (a, b, PRIMARY KEY (a, b));
            CREATE TABLE one (x, y, FOREIGN KEY (x, y) REFERENCES P ON DELETE CASCADE);
            CREATE TABLE two (x, y, FOREIGN KEY (y, x) REFERENCES p (b, a));
            """
        )
        #expect(
            found?.children == [
                SQLiteTable.Child(table: "one", onDelete: "CASCADE", columns: [("x", "a"), ("y", "b")]),
                SQLiteTable.Child(table: "two", onDelete: "NO ACTION", columns: [("y", "b"), ("x", "a")]),
            ]
        )
    }
}
