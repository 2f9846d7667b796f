import Foundation
import Retention
import Support
import Testing

@testable import Stores

/// What is said of plans of rows, of their SQL, and beside them, to the letter.
@Suite struct RowsPlanErrorTextsTests {
    private static func task() -> RowsSpecification {
        var task = RowsSpecification(task: "t", table: "items")
        task.time = ["created"]
        task.olderThan = .days(1)
        return task
    }

    private static func world() throws -> SQLiteRowsWorld {
        try SQLiteRowsWorld(
            """
            CREATE TABLE items (id INTEGER PRIMARY KEY, created TEXT);
            CREATE TABLE parts (item INTEGER REFERENCES items (id));
            INSERT INTO items VALUES (1, '2020-01-01T00:00:00Z'), (2, 'soon');
            """
        )
    }

    // MARK: Plans that are kept

    @Test func aPlanThatIsNotTheTasksIsRefusedInWords() throws {
        let world = try Self.world()
        let store = world.store(Self.task())
        let plan = try world.plan(store)
        let text = String(decoding: plan.predicate, as: UTF8.self)
        let texts = [
            ("{}", "it cannot be read"),
            (text.replacing("\"version\":1", with: "\"version\":2"), "it is of another version"),
            (text.replacing("\"created\"", with: "\"removed\""), "it was altered"),
        ]
        for (predicate, finding) in texts {
            var other = plan
            other.predicate = Array(predicate.utf8)
            #expect(Self.refusal(of: other, store) == Self.refusal(finding))
        }
        var older = Self.task()
        older.olderThan = .days(2)
        #expect(
            Self.refusal(of: plan, world.store(older))
                == Self.refusal("it was made for another table, or under another policy")
        )
    }

    private static func refusal(of plan: BatchPlan, _ store: RowsStore) -> String? {
        errorText { _ = try store.openRemover(of: plan, run: "r", fence: nil) }
    }

    private static func refusal(_ finding: String) -> String {
        "The plan of task t cannot be carried out: \(finding). Nothing was removed. Make a new one."
    }

    // MARK: Beside a plan

    @Test func warningsAreSaidInWords() throws {
        let world = try Self.world()
        #expect(
            try world.plan(world.store(Self.task())).warnings == [
                "Rows of items to which table parts refers stay (foreign key).",
                "1 rows of items hold no time in column created that can be read, and are never due. "
                    + "Look at time_format, or mend them.",
            ]
        )
    }

    @Test func adviceIsSaidInWords() throws {
        let world = try Self.world()
        var pace = RowsPace()
        pace.maxLoad = 1
        #expect(
            try world.store(Self.task(), pace: pace).advice() == [
                "No index serves the order of items by created, so that each batch reads the whole table. "
                    + "Run: CREATE INDEX \"cleanupd_created\" ON \"items\" (\"created\");",
                "\(world.path) cannot shrink (auto_vacuum = 0): pages that cleaning frees stay in the file, and are used "
                    + "again. To give them back, once, while nothing else uses it: "
                    + "sqlite3 \(world.path) 'PRAGMA auto_vacuum = INCREMENTAL; VACUUM;'",
                "pace.max_lag and pace.max_load mean nothing for SQLite, which has no replicas or sessions.",
            ]
        )
    }

    // MARK: SQL of the configuration

    private static let halves = "without its other half"

    @Test(arguments: [
        (":tll", "the name :tll, which is neither :now, :cutoff, :grace_cutoff nor one of params"),
        ("(a", "a ( without its )"), ("a)", "a ) without its ("), ("'open", "a ' \(halves)"),
        ("\"open", "a \" \(halves)"), ("/* open", "a comment without its end"),
        ("/* /* */", "a comment within a comment, where engines do not agree on its end"),
        ("-- a\rb", "a carriage return without a line feed in a comment; end its lines with line feeds"),
        ("a; b", "a semicolon: it must be one piece of SQL"),
        ("a = ?", "?, which stands for a value that is not its own; write a name of params, as :name"),
        ("a = `b`", "`, which begins a name in the quotes of other engines; write names in double quotes"),
    ])
    func sqlThatIsNoPieceIsRefusedInWords(_ sql: String, _ finding: String) {
        #expect(Self.refusal(of: sql, .sqlite) == "The SQL of where has \(finding). Nothing was removed.")
    }

    @Test func dollarQuotesOfPostgreSQLAreRefusedInWords() {
        #expect(
            Self.refusal(of: "$q$ open", .postgres)
                == "The SQL of where has a $q$ without its other half. Nothing was removed."
        )
    }

    private static func refusal(of sql: String, _ form: SQLForm) -> String? {
        errorText { _ = try RowsSQL.replacingNames(in: sql, place: "where", form: form) { $0 == "now" ? "?1" : nil } }
    }
}
