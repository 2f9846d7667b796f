import Foundation
import Retention
import State
import Support
import Testing

/// Several processes and threads that use one store at once.
struct PostgresSharingTests {
    private let database: TestDatabase

    init() throws {
        database = try TestDatabase()
    }

    @Test func eightThreadsAppendToOnePlanThroughTwoStores() throws {
        let stores = [try database.open(), try database.open()]
        let run = Samples.run("logs", second: 1)
        try stores[0].begin(run)
        _ = try onThreads(8) { thread in
            for round in 0..<10 {
                let blocks = (0..<3).map { Samples.block("\(thread)-\(round)-\($0)", count: 2) }
                try stores[thread % 2].append(blocks, to: run.id)
            }
        }
        let seal = try stores[0].seal(run.id, tally: Samples.tally)
        #expect(seal.blocks == 240)
        #expect(try stores[1].verify(run.id) == seal)
        let stored = try stores[1].blocks(of: run.id, from: 0, limit: 1000)
        #expect(stored.map(\.sequence) == Array(0..<240))
        let places = stored.map { String(decoding: $0.block.place, as: UTF8.self) }
        for start in stride(from: 0, to: 240, by: 3) {
            let prefix = places[start].dropLast(1)
            #expect(
                places[start..<start + 3] == ["\(prefix)0", "\(prefix)1", "\(prefix)2"],
                "blocks of a call stay together"
            )
        }
        for thread in 0..<8 {
            let own = places.filter { $0.hasPrefix("\(thread)-") && $0.hasSuffix("-0") }
            #expect(own == (0..<10).map { "\(thread)-\($0)-0" }, "in the order of the calls")
        }
    }

    @Test func ofManyWhoBeginTheSameRunOneWins() throws {
        let stores = [try database.open(), try database.open()]
        let run = Samples.run("logs", second: 1)
        let won = try onThreads(16) { index in
            do {
                try stores[index % 2].begin(run)
                return true
            } catch let error as StateError where error.code == .conflict {
                return false
            }
        }
        #expect(won.count { $0 } == 1)
    }

    @Test func ofManyWhoEndTheSameRunOneWins() throws {
        let stores = [try database.open(), try database.open()]
        let run = Samples.run("logs", second: 1)
        try stores[0].begin(run)
        let won = try onThreads(16) { index in
            do {
                try stores[index % 2].finish(run.id, Samples.end(second: Int64(index)))
                return true
            } catch let error as StateError where error.code == .conflict {
                return false
            }
        }
        try #require(won.count { $0 } == 1)
        let winner = Int64(won.firstIndex(of: true) ?? -1)
        #expect(try stores[0].run(run.id)?.end == Samples.end(second: winner))
    }

    @Test func stampsOfManyThreadsDoNotWaitForEachOther() throws {
        let store = try database.open()
        _ = try onThreads(8) { thread in
            for round in 0..<10 {
                let stamps = (0..<6).map { Stamp(scope: "task:\($0)", name: "t", value: Double(thread * 100 + round)) }
                try store.setStamps(thread % 2 == 0 ? stamps : stamps.reversed())
            }
        }
        let values = try store.stamps().map(\.value)
        #expect(values.count == 6)
        #expect(Set(values).count == 1, "all or nothing")
    }

    @Test func manyWhoPruneForgetEachItemOnce() throws {
        let stores = [try database.open(), try database.open()]
        for second in 0..<20 {
            let run = Samples.run("logs", second: Int64(second))
            try stores[0].begin(run)
            try stores[0].append((0..<30).map { Samples.block("\($0)", count: 2) }, to: run.id)
            try stores[0].finish(run.id, Samples.end(second: Int64(second)))
        }
        let pruned = try onThreads(4) { index in
            let (runs, items) = try stores[index % 2].prune(
                runsEndedBefore: .distantFuture,
                itemsEndedBefore: .distantFuture
            )
            return [runs, items]
        }
        #expect(pruned.map { $0[0] }.reduce(0, +) == 20)
        #expect(pruned.map { $0[1] }.reduce(0, +) == 1200)
    }

    @Test func sessionsAreNotMoreThanEight() throws {
        let database = database
        let store = try database.open()
        let holder = OnThreads(1) { _ in
            try database.sql(
                """
                DO $$
                BEGIN
                    LOCK TABLE setting IN ACCESS EXCLUSIVE MODE;
                    FOR round IN 1..6000 LOOP
                        PERFORM pg_stat_clear_snapshot();
                        EXIT WHEN (SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'
                            AND datname = current_database()) = 8;
                        PERFORM pg_sleep(0.005);
                    END LOOP;
                END $$
                """
            )
        }
        #expect(try waitUntil(seconds: 30) { try database.isLocked("setting") })
        let callers = OnThreads(40) { try store.setSetting("\($0)", to: "1") }
        _ = try holder.results()
        _ = try callers.results()
        #expect(try store.settings().count == 40)
        let sessions = try database.sql(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'cleanupd/state' AND datname = current_database()"
        )
        #expect(sessions == "8")
    }

    @Test func whatIsConfirmedIsOnTheDiskWhateverTheServerPrefers() throws {
        try database.sql("ALTER DATABASE \(database.name) SET synchronous_commit = off")
        let store = try database.open()
        try database.sql(
            """
            CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                NEW.json := current_setting('synchronous_commit');
                RETURN NEW;
            END $$;
            CREATE TRIGGER note BEFORE INSERT ON setting FOR EACH ROW EXECUTE FUNCTION public.note()
            """
        )
        try store.setSetting("a", to: "")
        #expect(try store.settings() == ["a": "on"])
    }

    @Test func aNewerVersionMayAddColumnsWhileThisOneRuns() throws {
        let store = try database.open()
        for round in 0..<4 {
            let plan = try SavedPlans.save("plan-\(round)", tasks: ["logs"], in: store)
            #expect(try store.markApplied(plan.id, by: "x", at: .distantPast))
            try database.sql("ALTER TABLE run ADD later_\(round) int; ALTER TABLE saved_plan ADD later_\(round) int")
            #expect(try store.savedPlan(plan.id)?.appliedBy == "x")
            try store.finish(plan.parts[0].run, Samples.end(second: 1))
        }
    }
}
