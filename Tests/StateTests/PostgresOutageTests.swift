import Foundation
import Retention
import State
import Support
import Synchronization
import Testing

/// Sessions that die in each call, and servers that go away: nothing is lost, nothing is done twice.
struct PostgresOutageTests {
    @Test func idleSessionsThatWereKilledAreReplacedInEveryCall() throws {
        let database = try TestDatabase()
        let store = try database.open()
        for step in StoreLife.steps {
            try database.killSessions()
            try step.take(store)
        }
    }

    @Test func aSessionThatIsKilledWithinACallIsReplaced() throws {
        let database = try TestDatabase()
        let store = try database.open()
        for step in StoreLife.steps {
            // Whatever the call does first, it waits for one of these tables, and dies there.
            let killer = OnThreads(1) { _ in
                try database.sql(TestDatabase.lockUntilSomebodyHasWaited(Self.tables, "pg_terminate_backend(pid)"))
            }
            #expect(try waitUntil(seconds: 30) { try database.isLocked("setting") })
            try step.take(store)
            _ = try killer.results()
        }
    }

    private static let tables = "run, stamp, saved_plan, setting"

    /// The COMMIT itself fails with its session, so that nobody can know whether it was kept. It was not.
    @Test func aCallWhoseCommitDiesIsDoneOnce() throws {
        let database = try TestDatabase()
        let store = try database.open()
        try killFirstCommit(database)
        for step in StoreLife.steps {
            try database.sql("ALTER SEQUENCE changes RESTART")
            try step.take(store)
            let died = try database.sql("SELECT is_called FROM changes") == "t"
            #expect(died == step.writes, "\(step.testDescription)")
        }
    }

    /// From the restart of the sequence on, the first row that is changed ends its session at COMMIT.
    private func killFirstCommit(_ database: TestDatabase) throws {
        try database.sql(
            """
            CREATE SEQUENCE public.changes;
            CREATE FUNCTION public.late() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF nextval('public.changes') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
                RETURN NULL;
            END $$
            """
        )
        for table in ["run", "block", "outcome", "batch", "saved_plan", "stamp", "setting"] {
            try database.sql(
                """
                CREATE CONSTRAINT TRIGGER late AFTER INSERT OR UPDATE OR DELETE ON \(table)
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.late()
                """
            )
        }
    }

    @Test func aCommitThatNeverSucceedsIsReportedAsUnknown() throws {
        let database = try TestDatabase()
        let store = try database.open()
        try killFirstCommit(database)
        try database.sql(
            """
            CREATE OR REPLACE FUNCTION public.late() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$
            """
        )
        let message = expectError(.io) { try store.setSetting("a", to: "1") }
        #expect(message.contains("whether the last changes are kept is not known"))
        #expect(try store.settings().isEmpty)
    }

    @Test func killedAtRandomMomentsEveryCallIsDoneOnce() throws {
        let database = try TestDatabase()
        let isDone = Flag()
        let killer = OnThreads(1) { _ in
            var rounds = 0
            while !isDone.isSet {
                try database.killSessions()
                rounds += 1
            }
            return rounds
        }
        defer { isDone.set() }
        for round in 0..<5 {
            try life(database, round)
        }
        isDone.set()
        #expect(try killer.results()[0] > 5)
    }

    /// A run and its end; a call that gave up is called again, as if by another program that does not know of it.
    private func life(_ database: TestDatabase, _ round: Int) throws {
        let run = Samples.run("logs", second: Int64(round))
        let store = try patiently { try database.open() }
        try patiently(.conflict) { try store.begin(run) }
        var sure = 0
        for index in 0..<20 {
            // Of a call that gave up nobody knows whether its block is there; of the others everybody does.
            do {
                try store.append([Samples.block("\(index)", count: 1)], to: run.id)
                sure += 1
            } catch let error as StateError where error.code == .io || error.code == .unavailable {}
        }
        let places = try patiently { try store.blocks(of: run.id, from: 0, limit: 100) }.map {
            String(decoding: $0.block.place, as: UTF8.self)
        }
        #expect(Set(places).count == places.count, "no block twice: \(places)")
        #expect((sure...20).contains(places.count))
        try patiently(.conflict) { _ = try store.seal(run.id, tally: Samples.tally) }
        try patiently(.conflict) { try store.finish(run.id, Samples.end(second: 9)) }
        let stored = try patiently { try store.run(run.id) }
        #expect(stored?.seal?.blocks == places.count)
        #expect(stored?.end?.outcome == .success)
    }

    /// Calls again while sessions die too fast for the store.
    private func patiently<Value>(_ body: () throws -> Value) throws -> Value {
        for _ in 0..<500 {
            do {
                return try body()
            } catch let error as StateError where error.code == .io || error.code == .unavailable {}
        }
        return try body()
    }

    /// As above, for what may have been done by a call that gave up.
    private func patiently(_ done: StateError.Code, _ body: () throws -> Void) throws {
        var hasGivenUp = false
        while true {
            do {
                return try body()
            } catch let error as StateError where error.code == .io || error.code == .unavailable {
                hasGivenUp = true
            } catch let error as StateError where hasGivenUp && error.code == done {
                return
            }
        }
    }
}
