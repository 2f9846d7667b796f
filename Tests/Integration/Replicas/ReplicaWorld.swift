import Foundation
import Support

/// A database with the state and the rows of several replicas, a Redis of their own, and their one configuration.
///
/// Each table has the name of the task that cleans it. Whatever is deleted leaves a trace in `touched`, with the epoch
/// that the fence had seen by then.
struct ReplicaWorld: Sendable {
    /// Lasts 3 seconds for a hundred rows: a batch of two is followed by a pause.
    static let slowPace = "{ batch: 2, pause: 50ms }"

    let folder: URL
    let database: String
    let redis: RedisServer
    /// Of locks.
    let ttl: Duration
    /// The database as the replicas reach it, where they do so in a way of their own.
    var programsDatabase: String?

    /// Makes Redis, the database and the fence, lends them, and removes all.
    static func with(
        ttl: Duration = .seconds(2),
        redis options: RedisServer.Options = .init(),
        _ body: (ReplicaWorld) async throws -> Void
    ) async throws {
        let redis = try await RedisServer.started(options)
        try await withTemporaryDirectory { folder in
            try await PostgresTestServer.shared.withDatabase { url in
                let world = ReplicaWorld(folder: folder, database: url, redis: redis, ttl: ttl)
                try await world.sql(Self.traces)
                try await body(world)
            }
        }
    }

    private static let traces = """
        CREATE TABLE touched (n bigserial PRIMARY KEY, task text, id bigint, epoch bigint,
            at timestamptz DEFAULT clock_timestamp());
        CREATE FUNCTION trace() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO public.touched (task, id, epoch) VALUES (TG_TABLE_NAME, OLD.id,
                (SELECT epoch FROM public.cleanupd_fence WHERE lock = 'task:' || TG_TABLE_NAME));
            RETURN OLD; END $$
        """

    /// A table whose rows are all 60 days old, with the trace.
    func makeTable(_ name: String, rows: Int) async throws {
        try await sql(
            """
            CREATE TABLE \(name) (id bigserial PRIMARY KEY, created_at timestamptz NOT NULL);
            CREATE INDEX ON \(name) (created_at);
            CREATE TRIGGER tracing BEFORE DELETE ON \(name) FOR EACH ROW EXECUTE FUNCTION trace();
            """
        )
        try await addRows(rows, to: name)
    }

    func addRows(_ count: Int, to name: String) async throws {
        try await sql(
            "INSERT INTO \(name) (created_at) SELECT now() - interval '60 days' FROM generate_series(1, \(count))"
        )
    }

    /// The task of a table.
    static func task(_ name: String, pace: String = slowPace) -> String {
        """
          \(name):
            rows: { in: app, table: \(name), time: created_at }
            remove: { older_than: 30d }
            pace: \(pace)
            allow: { cascade: [tracing] }

        """
    }

    // MARK: Programs

    /// Writes the configuration that all replicas share.
    /// - Parameters:
    ///   - coordination: its URL; `nil` = Redis.
    ///   - cycles: lines below `cycles:`.
    ///   - tasks: lines below `tasks:`.
    func cleanupd(coordination: String? = nil, cycles: String, tasks: String) throws -> CleanupdProcess {
        let file = folder.appendingPathComponent("cleanup.yaml")
        let milliseconds = Int(ttl / .milliseconds(1))
        let database = programsDatabase ?? database
        let text = """
            state: "\(database)"
            coordination: { url: "\(coordination ?? redis.url())", lock_ttl: \(milliseconds)ms }
            http: { listen: "127.0.0.1:0" }
            connections:
              app: { url: "\(database)" }
              data: { url: "file://\(folder.path)/data" }
            cycles:
            \(cycles)
            tasks:
            \(tasks)
            """
        try text.write(to: file, atomically: true, encoding: .utf8)
        return CleanupdProcess(environment: ["CLEANUPD_CONFIG": file.path])
    }

    /// Makes the table that refuses older epochs.
    func installFence(_ cleanupd: CleanupdProcess) async throws {
        try await cleanupd.run("check", "--install-fence").check()
    }

    /// Nobody can lead until `freeLead`, or for ten times the lock's time to live.
    func blockLead() async throws {
        try await redis.command("SET", "{cleanupd}:lock:leader", "test/1", "PX", "600000")
    }

    func freeLead() async throws { try await redis.command("DEL", "{cleanupd}:lock:leader") }

    // MARK: What has happened

    /// Runs SQL in the database.
    /// - Returns: rows on lines, columns between `|`.
    @discardableResult
    func sql(_ sql: String) async throws -> String { try await Command.psql(database, sql) }

    func number(_ query: String) async throws -> Int {
        let text = try await sql(query)
        guard let number = Int(text) else { throw SupportError("\(query) gave \(text)") }
        return number
    }

    func rows(_ table: String) async throws -> Int { try await number("SELECT count(*) FROM \(table)") }

    func touched(_ task: String) async throws -> Int {
        try await number("SELECT count(*) FROM touched WHERE task = '\(task)'")
    }

    /// Waits until something of a task has gone.
    func waitUntilTouched(_ task: String) async throws {
        guard try await eventually(seconds: 30, { try await touched(task) > 0 ? true : nil }) == true else {
            throw SupportError("nothing of \(task) was deleted")
        }
    }

    /// Waits until nothing of a task is left.
    /// - Returns: whether that came to be.
    func isEmptied(_ table: String, seconds: Double) async throws -> Bool {
        try await eventually(seconds: seconds) { try await rows(table) == 0 ? true : nil } ?? false
    }

    /// How many rows were touched after somebody with a newer epoch had touched one of the same task.
    func touchedByOlderEpochs() async throws -> Int {
        try await number(
            """
            SELECT count(*) FROM touched AS older WHERE epoch IS NULL OR EXISTS (SELECT FROM touched AS newer
                WHERE newer.task = older.task AND newer.epoch > older.epoch AND newer.n < older.n)
            """
        )
    }

    /// The real runs of a task in the order of their beginning: `outcome failure`.
    func runs(_ task: String) async throws -> [String] {
        try await sql(
            "SELECT coalesce(outcome, '-') || ' ' || coalesce(failure, '-') FROM cleanupd.run "
                + "WHERE task = '\(task)' AND NOT dry_run ORDER BY number"
        ).split(separator: "\n").map(String.init)
    }

    /// The identities of all jobs that the queue knows.
    func jobs() async throws -> [String] {
        let text = try await redis.command("ZRANGE", "{cleanupd}:queue:all", "0", "-1")
        return text.split(separator: "\n").map(String.init)
    }

    /// A field of a job, as Redis holds it.
    func job(_ id: String, _ field: String) async throws -> String {
        try await redis.command("HGET", "{cleanupd}:queue:job:\(id)", field)
    }
}
