import Foundation
import Retention
import Support
import Testing

@testable import Stores

/// Why a task on rows is refused or skipped, to the letter, on a database in a file.
@Suite struct RowsErrorTextsTests {
    private static let schema = """
        CREATE TABLE items (id INTEGER PRIMARY KEY, created TEXT, n INTEGER);
        CREATE TABLE pairs (a INTEGER, b INTEGER, created TEXT, PRIMARY KEY (a, b));
        CREATE TABLE bare (created TEXT);
        CREATE TABLE odd (rowid TEXT, _rowid_ TEXT, oid TEXT);
        CREATE VIEW seen AS SELECT * FROM items;
        """

    private static func task() -> RowsSpecification {
        var task = RowsSpecification(task: "t", table: "items")
        task.time = ["created"]
        task.olderThan = .days(1)
        return task
    }

    /// What a plan of the changed task ends with; `PATH` stands for the database's file.
    private static func refusal(
        _ sql: String = "",
        values: @escaping RowsReferenceValues = { _, _, _ in [] },
        _ change: (inout RowsSpecification) -> Void
    ) throws -> String? {
        let world = try SQLiteRowsWorld(schema + sql)
        var task = task()
        change(&task)
        return errorText { _ = try world.plan(world.store(task, values: values)) }?.replacing(world.path, with: "PATH")
    }

    // MARK: What is asked for

    @Test func aTaskWithoutBoundsIsRefusedInWords() throws {
        #expect(
            try Self.refusal { $0.olderThan = nil }
                == "Task t has no condition: all rows of items would go. Nothing was removed. State which, or write "
                + "allow: { unconditional: true }."
        )
        #expect(
            try Self.refusal { $0.needsFilter = true }
                == "Task t runs by hand only, with at least one of its filters (a flag that is false is none). "
                + "Nothing was removed."
        )
        #expect(
            try Self.refusal { ($0.time, $0.olderThan, $0.expired) = ([], nil, true) }
                == "Task t: expired needs expires."
        )
        #expect(try Self.refusal { $0.time = [] } == "Task t: older_than needs time.")
        #expect(
            try Self.refusal { ($0.time, $0.olderThan, $0.keep.counts.last) = ([], nil, 1) }
                == "Task t: keep needs time."
        )
        #expect(
            try Self.refusal { $0.action = .set([.init(column: "created", value: .now)]) }
                == "Task t: action.set names only now(), so that no row would ever be done; set a value besides."
        )
    }

    @Test func zonesAndColumnsOfTimesAreRefusedInWords() throws {
        let zone = "Task t: the time zone \"Mars\" is not known. Write an IANA name such as Europe/Berlin, or UTC."
        #expect(try Self.refusal { $0.timezone = "Mars" } == zone)
        #expect(try Self.refusal { $0.zone = "Mars" } == zone)
        #expect(
            try Self.refusal { $0.time = ["n"] }
                == "Task t: The column n is declared INTEGER, and so holds numbers. Say whether they are seconds or "
                + "milliseconds: time_format: epoch or epoch_ms."
        )
    }

    // MARK: What is not there

    @Test func whatIsNotThereIsSaidInWords() throws {
        let skipped = "The task is skipped."
        #expect(try Self.refusal { $0.table = "none" } == "There is no table none. \(skipped)")
        #expect(
            try Self.refusal { $0.time = ["x", "y"] }
                == "Table items has none of the columns x, y (time). \(skipped)"
        )
        #expect(try Self.refusal { $0.key = ["uid"] } == "Table items has no column uid (key). \(skipped)")
        #expect(
            try Self.refusal { $0.orphanOf = .init(column: "id", table: "none", key: "id") }
                == "There is no table none (orphan_of). \(skipped)"
        )
    }

    @Test func whatIsNoTableIsRefusedInWords() throws {
        #expect(
            try Self.refusal { $0.table = "seen" }
                == "PATH: seen is a view. Name the table that it shows. Nothing was removed."
        )
        #expect(
            try Self.refusal { $0.table = "odd" }
                == "PATH: odd has columns named rowid, _rowid_ and oid and no key, so that no row can be named. "
                + "Nothing was removed."
        )
    }

    // MARK: What would go along

    @Test func whatReachesFurtherIsRefusedInWords() throws {
        let child = "CREATE TABLE parts (item INTEGER REFERENCES items (id) ON DELETE CASCADE);"
        #expect(
            try Self.refusal(child) { _ in }
                == "Deletes from items would reach further than the task says, by ON DELETE CASCADE or a trigger: "
                + "table parts. Nothing was removed. If that is wanted, write allow: { cascade: [parts] }."
        )
        let trigger = "CREATE TRIGGER tidy AFTER UPDATE ON items BEGIN DELETE FROM bare; END;"
        #expect(
            try Self.refusal(trigger) { $0.action = .set([.init(column: "n", value: .integer(1))]) }
                == "Updates of items would reach further than the task says, by ON DELETE CASCADE or a trigger: "
                + "trigger tidy. Nothing was removed. If that is wanted, write allow: { cascade: [tidy] }."
        )
    }

    // MARK: References

    private static let reference = RowsReference(connection: "main", query: "SELECT 1")

    @Test func referencesByNoSingleKeyAreRefusedInWords() throws {
        let words = "Task t: references name a row by one column, and table"
        let write = "Write key with the one that they mean."
        #expect(
            try Self.refusal { ($0.table, $0.listedBy) = ("pairs", [Self.reference]) }
                == "\(words) pairs has the key a, b. \(write)"
        )
        #expect(
            try Self.refusal { ($0.table, $0.listedBy) = ("bare", [Self.reference]) }
                == "\(words) bare has no primary key. \(write)"
        )
    }

    @Test func answersOfReferencesAreRefusedInWords() throws {
        let words = "Task t: the reference on connection main"
        let absent: RowsReferenceValues = { _, _, _ in throw StoreError(.absent, "There is no table x.") }
        #expect(
            try Self.refusal(values: absent) { $0.referencedBy = [Self.reference] }
                == "\(words) could not be read: There is no table x. Nothing was removed."
        )
        let many: RowsReferenceValues = { _, _, _ in Array(repeating: "1", count: 1_000_001) }
        #expect(
            try Self.refusal(values: many) { $0.referencedBy = [Self.reference] }
                == "\(words) names more than 1000000 rows. Narrow its query, or keep it in the same database."
        )
        let text: RowsReferenceValues = { _, _, _ in ["a\n"] }
        #expect(
            try Self.refusal(values: text) { $0.referencedBy = [Self.reference] }
                == "\(words) names \"a\\x0A\", but the key id holds whole numbers. Nothing was removed. "
                + "Have its query give them."
        )
    }

    @Test func aColumnThatShouldOwnIsNamed() throws {
        let world = try SQLiteRowsWorld(Self.schema)
        let owned = RowsOwned(column: "path", resource: "preview_files") { _ in { _, _ in ItemResult(.gone) } }
        let store = RowsStore(
            Self.task(),
            backend: SQLiteBackend(path: world.path),
            owned: [owned],
            referenceValues: { _, _, _ in [] }
        )
        let error = #expect(throws: StoreError.self) { try world.plan(store) }
        #expect(
            error?.description
                == "Task t: table items has no column path, which owns preview_files. Correct the column's name."
        )
    }
}
