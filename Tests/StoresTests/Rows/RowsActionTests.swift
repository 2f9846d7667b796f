import Retention
import Stores
import Testing

/// What is done to rows, and how they are named.
@Suite struct RowsActionTests {
    @Test(arguments: RowsEngine.all)
    func setChangesRowsThatAreNotInThatStateYet(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.makeItems((1...4).map { ($0, nil, Instant(seconds: Int64($0))) })
            try database.sql("UPDATE items SET grp = 'kept' WHERE id = 2")
            try database.sql("UPDATE items SET grp = 'old', note = 'x' WHERE id = 3")
            var task = database.itemsTask()
            task.olderThan = .days(1)
            task.action = .set([.init(column: "note", value: .null), .init(column: "grp", value: .text("old"))])
            let outcome = try database.clean(task, batch: 2)
            #expect(outcome.updated == 4)
            #expect(outcome.deleted == 0)
            #expect(try database.ids(where: "grp = 'old' AND note IS NULL") == "1,2,3,4")
            #expect(try database.clean(task).updated == 0)
        }
    }

    @Test(arguments: RowsEngine.all)
    func nowColumnsDoNotMakeARowACandidate(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.sql(
                "CREATE TABLE prompts (id integer PRIMARY KEY, created \(database.instantType), archived integer, archived_at \(database.instantType))"
            )
            try database.sql(
                "INSERT INTO prompts VALUES (1, '2020-01-01T00:00:00Z', 0, NULL), (2, '2020-01-01T00:00:00Z', 1, NULL)"
            )
            var task = RowsSpecification(task: "prompts", table: "prompts")
            (task.time, task.olderThan) = (["created"], .days(1))
            task.action = .set([
                .init(column: "archived", value: .bool(true)), .init(column: "archived_at", value: .now),
            ])
            #expect(try database.clean(task).updated == 1)
            #expect(try database.ids("prompts", where: "archived_at IS NOT NULL") == "1")
            task.action = .set([.init(column: "archived_at", value: .now)])
            #expect(throws: StoreError.self) { try database.plan(task) }
        }
    }

    @Test(arguments: RowsEngine.all)
    func tablesWithoutAKeyAndWithCompositeKeysAreCleaned(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.sql("CREATE TABLE plain (id integer, at \(database.instantType))")
            try database.sql("CREATE TABLE pairs (a text, id integer, at \(database.instantType), PRIMARY KEY (a, id))")
            for table in ["plain", "pairs"] {
                let prefix = table == "pairs" ? "'x', " : ""
                try database.sql(
                    "INSERT INTO \(table) VALUES (\(prefix)1, '2020-01-01T00:00:00Z'), (\(prefix)2, '2020-01-01T00:00:00Z'), (\(prefix)3, '2026-03-01T11:59:00Z')"
                )
                var task = RowsSpecification(task: table, table: table)
                (task.time, task.olderThan) = (["at"], .days(1))
                #expect(try database.clean(task, batch: 1).deleted == 2)
                #expect(try database.ids(table) == "3")
            }
        }
    }

    @Test(arguments: RowsEngine.all)
    func hostileNamesAreNames(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            let names = ["Mixed Case", "quote''s", "double\"\"quote", "select", "a;b--", "tab\tle", "über"]
            for name in names {
                try database.sql(
                    "CREATE TABLE \"\(name)\" (id integer PRIMARY KEY, \"\(name)\" \(database.instantType))"
                )
                try database.sql(
                    "INSERT INTO \"\(name)\" VALUES (1, '2020-01-01T00:00:00Z'), (2, '2026-03-01T11:59:00Z')"
                )
                let column = name.split(separator: "\"\"", omittingEmptySubsequences: false).joined(separator: "\"")
                var task = RowsSpecification(task: "hostile", table: "\"\(name)\"")
                (task.time, task.olderThan) = ([column], .days(1))
                task.keep.counts.last = 1
                #expect(try database.clean(task).deleted == 1, "\(name)")
                #expect(try database.ids("\"\(name)\"") == "2", "\(name)")
            }
        }
    }

    @Test(arguments: RowsEngine.all)
    func filtersNarrowARun(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.makeItems((1...9).map { ($0, $0 % 2 == 0 ? "even" : "odd", Instant(seconds: Int64($0))) })
            var task = database.itemsTask()
            task.filters = [
                RowsFilter(name: "group", sql: "grp = :value", value: .text("even")),
                RowsFilter(name: "range", sql: "id BETWEEN :min AND :max", value: .integerRange(3, 7)),
                RowsFilter(name: "has_time", sql: "created IS NOT NULL", value: .flag),
                RowsFilter(name: "not", sql: "id <> :value", value: .integer(6)),
            ]
            #expect(try database.clean(task).deleted == 1)
            #expect(try database.ids() == "1,2,3,5,6,7,8,9")
        }
    }

    @Test(arguments: RowsEngine.all)
    func actionNoneLeavesTheRows(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.makeItems([(1, nil, Instant(seconds: 0))])
            var task = database.itemsTask()
            (task.olderThan, task.action) = (.days(1), .none)
            #expect(try database.clean(task).isExhausted)
            #expect(try database.ids() == "1")
        }
    }

    @Test(arguments: RowsEngine.all)
    func adviceNamesTheIndexThatIsMissing(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.makeItems([(1, nil, Instant(seconds: 0))])
            var task = database.itemsTask()
            task.olderThan = .days(1)
            let store = database.store(task)
            #expect(!(try store.advice().contains { $0.contains("CREATE INDEX") }))
            try database.sql("DROP INDEX items_created")
            #expect(try store.advice().contains { $0.contains("CREATE INDEX") })
        }
    }
}
