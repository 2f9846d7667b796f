import Foundation
import Support

/// Rows of PostgreSQL, which leave a trace when they go: their transaction, and the epoch that the fence had seen.
struct SoakEvents: SoakSource {
    static let age = 4.0
    let things = [SoakThings("events")]
    /// Without a proxy between.
    let database: String

    static let schema = """
        CREATE TABLE events (name text PRIMARY KEY, created_at timestamptz NOT NULL, pinned boolean NOT NULL);
        CREATE INDEX ON events (created_at);
        CREATE TABLE touched (
            n bigserial PRIMARY KEY, name text, epoch bigint, transaction xid8 DEFAULT pg_current_xact_id()
        );
        CREATE FUNCTION trace() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO public.touched (name, epoch) VALUES (OLD.name,
                (SELECT epoch FROM public.cleanupd_fence WHERE lock = 'task:events'));
            RETURN OLD; END $$;
        CREATE TRIGGER tracing BEFORE DELETE ON events FOR EACH ROW EXECUTE FUNCTION trace();
        """

    func make(_ number: Int, _ random: inout SeededGenerator) async throws {
        let names = (0..<8).map { "\(number)-\($0)" }
        try await make(names, due: SoakSchedule.due(after: Self.age)) { try await insert(names, isPinned: false) }
        if makesKept(number) {
            let kept = ["kept-\(number)"]
            try await make(kept, due: SoakThings.never) { try await insert(kept, isPinned: true) }
        }
        // Any that are there, due or not: whichever is made young stays.
        let chosen = (0..<3).compactMap { _ in things[0].pick(&random)?.0 }
        let before = Date()
        let list = (["''"] + chosen.map { "'\($0)'" }).joined(separator: ", ")
        let change = "UPDATE events SET created_at = clock_timestamp() WHERE name IN (\(list)) RETURNING name"
        for name in try await Command.psql(database, change).split(separator: "\n") {
            things[0].change(String(name), due: SoakSchedule.due(after: Self.age, since: before))
        }
    }

    func look() async throws -> [Set<String>] {
        [Set(try await Command.psql(database, "SELECT name FROM events").split(separator: "\n").map(String.init))]
    }

    private func insert(_ names: [String], isPinned: Bool) async throws {
        let values = names.map { "('\($0)', clock_timestamp(), \(isPinned))" }.joined(separator: ", ")
        try await Command.psql(database, "INSERT INTO events VALUES \(values)")
    }

    /// How many rows went under an older epoch after one had gone under a newer one.
    func removedByOlderEpochs() async throws -> Int {
        let query = """
            SELECT count(*) FROM (SELECT epoch, max(epoch) OVER (ORDER BY n) AS newest FROM touched) AS traces
                WHERE epoch IS NULL OR epoch < newest
            """
        return try await number(query)
    }

    /// Of how many rows at most one transaction is the end.
    func mostOfATransaction() async throws -> Int {
        try await number(
            "SELECT coalesce(max(rows), 0) FROM (SELECT count(*) AS rows FROM touched GROUP BY transaction) AS batches"
        )
    }

    /// How many went of those that are pinned, which a preview shows as due.
    func keptThatWent() async throws -> Int {
        try await number("SELECT count(*) FROM touched WHERE name LIKE 'kept-%'")
    }

    private func number(_ query: String) async throws -> Int {
        let answer = try await Command.psql(database, query)
        guard let number = Int(answer) else { throw SupportError("\(answer) is no number") }
        return number
    }

    /// How many epochs there were.
    func epochs() async throws -> String {
        try await Command.psql(database, "SELECT count(DISTINCT epoch) FROM touched")
    }
}

/// Rows of SQLite.
struct SoakEntries: SoakSource {
    static let age = 4.0
    let things = [SoakThings("entries")]
    let file: URL

    init(_ folder: String) async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        file = URL(fileURLWithPath: folder + "/rows.db")
        try await Command.sqlite3(
            file,
            """
            PRAGMA journal_mode = WAL;
            CREATE TABLE entries (name TEXT PRIMARY KEY, made INTEGER NOT NULL, pinned INTEGER NOT NULL);
            CREATE INDEX entries_made ON entries (made);
            """
        )
    }

    func make(_ number: Int, _ random: inout SeededGenerator) async throws {
        let names = (0..<6).map { "\(number)-\($0)" }
        try await make(names, due: SoakSchedule.due(after: Self.age)) { try await insert(names, isPinned: false) }
        if makesKept(number) {
            let kept = ["kept-\(number)"]
            try await make(kept, due: SoakThings.never) { try await insert(kept, isPinned: true) }
        }
        guard let (name, _) = things[0].pick(&random) else { return }
        let before = Date()
        let change = "UPDATE entries SET made = \(Self.milliseconds()) WHERE name = '\(name)' RETURNING name"
        if try await Command.sqlite3(file, change) == name {
            things[0].change(name, due: SoakSchedule.due(after: Self.age, since: before))
        }
    }

    func look() async throws -> [Set<String>] {
        [Set(try await Command.sqlite3(file, "SELECT name FROM entries").split(separator: "\n").map(String.init))]
    }

    private func insert(_ names: [String], isPinned: Bool) async throws {
        let time = Self.milliseconds()
        let values = names.map { "('\($0)', \(time), \(isPinned ? 1 : 0))" }.joined(separator: ", ")
        try await Command.sqlite3(file, "INSERT INTO entries VALUES \(values)")
    }

    private static func milliseconds() -> Int { Int(Date().timeIntervalSince1970 * 1000) }
}
