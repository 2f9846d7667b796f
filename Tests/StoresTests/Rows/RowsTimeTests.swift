import Retention
import Stores
import Testing

/// Which rows are old, whatever way their times are kept.
@Suite struct RowsTimeTests {
    @Test(arguments: RowsEngine.all)
    func rowsStrictlyOlderThanTheCutoffGo(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            let cutoff = noon.adding(nanoseconds: -86_400_000_000_000)
            try database.makeItems([
                (1, nil, cutoff.adding(nanoseconds: -1_000_000)), (2, nil, cutoff),
                (3, nil, cutoff.adding(nanoseconds: 1_000_000)),
                (4, nil, nil), (5, nil, noon.adding(nanoseconds: 3_600_000_000_000)), (6, nil, Instant(seconds: 0)),
            ])
            var task = database.itemsTask()
            task.olderThan = .days(1)
            let plan = try database.plan(task)
            #expect(plan.tally.remove == 2)
            #expect(plan.sentence == "Deletes rows of items with created before 2026-02-28T12:00:00Z.")
            #expect(abs(plan.oldestOverdueSeconds - cutoff.secondsSinceEpoch) < 0.01)
            let outcome = try database.clean(task)
            #expect(outcome.deleted == 2)
            #expect(outcome.isExhausted)
            #expect(try database.ids() == "2,3,4,5")
            #expect(try database.clean(task).deleted == 0)
        }
    }

    @Test(arguments: RowsEngine.all)
    func timesInEveryFormAreComparedRightly(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            for (number, form) in database.timeForms.enumerated() {
                let table = "t\(number)"
                try database.sql("CREATE TABLE \(table) (id integer PRIMARY KEY, at \(form.type))")
                let day: Int64 = -86_400
                let values = [day - 7200, day - 1, day + 2, -60, 86_400].enumerated().map {
                    "(\($0 + 1), \(form.literal($1)))"
                }
                try database.sql("INSERT INTO \(table) VALUES \(values.joined(separator: ", ")), (6, NULL)")
                if number % 2 == 0 { try database.sql("CREATE INDEX ON \(table) (at)".replacingOn(engine, table)) }
                var task = RowsSpecification(task: table, table: table)
                (task.time, task.timeFormat, task.timezone) = (["at"], form.format, form.timezone)
                task.olderThan = .days(1)
                let outcome = try database.clean(task, batch: 1)
                #expect(outcome.deleted == 2, "\(form)")
                #expect(outcome.failures.isEmpty, "\(form)")
                #expect(try database.ids(table) == "3,4,5,6", "\(form)")
                task.olderThan = nil
                task.keep.counts.last = 1
                try database.clean(task)
                // The newest that is not of the future, what is, and what has no time.
                #expect(try database.ids(table) == "4,5,6", "\(form)")
            }
        }
    }

    @Test(arguments: RowsEngine.all)
    func textThatIsNoTimeStaysAndIsCounted(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.sql("CREATE TABLE t (id integer PRIMARY KEY, at text)")
            let bad = [
                "", "soon", "2026-02-30", "2025-02-29T00:00:00", "2026-13-01", "0000-01-01", "2026-01-01T25:00:00Z",
                "20260101",
                "2026-01-01T10:00:00+99:00", "-infinity", "epoch", "now", "2026-01-01'; DROP TABLE t; --",
            ]
            let good = ["2024-02-29", "2026-01-31T23:59:59.999Z", "2026-01-01 10:00"]
            let values = (bad + good).enumerated().map {
                "(\($0 + 1), '\($1.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))')"
            }
            try database.sql("INSERT INTO t VALUES \(values.joined(separator: ", "))")
            var task = RowsSpecification(task: "t", table: "t")
            (task.time, task.olderThan) = (["at"], .days(1))
            let outcome = try database.clean(task)
            #expect(outcome.deleted == good.count)
            #expect(outcome.failures == [.integrity: bad.count])
            #expect(outcome.warnings.count == 1)
            #expect(outcome.warnings.first?.hasPrefix("\(bad.count) rows of t hold no time in column at") == true)
            #expect(try database.sql("SELECT count(*) FROM t") == "\(bad.count)")
        }
    }

    @Test(arguments: RowsEngine.all)
    func expiredRowsGoAfterTheirGrace(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.makeItems([
                (1, nil, noon.adding(nanoseconds: -31 * 60_000_000_000)),
                (2, nil, noon.adding(nanoseconds: -29 * 60_000_000_000)), (3, nil, nil),
            ])
            var task = RowsSpecification(task: "items", table: "items")
            (task.expires, task.expired, task.graceMilliseconds) = ("created", true, 30 * 60_000)
            #expect(try database.clean(task).deleted == 1)
            #expect(try database.ids() == "2,3")
        }
    }

    @Test(arguments: RowsEngine.all)
    func theFirstTimeColumnThatExistsCounts(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.makeItems([(1, nil, Instant(seconds: 0)), (2, nil, noon)])
            var task = database.itemsTask()
            (task.time, task.olderThan) = (["finished_at", "created"], .days(1))
            #expect(try database.clean(task).deleted == 1)
            task.time = ["finished_at", "started_at"]
            let error = #expect(throws: StoreError.self) { try database.plan(task) }
            #expect(error?.code == .absent)
            #expect(
                error?.message
                    == "Table items has none of the columns finished_at, started_at (time). The task is skipped."
            )
        }
    }

    @Test(arguments: RowsEngine.all)
    func namesInConditionsAreTheRunsInstants(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            let hour: Int64 = 3_600_000_000_000
            try database.makeItems((1...5).map { ($0, nil, noon.adding(nanoseconds: -Int64($0) * hour)) })
            var task = database.itemsTask()
            task.condition = "created < :ttl AND created < :now -- the rest ':ttl' is a comment"
            task.params = ["ttl": Age(milliseconds: 3 * 3_600_000, text: "3h")]
            #expect(try database.clean(task).deleted == 2)
            #expect(try database.ids() == "1,2,3")
        }
    }

    @Test(arguments: RowsEngine.all)
    func overdueIsHowLongTheOldestHasBeenDue(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.makeItems([(1, nil, Instant(seconds: 1_772_366_400 - 5 * 86_400)), (2, nil, noon)])
            var task = database.itemsTask()
            task.olderThan = .days(3)
            let store = database.store(task)
            #expect(abs(try store.oldestOverdue(at: noon) { false } - 2 * 86_400) < 0.01)
            task.condition = "id > 1"
            #expect(try database.store(task).oldestOverdue(at: noon) { false } == 0)
        }
    }
}

extension String {
    /// SQLite wants a name.
    func replacingOn(_ engine: RowsEngine, _ name: String) -> String {
        split(separator: " ON ", maxSplits: 1).joined(separator: " index_\(name) ON ")
    }
}
