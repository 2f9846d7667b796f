import Retention
import Stores
import Support
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
            try database.clean(store(task, ["3", "5", "no id", ""]))
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
