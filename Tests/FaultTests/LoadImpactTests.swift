import Foundation
import Support
import Testing

/// D7: what a run costs the others who use a database.
///
/// For `make soak`: it takes millions of rows, and a machine that does nothing else, to tell a fifth of a latency. That a
/// run which sees others takes short batches and rests after each is looked at always, by `BatchRunTests`.
@Suite(.serialized, .tags(.d7), .timeLimit(.minutes(Scale.minutes(10)))) struct LoadImpactTests {
    /// As many as are old go, and as many young ones stay.
    private static let due = Scale.rounds(10_000, nightly: 2_500_000)
    private static let rounds = Scale.rounds(1, nightly: 5)
    /// Transactions a second of the others: some, on any machine, of what it could do.
    private static let rate = 200

    private static func configuration(_ url: String) -> String {
        """
        state: sqlite:state.db
        http: { listen: "127.0.0.1:0" }
        connections: { app: { url: "\(url)" } }
        tasks:
          logs:
            rows: { in: app, table: logs, time: created_at }
            remove: { older_than: 30d }
        """
    }

    /// One batch, from BEGIN to COMMIT, and the time until the next began.
    private struct Batch {
        var seconds: Double
        var rest: Double
    }

    @Test(.enabled(if: Scale.soak != nil, "make soak"))  // banned-ok: the soak measures
    func aRunBesideOthersHasShortBatchesRestsAfterEachAndHardlySlowsThemDown() async throws {
        let server = try Self.server()
        var growths: [Double] = []
        for round in 1...Self.rounds {
            try await server.withDatabase { url in
                try await Self.fill(url, on: server)
                let alone = try Self.alone(url, on: server)
                let beside = try await Self.runBeside(url, on: server, "round \(round)")
                growths.append(beside / alone)
            }
        }
        #expect(growths.sorted()[growths.count / 2] <= 1.2, "the 99th percentile grew \(growths)")
    }

    /// Writes to its disk, as all do who have something to lose.
    private static func server() throws -> PostgresTestServer {
        var options = PostgresTestServer.Options()
        options.fsync = true
        // An autovacuum of the table would hold the run back.
        options.settings = ["autovacuum": "off", "max_wal_size": "4GB"]
        return try PostgresTestServer(options)
    }

    private static func fill(_ url: String, on server: PostgresTestServer) async throws {
        try TransactionLoad.prepare(url, on: server, scale: Scale.rounds(1, nightly: 20))
        try await Command.psql(
            url,
            """
            CREATE TABLE logs (id bigserial PRIMARY KEY, created_at timestamptz NOT NULL, note text NOT NULL);
            INSERT INTO logs (created_at, note)
                SELECT now() - interval '60 days' + n * interval '100 milliseconds', md5(n::text)
                FROM generate_series(1, \(due)) AS n;
            INSERT INTO logs (created_at, note) SELECT now(), md5(n::text) FROM generate_series(1, \(due)) AS n;
            CREATE INDEX ON logs (created_at); ANALYZE logs;
            """
        )
        try await Command.psql(url, "CHECKPOINT")
    }

    /// The 99th percentile of the others where nothing is removed.
    private static func alone(_ url: String, on server: PostgresTestServer) throws -> Double {
        try TransactionLoad(url, on: server, rate: rate, seconds: 60).end(within: 600).percentile(0.99)
    }

    /// - Returns: the 99th percentile of the others while a run lasts.
    private static func runBeside(_ url: String, on server: PostgresTestServer, _ when: String) async throws -> Double {
        try await withTemporaryDirectory { folder in
            let others = try TransactionLoad(url, on: server, rate: rate)
            let start = Date().timeIntervalSince1970
            let metrics = try await run(url, in: folder, when)
            let meanwhile = try others.stop().filter { $0.end >= start }
            #expect(meanwhile.count > 50, "\(when): nobody was beside it")
            let left = "SELECT count(*), min(id) FROM logs"
            #expect(try await Command.psql(url, left) == "\(due)|\(due + 1)", "\(when)")
            #expect(metrics[#"cleanup_items_deleted_total{task="logs"}"#] == Double(due), "\(when)")
            try await expectGentle(folder, when)
            return meanwhile.percentile(0.99)
        }
    }

    private static func run(_ url: String, in folder: URL, _ when: String) async throws -> Exposition {
        let file = folder.appendingPathComponent("cleanup.yaml")
        try configuration(url).write(to: file, atomically: true, encoding: .utf8)
        let metrics = folder.appendingPathComponent("metrics.prom")
        let cleanupd = CleanupdProcess(environment: ["CLEANUPD_CONFIG": file.path])
        let run = try await cleanupd.run("run", "--force", "logs", "--metrics-file", metrics.path)
        #expect(run.code == 0, "\(when): \(run.errorText)")
        return try await Exposition(checking: try String(contentsOf: metrics, encoding: .utf8), .text)
    }

    /// As its ledger has it: each batch with its beginning.
    private static func expectGentle(_ folder: URL, _ when: String) async throws {
        let query = """
            SELECT seconds, rest FROM (SELECT rows, seconds,
                (lead(started_at) OVER (ORDER BY sequence) - started_at) / 1e9 - seconds AS rest FROM batch) WHERE rows > 0
            """
        let lines = try await Command.sqlite3(folder.appendingPathComponent("state.db"), query).split(separator: "\n")
        let batches = try lines.map { line in
            let fields = line.split(separator: "|").map { Double($0) }
            guard fields.count == 2, let seconds = fields[0], let rest = fields[1] else {
                throw SupportError("the ledger has \(line)")
            }
            return Batch(seconds: seconds, rest: rest)
        }
        let lengths = batches.map(\.seconds).sorted()
        try #require(lengths.count >= 20, "\(when): \(lengths)")
        #expect(lengths[lengths.count * 95 / 100] <= 1, "\(when): \(lengths.suffix(lengths.count / 20 + 1))")
        // Two and a half times as long as it lasted, up to a tenth of a second. It looks once a second whether others are
        // there, and may miss them where nobody of them got to work for as long.
        let rested = batches.filter { $0.rest >= min(0.1, 2 * $0.seconds) }
        #expect(rested.count >= batches.count * 9 / 10, "\(when): \(rested.count) of \(batches.count)")
    }
}
