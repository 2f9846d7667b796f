import Foundation
import Support

/// A table `logs` in a database of either engine, and configurations of its own: for what several processes, or several
/// runs, do to the same rows.
///
/// The first `due` rows are 60 days old, those after them are of now. Beside them lies a table `gate` with one row.
struct RowsWorld: Sendable {
    enum Engine: String, Sendable, CaseIterable {
        case postgres, sqlite
    }

    static let young = 50

    let engine: Engine
    let due: Int
    let folder: URL
    /// Of the connection, as in a configuration.
    let url: String

    /// Makes the rows, lends them, and removes all.
    static func with(_ engine: Engine, due: Int, _ body: (RowsWorld) async throws -> Void) async throws {
        try await withTemporaryDirectory { folder in
            switch engine {
            case .sqlite:
                try await RowsWorld(engine: engine, due: due, folder: folder, url: "sqlite:app.db").fill(body)
            case .postgres:
                try await PostgresTestServer.shared.withDatabase { url in
                    try await RowsWorld(engine: engine, due: due, folder: folder, url: url).fill(body)
                }
            }
        }
    }

    private func fill(_ body: (RowsWorld) async throws -> Void) async throws {
        let open = "CREATE TABLE gate (is_open integer NOT NULL); INSERT INTO gate VALUES (0);"
        switch engine {
        case .sqlite:
            try await sql(
                """
                PRAGMA journal_mode = WAL; \(open)
                CREATE TABLE logs (id integer PRIMARY KEY, created_at text NOT NULL, archived integer NOT NULL DEFAULT 0,
                    path text);
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(due + Self.young))
                INSERT INTO logs (id, created_at) SELECT i, strftime('%Y-%m-%dT%H:%M:%fZ', 'now',
                    CASE WHEN i <= \(due) THEN '-60 days' ELSE '0 days' END, (i / 100.0) || ' seconds') FROM n;
                CREATE INDEX logs_by_time ON logs (created_at);
                """
            )
        case .postgres:
            try await sql(
                """
                \(open)
                CREATE TABLE logs (id integer PRIMARY KEY, created_at timestamptz NOT NULL,
                    archived integer NOT NULL DEFAULT 0, path text);
                INSERT INTO logs (id, created_at) SELECT i, now() + i * interval '10 milliseconds'
                    - CASE WHEN i <= \(due) THEN interval '60 days' ELSE interval '0' END
                    FROM generate_series(1, \(due + Self.young)) AS i;
                CREATE INDEX logs_by_time ON logs (created_at);
                """
            )
        }
        try await body(self)
    }

    /// Runs SQL beside the program.
    /// - Returns: rows on lines, columns between `|`.
    @discardableResult
    func sql(_ sql: String) async throws -> String {
        guard engine == .sqlite else { return try await Command.psql(url, sql) }
        return try await Command.sqlite3(folder.appendingPathComponent("app.db"), sql)
    }

    func number(_ query: String) async throws -> Int {
        let text = try await sql(query)
        guard let number = Int(text) else { throw SupportError("\(query) gave \(text)") }
        return number
    }

    func count(where condition: String = "1 = 1") async throws -> Int {
        try await number("SELECT count(*) FROM logs WHERE \(condition)")
    }

    /// What the state of a configuration holds.
    func state(_ name: String, _ query: String) async throws -> String {
        try await Command.sqlite3(folder.appendingPathComponent("\(name).db"), query)
    }

    /// Writes a configuration with a state of its own: one replica of the program.
    /// - Parameters:
    ///   - connections: lines beside `app`, the rows, and `data`, a folder of files.
    ///   - rest: its tasks, and whatever else it has.
    func replica(_ name: String, connections: String = "", _ rest: String) throws -> CleanupdProcess {
        let file = folder.appendingPathComponent("\(name).yaml")
        let head = """
            state: "sqlite:\(name).db"
            http: { listen: "127.0.0.1:0" }
            connections:
              app: { url: "\(url)" }
              data: { url: "file://\(folder.path)/data" }
              \(connections)

            """
        try (head + rest).write(to: file, atomically: true, encoding: .utf8)
        return CleanupdProcess(environment: ["CLEANUPD_CONFIG": file.path])
    }

    /// What a run wrote with `--metrics-file`.
    func metrics(_ name: String) async throws -> Exposition {
        let file = folder.appendingPathComponent("\(name).prom")
        return try await Exposition(checking: try String(contentsOf: file, encoding: .utf8), .text)
    }

    func metricsFile(_ name: String) -> [String] {
        ["--metrics-file", folder.appendingPathComponent("\(name).prom").path]
    }
}

extension Exposition {
    /// The sum of a family's series of one task; 0 if there are none.
    func sum(_ family: String, task: String) -> Double {
        samples.filter { $0.key.hasPrefix(family + "{") && $0.key.contains("task=\"\(task)\"") }.values.reduce(0, +)
    }
}
