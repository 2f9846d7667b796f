import Retention
import Stores
import Support
import Synchronization
import Testing

/// Orphans, and what queries name.
@Suite struct RowsReferenceTests {
    @Test(arguments: RowsEngine.all)
    func orphansGoAndRowsThatNameNothingStay(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.makeItems()
            try database.sql("CREATE TABLE bots (id integer, name text)")
            try database.sql("INSERT INTO bots VALUES (1, 'a'), (NULL, 'b')")
            try database.sql("INSERT INTO items (id, grp) VALUES (1, 'a'), (2, 'b'), (3, 'gone'), (4, NULL)")
            var task = RowsSpecification(task: "items", table: "items")
            task.orphanOf = .init(column: "grp", table: "bots", key: "name")
            #expect(try database.clean(task).deleted == 1)
            #expect(try database.ids() == "1,2,4")
            // A null among the keys must not make everything an orphan, or nothing; and types may differ.
            task.orphanOf = .init(column: "grp", table: "bots", key: "id")
            try database.sql("INSERT INTO items (id, grp) VALUES (5, '1')")
            #expect(try database.clean(task).deleted == 2)
            #expect(try database.ids() == "4,5")
            task.orphanOf = .init(column: "grp", table: "nobody", key: "id")
            #expect(throws: StoreError.self) { try database.plan(task) }
        }
    }

    @Test(arguments: RowsEngine.all)
    func rowsThatAQueryNamesStay(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.makeItems((1...6).map { ($0, nil, Instant(seconds: Int64($0))) })
            try database.sql("CREATE TABLE jobs (item text, status text)")
            try database.sql("INSERT INTO jobs VALUES ('2', 'active'), ('3', 'done'), (NULL, 'active')")
            var task = database.itemsTask()
            task.olderThan = .days(1)
            task.referencedBy = [RowsReference(query: "SELECT item FROM jobs WHERE status = 'active';")]
            try database.clean(task)
            #expect(try database.ids() == "2")
        }
    }

    @Test func keysAreComparedInTheirOwnType() async throws {
        try await RowsEngine.postgres.withDatabase { database in
            let id: @Sendable (Int) -> String = { "0000000\($0)-aaaa-4bbb-8ccc-ddddeeeeffff" }
            func expectKept(_ type: String, _ keys: [String], named: String) throws {
                try database.sql("DROP TABLE IF EXISTS k; CREATE TABLE k (id int, key \(type), created timestamptz)")
                for (index, key) in keys.enumerated() {
                    try database.sql("INSERT INTO k VALUES (\(index + 1), '\(key)', '2020-01-01')")
                }
                var task = RowsSpecification(task: "k", table: "k")
                (task.key, task.time, task.olderThan) = (["key"], ["created"], .days(1))
                task.referencedBy = [RowsReference(query: "SELECT \(named)")]
                try database.clean(task)
                #expect(try database.ids("k") == "1", "\(type) \(named)")
            }
            try expectKept("uuid", [id(1), id(2)], named: "'\(id(1).uppercased())'::text")
            try expectKept("text", [id(1).uppercased(), id(2)], named: "'\(id(1))'::uuid")
            try expectKept("integer", ["1", "2"], named: "1.00::numeric")
            try expectKept("numeric(9,2)", ["1", "2"], named: "1")
            try expectKept("numeric(9,2)", ["1", "2"], named: "'1'::text")
            try expectKept("bigint", ["1", "2"], named: "'01'::text")
            // What does not cast, or has many forms, is refused.
            for (type, key, named) in [
                ("integer", "1", "'x'::text"), ("text", "1", "1.00::numeric"), ("uuid", id(1), "'u1'"),
            ] {
                #expect(throws: StoreError.self) { try expectKept(type, [key, key], named: named) }
                #expect(try database.ids("k") == "1,2")
            }
            // The same from another connection, and for parents.
            try database.sql("DROP TABLE k; CREATE TABLE k (id int, key uuid, created timestamptz)")
            try database.sql("INSERT INTO k VALUES (1, '\(id(1))', '2020-01-01'), (2, '\(id(2))', '2020-01-01')")
            var task = RowsSpecification(task: "k", table: "k")
            (task.key, task.time, task.olderThan) = (["key"], ["created"], .days(1))
            try database.sql("CREATE TABLE parents (key text); INSERT INTO parents VALUES ('\(id(1).uppercased())')")
            var orphans = task
            orphans.orphanOf = .init(column: "key", table: "parents", key: "key")
            task.referencedBy = [RowsReference(connection: "other", query: "SELECT 1")]
            #expect(try database.plan(orphans).tally.remove == 1)
            try database.clean(RowsStore(task, backend: database.backend) { _, _, _ in [id(1).uppercased(), ""] })
            #expect(try database.ids("k") == "1")
        }
    }

    @Test func numbersOfSQLiteAreOneKeyHoweverTheyAreKept() async throws {
        try await RowsEngine.sqlite.withDatabase { database in
            try database.sql("CREATE TABLE k (id integer, key real, created text)")
            try database.sql("INSERT INTO k VALUES (1, 1, '2020-01-01'), (2, 2, '2020-01-01')")
            var task = RowsSpecification(task: "k", table: "k")
            (task.key, task.time, task.olderThan) = (["key"], ["created"], .days(1))
            task.referencedBy = [RowsReference(query: "SELECT 1")]
            try database.clean(task)
            #expect(try database.ids("k") == "1")
        }
    }

    @Test(arguments: RowsEngine.all)
    func orphansStayWhereTheAnswerIsTooSmallToBeBelieved(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.makeItems((1...8).map { ($0, "b\($0)", Instant(seconds: 1)) })
            try database.sql("CREATE TABLE bots (name text)")
            let kept = Mutex(ReferenceBaseline())
            func guarding(_ rules: ReferenceRules, isForced: Bool = false) -> RowsOrphanGuard {
                RowsOrphanGuard(
                    rules: rules,
                    isForced: isForced,
                    lastAnswers: { kept.withLock { $0 } },
                    remember: { new in kept.withLock { $0 = new } }
                )
            }
            let all = "1,2,3,4,5,6,7,8"
            func expectRefusal(_ task: RowsSpecification, values: [String] = [], _ text: String) throws {
                let store = RowsStore(
                    task,
                    backend: database.backend,
                    orphans: guarding(ReferenceRules(isOrphan: true))
                ) { _, _, _ in values }
                let error = #expect(throws: StoreError.self) { try database.clean(store) }
                #expect(error?.guardName == .references && error?.message.contains(text) == true, "\(error as Any)")
                #expect(try database.ids() == all)
            }
            var parents = RowsSpecification(task: "items", table: "items")
            parents.orphanOf = .init(column: "grp", table: "bots", key: "name")
            var queried = RowsSpecification(task: "items", table: "items")
            queried.allowUnconditional = true
            queried.referencedBy = [RowsReference(query: "SELECT name FROM bots")]
            var elsewhere = queried
            elsewhere.referencedBy = [RowsReference(connection: "other", query: "SELECT 1")]
            try expectRefusal(parents, "names nothing")
            try expectRefusal(queried, "names nothing")
            try expectRefusal(elsewhere, values: [""], "names nothing")
            // Emptied between the plan and its run, too.
            try database.sql("INSERT INTO bots VALUES ('b1'), ('b2'), ('b3'), ('b4'), ('b5'), ('b6'), ('b7'), ('b8')")
            let store = database.store(parents)
            let plan = try store.plan(BatchPlanRequest(now: noon, countLimit: 10, limits: Limits())) { false }
            try database.sql("CREATE TABLE away (name text); INSERT INTO away SELECT name FROM bots; DELETE FROM bots")
            #expect(throws: StoreError.self) { _ = try store.openRemover(of: plan, run: "r", fence: nil) }
            // Less than half of the last answer.
            try database.sql("INSERT INTO bots SELECT name FROM away")
            func clean(_ rules: ReferenceRules, isForced: Bool = false) throws {
                let store = RowsStore(parents, backend: database.backend, orphans: guarding(rules, isForced: isForced))
                {
                    _,
                    _,
                    _ in []
                }
                try database.clean(store)
            }
            try clean(ReferenceRules(isOrphan: true))
            #expect(kept.withLock { Array($0.counts.values) } == [8])
            try database.sql("DELETE FROM bots WHERE name > 'b3'")
            try expectRefusal(parents, "names 3, after 8 the last time")
            try clean(ReferenceRules(isOrphan: true), isForced: true)
            #expect(try database.ids() == "1,2,3")
            try database.sql("DELETE FROM bots")
            try clean(ReferenceRules(isOrphan: true, allowEmpty: true, minRatio: 0))
            #expect(try database.ids() == "")
        }
    }

    @Test(arguments: RowsEngine.all)
    func onlyRowsThatAQueryListsGo(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.makeItems((1...6).map { ($0, nil, Instant(seconds: Int64($0))) })
            var task = database.itemsTask()
            task.listedBy = [RowsReference(query: "SELECT id FROM items WHERE id IN (2, 4)")]
            try database.clean(task)
            #expect(try database.ids() == "1,3,5,6")
            task.listedBy = [RowsReference(query: "SELECT id FROM items WHERE 1 = 0")]
            #expect(try database.clean(task).planned == 0)
        }
    }

    @Test(arguments: RowsEngine.all)
    func valuesOfOtherConnectionsCount(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.makeItems((1...6).map { ($0, nil, Instant(seconds: Int64($0))) })
            func store(_ task: RowsSpecification, _ values: [String]) -> RowsStore {
                RowsStore(task, backend: database.backend) { reference, limit, _ in
                    #expect(reference.connection == "other")
                    return Array(values.prefix(limit))
                }
            }
            let reference = RowsReference(connection: "other", query: "SELECT 1")
            var task = database.itemsTask()
            (task.olderThan, task.referencedBy) = (.days(1), [reference])
            // What is no key of this type says nothing of the row that it meant.
            #expect(throws: StoreError.self) { try database.clean(store(task, ["3", "5", "no id"])) }
            #expect(throws: StoreError.self) { try database.clean(store(task, ["3", "5.00"])) }
            #expect(try database.ids() == "1,2,3,4,5,6")
            try database.clean(store(task, ["3", "05", ""]))
            #expect(try database.ids() == "3,5")
            (task.referencedBy, task.listedBy) = ([], [reference])
            try database.clean(store(task, []))
            #expect(try database.ids() == "3,5")
            try database.clean(store(task, ["5"]))
            #expect(try database.ids() == "3")
        }
    }

    @Test(arguments: RowsEngine.all)
    func aSourceThatFailsFailsTheTask(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.makeItems([(1, nil, Instant(seconds: 1))])
            var task = database.itemsTask()
            (task.olderThan, task.referencedBy) = (.days(1), [RowsReference(connection: "other", query: "SELECT 1")])
            #expect(throws: SupportError.self) { try database.plan(task) }
            let many = RowsStore(task, backend: database.backend) { _, limit, _ in Array(repeating: "1", count: limit) }
            let request = BatchPlanRequest(now: noon, countLimit: 1, limits: Limits())
            let error = #expect(throws: StoreError.self) { try many.plan(request) { false } }
            #expect(error?.message.contains("more than 1000000 rows") == true)
            task.referencedBy = [RowsReference(query: "SELECT nothing FROM nowhere")]
            #expect(throws: StoreError.self) { try database.plan(task) }
            #expect(try database.ids() == "1")
        }
    }
}
