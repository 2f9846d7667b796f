import Clients
import Foundation
import Retention
import Stores
import Support
import Synchronization
import Testing

/// Rows that own things: the things go first, then the row.
@Suite(.timeLimit(.minutes(5)))
struct RowsOwnedTests {
    /// One of the databases, with a table of 30 old rows and 5 young ones, each of which names a thing.
    private struct World {
        let backend: any RowsBackend
        let run: (String) async throws -> String
    }

    private static let engines = ["sqlite", "postgres"]

    private func with(_ engine: String, _ body: (World) async throws -> Void) async throws {
        if engine == "sqlite" {
            let folder = try TemporaryFolder()
            let path = folder.file("app.db")
            let world = World(backend: SQLiteBackend(path: path)) {
                try await Command.sqlite3(URL(fileURLWithPath: path), $0)
            }
            _ = try await world.run("CREATE TABLE t (id INTEGER PRIMARY KEY, made TEXT, path TEXT, state TEXT)")
            for id in 1...35 {
                let days = id <= 30 ? 100 : 1
                _ = try await world.run(
                    "INSERT INTO t VALUES (\(id), datetime('now', '-\(days) days'), 'p/\(id)', 'new')"
                )
            }
            try await body(world)
            withExtendedLifetime(folder) {}
        } else {
            try await PostgresTestServer.shared.withDatabase { url in
                let server = PostgresServer(
                    name: "t",
                    settings: PostgresSettings(url: url),
                    now: { ContinuousClock.now }
                )
                let world = World(backend: PostgresRowsBackend(server)) { sql in
                    try server.withConnection(as: "test") { connection in
                        try connection.query(sql).map { try $0.text(0) ?? "" }.joined(separator: "\n")
                    }
                }
                _ = try await world.run("CREATE TABLE t (id int PRIMARY KEY, made timestamptz, path text, state text)")
                _ = try await world.run(
                    """
                    INSERT INTO t SELECT i, now() - CASE WHEN i <= 30 THEN interval '100 days' ELSE interval '1 day' END,
                        'p/' || i, 'new' FROM generate_series(1, 35) AS i
                    """
                )
                try await body(world)
                server.closeIdle()
            }
        }
    }

    private func store(
        _ world: World,
        action: RowsSpecification.Action = .delete,
        allowing triggers: [String] = [],
        _ remove: @escaping @Sendable (String) -> ItemResult
    ) throws -> RowsStore {
        var specification = RowsSpecification(task: "t", table: "t")
        specification.time = ["made"]
        specification.olderThan = try Age(parsing: "30d")
        specification.action = action
        specification.allowCascade = triggers
        let owned = RowsOwned(column: "path", resource: "things") { _ in { name, _ in remove(name) } }
        return RowsStore(specification, backend: world.backend, owned: [owned]) { _, _, _ in [] }
    }

    /// Runs to the end.
    private func run(_ store: RowsStore) throws -> BatchResult {
        let request = BatchPlanRequest(
            now: Instant(seconds: Int64(Date().timeIntervalSince1970)),
            countLimit: 0,
            limits: Limits()
        )
        let plan = try store.plan(request, isCancelled: { false })
        let remover = try store.openRemover(of: plan, run: "r", fence: nil)
        var sum = BatchResult()
        for _ in 0..<1_000 where !sum.isExhausted {
            let batch = try remover.removeBatch(limit: 7, isCancelled: { false })
            sum.deleted += batch.deleted
            sum.updated += batch.updated
            sum.cleared += batch.cleared
            sum.owned.merge(batch.owned, uniquingKeysWith: +)
            sum.failures.merge(batch.failures, uniquingKeysWith: +)
            sum.lockTimeouts += batch.lockTimeouts
            sum.message = sum.message ?? batch.message
            sum.isExhausted = batch.isExhausted
        }
        return sum
    }

    private func ids(_ world: World) async throws -> [Int] {
        try await world.run("SELECT id FROM t ORDER BY id").split(separator: "\n").compactMap { Int($0) }
    }

    @Test(arguments: engines)
    func thingsGoFirstAndThenTheirRows(_ engine: String) async throws {
        try await with(engine) { world in
            let removed = Mutex<[String]>([])
            let sum = try run(
                store(world) { name in
                    removed.withLock { $0.append(name) }
                    return ItemResult(.deleted)
                }
            )
            #expect(sum.isExhausted)
            #expect(sum.deleted == 30)
            #expect(sum.owned == ["things": 30])
            #expect(removed.withLock { Set($0) } == Set((1...30).map { "p/\($0)" }))
            #expect(try await ids(world) == Array(31...35))
        }
    }

    @Test(arguments: engines)
    func ownedObjectsThatOnlyGotADeleteMarkerAreNotCounted(_ engine: String) async throws {
        try await with(engine) { world in
            @Sendable func remove(_ name: String) -> ItemResult {
                var result = ItemResult(.deleted)
                result.isForGood = name == "p/3"
                return result
            }
            // The rows stay: it is the budget of rows that counts them.
            let cleared = try run(store(world, action: .none, remove))
            #expect(cleared.cleared == 30 && cleared.owned == ["things": 1])
            let sum = try run(store(world, remove))
            #expect(sum.deleted == 30 && sum.owned == ["things": 1])
        }
    }

    @Test(arguments: engines)
    func failureLeavesTheRowForTheNextRunAndTheOthersGo(_ engine: String) async throws {
        try await with(engine) { world in
            let sum = try run(
                store(world) { name in
                    name == "p/3" || name == "p/20"
                        ? ItemResult(.failed, failure: .permission, detail: "\(name) is not ours") : ItemResult(.gone)
                }
            )
            #expect(sum.isExhausted)
            #expect(sum.deleted == 28)
            #expect(sum.failures == [.permission: 2])
            #expect(sum.message?.contains("is not ours") == true)
            #expect(try await ids(world) == [3, 20] + Array(31...35))
            #expect(try run(store(world) { _ in ItemResult(.gone) }).deleted == 2)
        }
    }

    @Test(arguments: engines)
    func manyOldRowsThatStayStarveNobody(_ engine: String) async throws {
        try await with(engine) { world in
            let made = engine == "sqlite" ? "'2001-01-01'" : "timestamptz '2001-01-01'"
            _ = try await world.run(
                """
                WITH RECURSIVE n(i) AS (SELECT 1001 UNION ALL SELECT i + 1 FROM n WHERE i < 2300)
                INSERT INTO t SELECT i, \(made), 'bad', 'new' FROM n
                """
            )
            let sum = try run(
                store(world) { name in
                    name == "bad" ? ItemResult(.failed, failure: .permission, detail: "not ours") : ItemResult(.deleted)
                }
            )
            #expect(sum.isExhausted)
            #expect(sum.deleted == 30)
            #expect(sum.failures == [.permission: 1_300])
            #expect(try await ids(world) == Array(31...35) + Array(1_001...2_300))
        }
    }

    @Test(arguments: engines)
    func rowsMayBeSetInstead(_ engine: String) async throws {
        try await with(engine) { world in
            let action = RowsSpecification.Action.set([.init(column: "path", value: .null)])
            let sum = try run(store(world, action: action) { _ in ItemResult(.deleted) })
            #expect(sum.updated == 30)
            #expect(sum.deleted == 0)
            #expect(try await world.run("SELECT count(*) FROM t WHERE path IS NULL").hasPrefix("30"))
            #expect(try run(store(world, action: action) { _ in ItemResult(.deleted) }).updated == 0)
        }
    }

    @Test(arguments: engines)
    func aTriggerThatUndoesTheValueIsAFailureAndEndsTheRun(_ engine: String) async throws {
        try await with(engine) { world in
            if engine == "postgres" {
                _ = try await world.run(
                    """
                    CREATE FUNCTION back() RETURNS trigger LANGUAGE plpgsql AS
                        'BEGIN IF new.id IN (3, 20) THEN new.path := old.path; END IF; RETURN new; END'
                    """
                )
                _ = try await world.run(
                    "CREATE TRIGGER back BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION back()"
                )
            } else {
                _ = try await world.run(
                    """
                    CREATE TRIGGER back AFTER UPDATE ON t WHEN new.id IN (3, 20)
                        BEGIN UPDATE t SET path = old.path WHERE id = old.id; END
                    """
                )
            }
            let action = RowsSpecification.Action.set([.init(column: "path", value: .null)])
            let sum = try run(store(world, action: action, allowing: ["back"]) { _ in ItemResult(.gone) })
            #expect(sum.isExhausted)
            #expect(sum.updated == 28)
            #expect(sum.failures == [.conflict: 2])
            let left = try await world.run("SELECT id FROM t WHERE path IS NOT NULL AND id <= 30 ORDER BY id")
            #expect(left.split(separator: "\n") == ["3", "20"])
        }
    }

    @Test(arguments: engines)
    func onlyWhatTheRowOwnsMayGo(_ engine: String) async throws {
        try await with(engine) { world in
            let asked = Mutex<[String: Int]>([:])
            let sum = try run(
                store(world, action: .none) { name in
                    asked.withLock { $0[name, default: 0] += 1 }
                    return ItemResult(.deleted)
                }
            )
            #expect(sum.isExhausted)
            #expect(sum.deleted == 0 && sum.updated == 0)
            // What a budget of rows counts.
            #expect(sum.cleared == 30)
            #expect(sum.owned == ["things": 30])
            #expect(asked.withLock { $0.values.allSatisfy { $0 == 1 } })
            #expect(try await ids(world) == Array(1...35))
            // They stay past their time for ever, which is nobody's fault, and of no interest.
            let now = Instant(seconds: Int64(Date().timeIntervalSince1970))
            let spent = try store(world, action: .none) { _ in ItemResult(.gone) }
            #expect(try spent.oldestOverdue(at: now) { false } == 0)
            #expect(try run(spent).cleared == 0)
        }
    }

    @Test(arguments: engines)
    func columnMayHoldAnArrayOrNothing(_ engine: String) async throws {
        try await with(engine) { world in
            if engine == "postgres" {
                _ = try await world.run("ALTER TABLE t ALTER path TYPE text[] USING ARRAY[path, path || 'b']")
            } else {
                _ = try await world.run("UPDATE t SET path = json_array(path, path || 'b')")
            }
            _ = try await world.run("UPDATE t SET path = NULL WHERE id = 5")
            let removed = Mutex<Set<String>>([])
            let sum = try run(
                store(world) { name in
                    removed.withLock { _ = $0.insert(name) }
                    return ItemResult(.deleted)
                }
            )
            #expect(sum.deleted == 30)
            #expect(removed.withLock { $0.count } == 58)
            #expect(removed.withLock { $0.contains("p/30b") && !$0.contains("p/5") })
        }
    }

    @Test func rowsThatOthersHoldAreSkippedAndTakenLater() async throws {
        try await PostgresTestServer.shared.withDatabase { url in
            let server = PostgresServer(name: "t", settings: PostgresSettings(url: url), now: { ContinuousClock.now })
            let world = World(backend: PostgresRowsBackend(server)) { _ in "" }
            try server.withConnection(as: "holder") { holder in
                _ = try holder.query(
                    "CREATE TABLE t AS SELECT i AS id, now() - interval '100 days' AS made, 'p' || i AS path "
                        + "FROM generate_series(1, 10) AS i"
                )
                let held = Mutex(true)
                _ = try holder.query("BEGIN")
                _ = try holder.query("SELECT 1 FROM t WHERE id = 4 FOR UPDATE")
                let count = Mutex(0)
                let store = try store(world) { _ in
                    count.withLock { $0 += 1 }
                    return ItemResult(.deleted)
                }
                let plan = try store.plan(
                    BatchPlanRequest(
                        now: Instant(seconds: Int64(Date().timeIntervalSince1970)),
                        countLimit: 0,
                        limits: Limits()
                    ),
                    isCancelled: { false }
                )
                let remover = try store.openRemover(of: plan, run: "r", fence: nil)
                var deleted = 0
                for _ in 0..<20 {
                    let batch = try remover.removeBatch(limit: 100, isCancelled: { false })
                    deleted += batch.deleted
                    if deleted == 9, held.withLock({ $0 }) {
                        #expect(!batch.isExhausted)
                        _ = try holder.query("COMMIT")
                        held.withLock { $0 = false }
                    }
                    if batch.isExhausted { break }
                }
                #expect(deleted == 10)
                #expect(count.withLock { $0 } == 10)
            }
            server.closeIdle()
        }
    }

    @Test func aRowWhoseHeirIsHeldStaysAndTheOthersGo() async throws {
        try await PostgresTestServer.shared.withDatabase { url in
            let server = PostgresServer(name: "t", settings: PostgresSettings(url: url), now: { ContinuousClock.now })
            let world = World(backend: PostgresRowsBackend(server)) { _ in "" }
            try server.withConnection(as: "holder") { holder in
                try holder.executeScript(
                    """
                    CREATE TABLE t (id int PRIMARY KEY, made timestamptz, path text);
                    CREATE TABLE parts (t int REFERENCES t (id) ON DELETE CASCADE);
                    INSERT INTO t SELECT i, now() - interval '100 days', 'p' || i FROM generate_series(1, 10) AS i;
                    INSERT INTO parts SELECT i FROM generate_series(1, 10) AS i;
                    """
                )
                _ = try holder.query("BEGIN")
                _ = try holder.query("SET LOCAL idle_in_transaction_session_timeout = 0")
                _ = try holder.query("SELECT 1 FROM parts WHERE t IN (4, 5) FOR UPDATE")
                let asked = Mutex(0)
                let store = try store(world, allowing: ["parts"]) { _ in
                    asked.withLock { $0 += 1 }
                    return ItemResult(.gone)
                }
                let sum = try run(store)
                #expect(sum.isExhausted)
                #expect(sum.deleted == 8)
                #expect(sum.failures == [.conflict: 2])
                #expect(sum.lockTimeouts == 2)
                #expect(asked.withLock { $0 } == 10)
                _ = try holder.query("COMMIT")
                #expect(try run(store).deleted == 2)
            }
            server.closeIdle()
        }
    }
}
