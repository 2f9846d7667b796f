import Clients
import Foundation
import Retention
import Stores
import Support
import Testing

/// What happens around batches: pace, vacuum, advice, memory.
@Suite struct PostgresUpkeepTests {
    private func with(_ body: (PostgresRowsDatabase) async throws -> Void) async throws {
        try await PostgresRowsDatabase.with(PostgresTestServer.shared, body)
    }

    @Test func theHealthQueryHoldsBack() async throws {
        try await with { database in
            try database.makeLogs(3, old: 1)
            for (query, holds) in [
                ("SELECT true", false), ("SELECT 1", false), ("SELECT 'ok'", false), ("SELECT false", true),
                ("SELECT 0", true),
                ("SELECT 1 WHERE false", true), ("SELECT 1/0", true), ("SELECT * FROM nowhere", true),
            ] {
                let remover = try database.remover(
                    database.logsTask,
                    pace: RowsPace(health: RowsReference(query: query))
                )
                let pressure = try remover.conditions(isCancelled: { false }).pressure
                #expect((pressure?.cause == .health) == holds, "\(query)")
            }
        }
    }

    @Test func busySessionsHoldBack() async throws {
        try await PostgresRowsDatabase.with(try .own()) { database in
            try database.makeLogs(3, old: 1)
            let remover = try database.remover(database.logsTask, pace: RowsPace(maxLoad: 0))
            #expect(try remover.conditions(isCancelled: { false }).pressure == nil)
            let sleeper = Nuisance { try database.server.sql("SELECT pg_sleep(0.3)") }
            #expect(
                try waitUntil(seconds: 10) { try remover.conditions(isCancelled: { false }).pressure?.cause == .load }
            )
            try sleeper.stop()
            #expect(try remover.conditions(isCancelled: { false }).pressure == nil)
        }
    }

    @Test func othersThatWorkOrMayWorkAreSeen() async throws {
        try await PostgresRowsDatabase.with(try .own()) { database in
            try database.makeLogs(3, old: 1)
            let remover = try database.remover(database.logsTask)
            let isShared = { try remover.conditions(isCancelled: { false }).isShared }
            #expect(try waitUntil(seconds: 30) { try !isShared() })
            let sleeper = Nuisance { try database.server.sql("SELECT pg_sleep(0.3)") }
            #expect(try waitUntil(seconds: 10) { try isShared() })
            try sleeper.stop()
            try database.sql("CREATE ROLE reader LOGIN PASSWORD 'secret'; GRANT SELECT ON logs TO reader")
            let other = database.asRole("reader")
            defer { other.client.closeIdle() }
            // The session of the shell has ended; a session of another role may do anything.
            let idle = Nuisance { try database.server.sql("SELECT pg_sleep(0.3)") }
            let blind = try other.remover(other.logsTask)
            #expect(try waitUntil(seconds: 10) { try blind.conditions(isCancelled: { false }).isShared })
            try idle.stop()
        }
    }

    @Test func aServerWithoutReplicasDoesNotLag() async throws {
        try await with { database in
            try database.makeLogs(3, old: 1)
            #expect(
                try database.remover(database.logsTask, pace: RowsPace(maxLagMilliseconds: 0)).conditions(isCancelled: {
                    false
                }).pressure == nil
            )
        }
    }

    @Test func aRoleThatCannotTellHoldsBack() async throws {
        try await PostgresRowsDatabase.with(try .own()) { database in
            try database.makeLogs(3, old: 1)
            try database.sql("CREATE ROLE reader LOGIN PASSWORD 'secret'; GRANT SELECT ON logs TO reader")
            let other = database.asRole("reader")
            defer { other.client.closeIdle() }
            let pressure = try other.remover(other.logsTask, pace: RowsPace(maxLoad: 5)).conditions(isCancelled: {
                false
            }).pressure
            #expect(pressure?.reason.hasPrefix("cannot tell: ") == true)
        }
    }

    @Test func whatIsKnownHoldsBackAlsoWhereOtherThingsCannotBeTold() async throws {
        try await PostgresRowsDatabase.with(try .own()) { database in
            try database.makeLogs(3, old: 1)
            try database.sql("CREATE ROLE reader LOGIN PASSWORD 'secret'; GRANT SELECT ON logs TO reader")
            let other = database.asRole("reader")
            defer { other.client.closeIdle() }
            let pace = RowsPace(maxLoad: 5, health: RowsReference(query: "SELECT false"))
            let pressure = try other.remover(other.logsTask, pace: pace).conditions(isCancelled: { false }).pressure
            #expect(pressure?.reason == "the health query says f")
        }
    }

    @Test(.tags(.d6)) func aReplicaThatIsGoneHoldsBackUntilItIsThereAgain() async throws {
        try await PostgresRowsDatabase.with(try .own()) { database in
            try database.makeLogs(3, old: 1)
            let remover = try database.remover(database.logsTask, pace: RowsPace(maxLagMilliseconds: 60_000))
            func look() throws -> BatchConditions { try remover.conditions(isCancelled: { false }) }
            let standby = try PostgresStandby(of: database.server)
            // A new one that has nothing to replay says so after a while.
            let replaying = "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn IS NOT NULL"
            #expect(try waitUntil(seconds: 30) { try database.sql(replaying) == "1" })
            #expect(try look().replicaLag != nil)
            #expect(try look().pressure == nil)
            let primary = try standby.sql("SHOW primary_conninfo").replacingOccurrences(of: "'", with: "''")
            try standby.sql("ALTER SYSTEM SET primary_conninfo = ''")
            try standby.sql("SELECT pg_reload_conf()")
            #expect(try waitUntil(seconds: 20) { try look().pressure?.cause == .lag })
            #expect(try look().pressure?.reason.contains("is not connected any more") == true)
            // It comes back with another process.
            try standby.sql("ALTER SYSTEM SET primary_conninfo = '\(primary)'")
            try standby.sql("SELECT pg_reload_conf()")
            #expect(try waitUntil(seconds: 30) { try look().pressure == nil })
        }
    }

    @Test func upkeepOfAPartitionHoldsBackAndOneOfAnotherTableDoesNot() async throws {
        try await PostgresRowsDatabase.with(try .own()) { database in
            try database.sql(
                """
                CREATE TABLE logs (id int, created timestamptz NOT NULL) PARTITION BY LIST (id);
                CREATE TABLE logs_1 PARTITION OF logs FOR VALUES IN (1); CREATE TABLE other (id int);
                CREATE ROLE reader LOGIN PASSWORD 'secret'; GRANT SELECT ON logs TO reader;
                """
            )
            let reader = database.asRole("reader")
            defer { reader.client.closeIdle() }
            let remover = try reader.remover(reader.logsTask)
            for (table, holds) in [("logs_1", true), ("other", false)] {
                try database.client.withConnection(as: "upkeep") { connection in
                    try connection.transaction(.readWrite) {
                        try connection.execute("LOCK TABLE \(table) IN SHARE UPDATE EXCLUSIVE MODE")
                        let pressure = try remover.conditions(isCancelled: { false }).pressure
                        #expect((pressure?.cause == .autovacuum) == holds, "\(table)")
                    }
                }
                #expect(try remover.conditions(isCancelled: { false }).pressure == nil)
            }
        }
    }

    @Test func anAutovacuumOfTheTableHoldsBack() async throws {
        let settings = [
            "autovacuum_naptime": "1s", "autovacuum_vacuum_cost_delay": "50ms", "autovacuum_vacuum_cost_limit": "10",
        ]
        try await PostgresRowsDatabase.with(try .own(settings)) { database in
            try database.makeLogs(60_000, old: 20_000)
            // Of a role that may not see what the workers do.
            try database.sql("CREATE ROLE reader LOGIN PASSWORD 'secret'; GRANT SELECT ON logs TO reader")
            let reader = database.asRole("reader")
            defer { reader.client.closeIdle() }
            let remover = try reader.remover(reader.logsTask)
            try database.sql("DELETE FROM logs WHERE id % 2 = 0")
            #expect(
                try waitUntil(seconds: 30) {
                    try remover.conditions(isCancelled: { false }).pressure?.cause == .autovacuum
                }
            )
        }
    }

    @Test func aLargeRunIsVacuumed() async throws {
        try await with { database in
            try database.makeLogs(30_000, old: 20_000)
            var task = database.logsTask
            task.vacuum = true
            let remover = try database.remover(task)
            var outcome = RowsOutcome()
            try outcome.drain(remover, batch: 5_000)
            func vacuums() throws -> String { try database.sql("SELECT pg_stat_get_vacuum_count('logs'::regclass)") }
            #expect(try remover.finish(removed: 10) { false } == [])
            #expect(try vacuums() == "0")
            #expect(try remover.finish(removed: outcome.deleted) { false } == [])
            #expect(try waitUntil(seconds: 10) { try vacuums() == "1" })
        }
    }

    @Test func tablesFullOfDeadRowsAreNamed() async throws {
        try await with { database in
            try database.makeLogs(30_000, old: 20_000)
            try database.sql("ALTER TABLE logs SET (autovacuum_enabled = off); DELETE FROM logs WHERE id <= 25000")
            let store = database.store(database.logsTask)
            #expect(
                try waitUntil(seconds: 10) { try store.advice().contains { $0.contains("does not keep up with logs") } }
            )
        }
    }

    @Test func sharesAreKnownFromTheCatalogWhereItIsFresh() async throws {
        try await PostgresRowsDatabase.with(try .own(logStatement: "all")) { database in
            try database.makeLogs(30_000, old: 300)
            #expect(
                try waitUntil(seconds: 10) {
                    try database.sql(
                        "SELECT last_analyze IS NOT NULL AND n_mod_since_analyze = 0 FROM pg_stat_all_tables WHERE relname = 'logs'"
                    ) == "t"
                }
            )
            let start = try database.server.log().utf8.count
            let plan = try database.plan(database.logsTask, limits: Limits(maxPercent: 50))
            #expect(plan.trip == nil)
            #expect(plan.tally.examined == 30_000)
            let log = String(decoding: try database.server.log().utf8.dropFirst(start), as: UTF8.self)
            #expect(log.components(separatedBy: "count(*)").count == 2)
            #expect(try database.plan(database.logsTask, limits: Limits(maxPercent: 0.5)).trip?.guard == .maxPercent)
        }
    }
}
