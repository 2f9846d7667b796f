import Clients
import Foundation
import Retention
import Stores
import Support
import Synchronization
import Testing

/// The table of the fence: made where it belongs, once, and believed only where nobody else can have made it.
@Suite(.timeLimit(.minutes(5))) struct PostgresFenceInstallTests {
    private static let shape =
        "(scope text NOT NULL, lock text NOT NULL, epoch bigint NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (scope, lock))"

    @Test func isMadeOnceInTheSchemaOfTheRole() async throws {
        try await PostgresRowsDatabase.with(.shared) { database in
            let before = try database.postgres.fence()
            #expect(before.state == .absent)
            #expect(before.sentence.contains("--install-fence"))
            #expect(try database.sql("SELECT count(*) FROM pg_class WHERE relname = 'cleanupd_fence'") == "0")
            let made = try database.postgres.installFence()
            #expect(made.state == .made)
            #expect(made.sentence == #"Made the fence, the table "public"."cleanupd_fence"."#)
            try database.sql("INSERT INTO cleanupd_fence VALUES ('s', 'l', 7, now())")
            for _ in 0..<2 {
                let again = try database.postgres.installFence()
                #expect(again.state == .present)
                #expect(again.sentence.contains(#""public"."cleanupd_fence""#))
            }
            #expect(try database.fenceRows() == ["l 7"])
            #expect(try database.postgres.fence().state == .present)
        }
    }

    @Test func isTheSameWhateverTheSearchPathBecomes() async throws {
        try await PostgresRowsDatabase.with(.shared) { database in
            try database.makeLogs(100, old: 90)
            let (role, worker) = try database.makeWorker()
            try database.sql(
                """
                CREATE SCHEMA "App's"; CREATE SCHEMA later; GRANT ALL ON SCHEMA "App's", later TO \(role);
                ALTER ROLE \(role) SET search_path = missing, "App's", public
                """
            )
            let made = try worker.postgres.installFence()
            #expect(made.sentence == #"Made the fence, the table "App's"."cleanupd_fence"."#)
            try database.sql("ALTER ROLE \(role) SET search_path = later, public")
            worker.client.closeIdle()
            defer { worker.client.closeIdle() }
            let again = try worker.postgres.installFence()
            #expect(again.state == .present)
            #expect(again.sentence.contains(#""App's"."cleanupd_fence""#))
            let remover = try worker.fencedRemover(worker.logsTask, .logs(3))
            #expect(try remover.removeBatch(limit: 10) { false }.deleted == 10)
            #expect(try database.fenceRows("\"App's\".cleanupd_fence") == ["task:logs 3"])
        }
    }

    @Test func oneOfAStrangerIsNeverBelieved() async throws {
        try await PostgresRowsDatabase.with(.shared) { database in
            try database.makeLogs(100, old: 90)
            let (role, worker) = try database.makeWorker()
            defer { worker.client.closeIdle() }
            let stranger = "stranger_\(database.name)"
            try database.sql(
                """
                DROP ROLE IF EXISTS \(stranger); CREATE ROLE \(stranger);
                CREATE SCHEMA evil; GRANT ALL ON SCHEMA evil TO PUBLIC; GRANT CREATE ON SCHEMA public TO \(role);
                SET ROLE \(stranger); CREATE TABLE evil.cleanupd_fence \(Self.shape);
                GRANT ALL ON evil.cleanupd_fence TO PUBLIC; RESET ROLE;
                ALTER ROLE \(role) SET search_path = evil, public
                """
            )
            // Nobody knows which one other replicas use.
            let refused = try storeError { _ = try worker.fencedRemover(worker.logsTask, .logs(1)) }
            #expect(refused.code == .unreadable)
            #expect(refused.message.contains("belongs to \(stranger)"), "\(refused.message)")
            let report = try worker.postgres.installFence()
            #expect(report.state == .failed)
            #expect(report.sentence.contains("belongs to \(stranger)"), "\(report.sentence)")

            try database.sql("ALTER ROLE \(role) SET search_path = public")
            worker.client.closeIdle()
            #expect(try worker.postgres.installFence().state == .made)
            try database.sql("ALTER ROLE \(role) SET search_path = evil, public")
            worker.client.closeIdle()
            let remover = try worker.fencedRemover(worker.logsTask, .logs(1))
            #expect(try remover.removeBatch(limit: 10) { false }.deleted == 10)
            #expect(try database.fenceRows() == ["task:logs 1"])
            #expect(try database.fenceRows("evil.cleanupd_fence").isEmpty)
            // A superuser is no more trusting.
            #expect(try database.postgres.fence().sentence.contains("public"))
        }
    }

    @Test(arguments: [
        ("CREATE TABLE cleanupd_fence (id int PRIMARY KEY)", "its columns are others"),
        ("CREATE VIEW cleanupd_fence AS SELECT 'a' AS scope, 'b' AS lock, 1 AS epoch, now() AS at", "no ordinary"),
        ("CREATE UNLOGGED TABLE cleanupd_fence \(shape)", "UNLOGGED"),
        ("CREATE TABLE cleanupd_fence (scope text, lock text PRIMARY KEY, epoch int8, at timestamptz)", "primary key"),
        ("CREATE TABLE cleanupd_fence \(shape); CREATE INDEX ON cleanupd_fence (lower(lock))", "another index"),
        ("CREATE TABLE cleanupd_fence \(shape); ALTER TABLE cleanupd_fence ADD CHECK (epoch > 0)", "constraint"),
        ("CREATE TABLE cleanupd_fence \(shape); ALTER TABLE cleanupd_fence ENABLE ROW LEVEL SECURITY", "row-level"),
        ("CREATE TABLE cleanupd_fence \(shape); CREATE TABLE heir () INHERITS (cleanupd_fence)", "inherit"),
        ("CREATE TABLE cleanupd_fence \(shape); CREATE RULE r AS ON UPDATE TO cleanupd_fence DO NOTHING", "rule"),
        (
            "CREATE TABLE cleanupd_fence \(shape); CREATE TRIGGER t BEFORE UPDATE ON cleanupd_fence "
                + "FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()", "trigger"
        ),
    ])
    func anotherTableOfThatNameIsRefused(_ sql: String, _ why: String) async throws {
        try await PostgresRowsDatabase.with(.shared) { database in
            try database.makeLogs(100, old: 90)
            try database.sql(sql)
            for report in [try database.postgres.fence(), try database.postgres.installFence()] {
                #expect(report.state == .failed)
                #expect(report.sentence.contains(why), "\(report.sentence)")
            }
            let refused = try storeError { _ = try database.fencedRemover(database.logsTask, .logs(1)) }
            #expect(refused.code == .unreadable)
            #expect(refused.message.contains(why))
            #expect(try database.count() == 100)
        }
    }

    @Test func severalFencesAreNone() async throws {
        try await PostgresRowsDatabase.with(.shared) { database in
            _ = try database.postgres.installFence()
            try database.sql("CREATE SCHEMA other; CREATE TABLE other.cleanupd_fence \(Self.shape)")
            let report = try database.postgres.installFence()
            #expect(report.state == .failed)
            let both = #""other"."cleanupd_fence" and "public"."cleanupd_fence""#
            #expect(report.sentence.contains(both), "\(report.sentence)")
        }
    }

    @Test func whoMayNotCreateIsToldWhatToRun() async throws {
        try await PostgresRowsDatabase.with(.shared) { database in
            try database.makeLogs(100, old: 90)
            let (_, worker) = try database.makeWorker()
            defer { worker.client.closeIdle() }
            let refused = try worker.postgres.installFence()
            #expect(refused.state == .failed)
            let advice = try #require(refused.sentence.components(separatedBy: "run: ").last)
            #expect(advice.hasPrefix("CREATE TABLE \"public\".\"cleanupd_fence\""))
            #expect(try worker.postgres.fence().state == .absent)
            try database.sql(advice)
            #expect(try worker.postgres.installFence().state == .present)
            let remover = try worker.fencedRemover(worker.logsTask, .logs(1))
            #expect(try remover.removeBatch(limit: 10) { false }.deleted == 10)
        }
    }

    @Test func ofTwoThatInstallAtOnceOneMakesIt() async throws {
        try await PostgresRowsDatabase.with(.shared) { database in
            for _ in 0..<5 {
                let states = Mutex<[PostgresFenceReport.State]>([])
                let group = DispatchGroup()
                for _ in 0..<4 {
                    group.enter()
                    Thread.detachNewThread {
                        do {
                            let report = try database.postgres.installFence()
                            states.withLock { $0.append(report.state) }
                        } catch {
                            Issue.record(error)
                        }
                        group.leave()
                    }
                }
                await withCheckedContinuation { done in group.notify(queue: .global()) { done.resume() } }
                #expect(states.withLock { $0.count { $0 == .made } } == 1)
                #expect(states.withLock { $0.count { $0 == .present } } == 3)
                try database.sql("DROP TABLE cleanupd_fence")
            }
        }
    }

    @Test func aServerThatIsNotThereIsMissing() throws {
        let url = "postgres://app:secret-word@127.0.0.1:1/none?sslmode=disable"
        let backend = PostgresRowsBackend(PostgresServer(name: "main", settings: PostgresSettings(url: url)) { .now })
        let error = try storeError { _ = try backend.installFence() }
        #expect(error.code == .missing)
        #expect(error.message.contains("main"))
        #expect(!error.message.contains("secret-word"))
    }
}
