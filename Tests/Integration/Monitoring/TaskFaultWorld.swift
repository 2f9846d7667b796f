import Foundation
import Support
import Synchronization

/// Data and configuration of a service of which each task has a fault of its own.
struct TaskFaultWorld: Sendable {
    let folder: String
    /// `main` is there, `gone` takes no connections.
    let main: String
    let gone: String

    func file(_ name: String) -> String { "\(folder)/\(name)" }
    var rows: URL { URL(fileURLWithPath: file("rows.db")) }
    var configuration: String { file("cleanup.yaml") }
    /// Of the hours before: the tasks whose past matters, as they are now.
    var pastConfiguration: String { file("past.yaml") }

    func make() async throws {
        for name in ["away", "failing", "guarded", "quota", "archive", "dry"] {
            try FileManager.default.createDirectory(atPath: file("files/\(name)"), withIntermediateDirectories: true)
        }
        try await Command.sqlite3(rows, Self.schema)
        try await Command.psql(main, Self.slowSchema)
        try await shell(
            """
            cd '\(folder)/files'
            for n in 1 2 3 4 5 6 7; do touch -d '2 hours ago' guarded/$n; done
            head -c 1000000 /dev/urandom > quota/pinned.bin
            head -c 20000000 /dev/urandom > archive/big.log
            touch -d '2 hours ago' archive/big.log
            """
        )
        try write(
            configuration,
            Self.head + ConnectionFaults.connections + Self.pastCycles + Self.cycles + ConnectionFaults.cycles
                + "tasks:\n" + Self.pastTasks + Self.tasks + ConnectionFaults.tasks
        )
        try write(pastConfiguration, Self.head + Self.pastCycles + "tasks:\n" + Self.pastTasks)
    }

    /// Whether `gone` takes any.
    func allowConnections(_ isAllowed: Bool) throws {
        guard let name = URL(string: gone)?.lastPathComponent else { throw SupportError("no database in a URL") }
        try PostgresTestServer.shared.sql("ALTER DATABASE \(name) ALLOW_CONNECTIONS \(isAllowed)")
    }

    /// Adds old rows to a table.
    func insert(_ count: Int, into table: String, of database: URL) async throws {
        try await Command.sqlite3(database, Self.oldRows(count, table))
    }

    /// Changes the configuration, as a person does who mends a fault; others mend theirs at the same time.
    func change(_ part: String, to other: String) throws {
        try Self.editing.withLock { _ in
            let text = try String(contentsOfFile: configuration, encoding: .utf8)
            guard text.contains(part) else { throw SupportError("the configuration has no \(part)") }
            try write(configuration, text.replacingOccurrences(of: part, with: other))
        }
    }

    private static let editing = Mutex(())

    func shell(_ script: String) async throws {
        try await Command.run("/bin/sh", ["-euc", script]).check()
    }

    private func write(_ path: String, _ text: String) throws {
        // A rename, so that nobody reads half of it.
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    // MARK: What stands in the files

    /// One week, a sixtieth of it: a run every two minutes that deleted a dozen rows.
    static func past(until end: Int) -> String {
        let times = (0..<164).map { end - 26 * 60 - (163 - $0) * 60 }
        func family(_ name: String, _ each: Int) -> String {
            let samples = times.enumerated().map { index, time in
                "\(name)_total{job=\"cleanupd\",instance=\"faults\",task=\"spike\"} \(index / 2 * each) \(time)"
            }
            return (["# TYPE \(name) counter"] + samples).joined(separator: "\n")
        }
        return [family("cleanup_items_deleted", 12), family("cleanup_task_runs", 1), "# EOF"].joined(separator: "\n")
    }

    private static func oldRows(_ count: Int, _ table: String) -> String {
        """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))
        INSERT INTO \(table) (created_at) SELECT datetime('now', '-2 days') FROM n;
        """
    }

    private static let schema = """
        CREATE TABLE stuck (id INTEGER PRIMARY KEY, created_at TEXT);
        CREATE INDEX stuck_time ON stuck (created_at);
        CREATE TABLE held (id INTEGER);
        CREATE TRIGGER hold BEFORE DELETE ON stuck WHEN EXISTS (SELECT 1 FROM held WHERE id = old.id)
            BEGIN SELECT RAISE(ABORT, 'held'); END;
        \(oldRows(1, "stuck"))
        INSERT INTO held VALUES (1);
        CREATE TABLE spike (id INTEGER PRIMARY KEY, created_at TEXT);
        CREATE INDEX spike_time ON spike (created_at);
        \(oldRows(2000, "spike"))
        CREATE TABLE throttled (id INTEGER PRIMARY KEY, created_at TEXT);
        CREATE INDEX throttled_time ON throttled (created_at);
        \(oldRows(1, "throttled"))
        CREATE TABLE health (is_well INTEGER);
        INSERT INTO health VALUES (0);
        """

    private static let slowSchema = """
        CREATE TABLE slow (id serial PRIMARY KEY, created_at timestamptz DEFAULT now());
        CREATE INDEX slow_time ON slow (created_at);
        CREATE TABLE audit (seconds double precision);
        INSERT INTO audit VALUES (6);
        CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN PERFORM pg_sleep(seconds) FROM audit WHERE seconds > 0; RETURN old; END';
        CREATE TRIGGER audited BEFORE DELETE ON slow FOR EACH STATEMENT EXECUTE FUNCTION audit();
        INSERT INTO slow (created_at) VALUES (now() - interval '2 days');
        """

    private static let head = """
        state: "sqlite:${FOLDER}/state.db"
        http: { listen: "${CLEANUP_LISTEN}" }
        grace: 0s
        connections:
          files: { url: "file://${FOLDER}/files" }
          rows: { url: "sqlite:${FOLDER}/rows.db" }
          main: { url: "${MAIN_URL}" }
          gone: { url: "${GONE_URL}" }

        """

    private static let pastCycles = """
        cycles:
          stuck: { every: 1s, max_duration: 2s, at_start: true, tasks: [stuck] }
          dry: { every: 1s, tasks: [dry] }

        """

    private static let cycles = """
          away: { every: 1s, max_duration: 1s, tasks: [away] }
          never: { every: 1s, max_duration: 1s, tasks: [never] }
          failing: { every: 20s, at_start: true, tasks: [failing] }
          guarded: { every: 2s, tasks: [guarded] }
          spike:
            every: 1s
            at_start: true
            tasks: [spike]
            notify: [{ on: [success], webhook: "${HOOK_URL}", allow_local: true }]
          archive: { every: 2s, at_start: true, tasks: [archive] }
          slow: { every: 2s, at_start: true, tasks: [slow] }
          throttled: { every: 1s, at_start: true, tasks: [throttled] }
          quota: { every: 2s, at_start: true, tasks: [quota] }

        """

    private static let pastTasks = """
          stuck:
            rows: { in: rows, table: stuck, time: created_at }
            remove: { older_than: 1h }
            allow: { cascade: [hold] }
          dry: { dry_run: true, files: { in: files, path: dry }, remove: { older_than: 1h } }

        """

    private static let tasks = """
          away: { files: { in: files, path: away }, remove: { older_than: 1h } }
          never: { files: { in: files, path: never }, remove: { older_than: 1h } }
          failing: { rows: { in: gone, table: failing, time: created_at }, remove: { older_than: 1h } }
          guarded: { files: { in: files, path: guarded }, remove: { older_than: 1h }, limits: { max_items: 5 } }
          spike: { rows: { in: rows, table: spike, time: created_at }, remove: { older_than: 1h } }
          archive: { files: { in: files, path: archive, match: ["*.log"] }, compress: { older_than: 1h } }
          slow:
            rows: { in: main, table: slow, time: created_at }
            remove: { older_than: 1h }
            allow: { cascade: [audited] }
            pace: { batch: 10 }
          throttled:
            rows: { in: rows, table: throttled, time: created_at }
            remove: { older_than: 1h }
            budget: { duration: 8s }
            pace: { health: { in: rows, query: SELECT is_well FROM health } }
          quota:
            files: { in: files, path: quota, match: ["*.bin"] }
            quota: { of: files, path: quota, max: 1MiB, check_every: 3s }
            keep: { match: ["pinned*"] }

        """
}
