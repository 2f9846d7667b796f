import Retention
import Stores
import Support
import Testing

/// What is refused, and what is skipped.
@Suite(.tags(.d8)) struct RowsGuardTests {
    @Test(arguments: RowsEngine.all)
    func aTaskOverAllRowsIsRefused(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.makeItems([(1, nil, noon)])
            var task = database.itemsTask()
            let error = #expect(throws: StoreError.self) { try database.plan(task) }
            #expect(error?.guardName == .emptyPolicy)
            task.keep.atLeast = 1
            #expect(throws: StoreError.self) { try database.plan(task) }
            (task.keep.atLeast, task.allowUnconditional) = (0, true)
            #expect(try database.clean(task).deleted == 1)
        }
    }

    @Test(arguments: RowsEngine.all)
    func cascadesAreRefusedUnlessAllowed(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.makeItems([(1, nil, Instant(seconds: 0)), (2, nil, noon)])
            try database.sql(
                "CREATE TABLE parts (id integer PRIMARY KEY, item integer REFERENCES items (id) ON DELETE CASCADE)"
            )
            try database.sql("INSERT INTO parts VALUES (1, 1), (2, 2)")
            var task = database.itemsTask()
            task.olderThan = .days(1)
            let error = #expect(throws: StoreError.self) { try database.plan(task) }
            #expect(error?.guardName == .cascade)
            #expect(error?.message.contains("table parts") == true)
            task.allowCascade = ["parts"]
            try database.clean(task)
            #expect(try database.ids("parts") == "2")
        }
    }

    @Test(arguments: RowsEngine.all)
    func rowsThatAnotherTableRefersToStay(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.makeItems((1...4).map { ($0, nil, Instant(seconds: Int64($0))) })
            try database.sql("CREATE TABLE parts (id integer PRIMARY KEY, item integer REFERENCES items (id))")
            try database.sql("INSERT INTO parts VALUES (1, 3), (2, NULL)")
            var task = database.itemsTask()
            task.olderThan = .days(1)
            let outcome = try database.clean(task)
            #expect(outcome.deleted == 3)
            #expect(outcome.isExhausted)
            #expect(try database.ids() == "3")
        }
    }

    @Test(arguments: RowsEngine.all)
    func limitsRefuseByBoundedCounts(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.makeItems((1...100).map { ($0, nil, $0 <= 30 ? Instant(seconds: Int64($0)) : noon) })
            var task = database.itemsTask()
            task.olderThan = .days(1)
            #expect(try database.plan(task, limits: Limits(maxItems: 29)).trip?.guard == .maxItems)
            #expect(try database.plan(task, limits: Limits(maxItems: 30)).trip == nil)
            #expect(try database.plan(task, limits: Limits(maxPercent: 29)).trip?.guard == .maxPercent)
            #expect(try database.plan(task, limits: Limits(maxPercent: 30)).trip == nil)
            #expect(try database.plan(task, limits: Limits(maxPercent: 100)).trip == nil)
            task.condition = "id <= 40"
            #expect(try database.plan(task, limits: Limits(maxPercent: 74)).trip?.guard == .maxPercent)
            task.condition = nil
            task.budgetRows = 10
            let plan = try database.plan(task, limits: Limits(maxItems: 10))
            #expect(plan.trip == nil)
            #expect(plan.tally.remove == 10)
            #expect(plan.tally.deferred > 0)
        }
    }

    @Test(arguments: RowsEngine.all)
    func countingEndsWhereItIsTold(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.makeItems((1...50).map { ($0, nil, Instant(seconds: Int64($0))) })
            var task = database.itemsTask()
            task.olderThan = .days(1)
            let request = BatchPlanRequest(now: noon, countLimit: 10, limits: Limits())
            let plan = try database.store(task).plan(request) { false }
            #expect(plan.tally.remove == 10)
            #expect(plan.isCountCut)
        }
    }

    @Test(arguments: RowsEngine.all)
    func whatIsNotThereSkipsTheTask(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.makeItems([(1, nil, noon)])
            var task = database.itemsTask()
            task.olderThan = .days(1)
            func absent(_ change: (inout RowsSpecification) -> Void, _ names: String) {
                var other = task
                change(&other)
                let error = #expect(throws: StoreError.self) { try database.plan(other) }
                #expect(error?.code == .absent, "\(error?.message ?? "")")
                #expect(error?.message.contains(names) == true, "\(error?.message ?? "")")
            }
            absent({ $0.table = "Items2" }, "Items2")
            absent({ $0.table = "nowhere.items" }, "nowhere.items")
            absent({ $0.time = ["other"] }, "other")
            absent({ $0.condition = "deleted_at IS NULL" }, "deleted_at")
            absent({ $0.key = ["uid"] }, "uid")
            absent({ ($0.groupBy, $0.keep.counts.last) = ("job", 1) }, "job")
            absent({ $0.action = .set([.init(column: "archived", value: .integer(1))]) }, "archived")
            absent({ ($0.expires, $0.expired) = ("expires_at", true) }, "expires_at")
        }
    }

    @Test(arguments: RowsEngine.all)
    func aPlanOfAnotherTaskOrAnAlteredOneIsRefused(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.makeItems([(1, nil, Instant(seconds: 0))])
            var task = database.itemsTask()
            task.olderThan = .days(1)
            let plan = try database.plan(task)
            var other = task
            other.olderThan = .days(2)
            #expect(throws: StoreError.self) { try database.store(other).openRemover(of: plan, run: "r", fence: nil) }
            for index in plan.predicate.indices {
                var altered = plan
                altered.predicate[index] ^= 1
                #expect(throws: StoreError.self, "byte \(index)") {
                    try database.store(task).openRemover(of: altered, run: "r", fence: nil)
                }
            }
            #expect(try database.ids() == "1")
        }
    }

    @Test(arguments: RowsEngine.all)
    func sqlThatReachesBeyondItsPlaceIsRefused(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.makeItems([(1, nil, noon)])
            var task = database.itemsTask()
            for condition in [
                "id = 1) OR (1 = 1", "id = 1; DELETE FROM items", "id = :unknown", "note = 'open", "id = 1 /* open",
                "(id = 1",
            ] {
                task.condition = condition
                #expect(throws: StoreError.self, "\(condition)") { try database.clean(task) }
            }
            #expect(try database.ids() == "1")
        }
    }

    @Test(arguments: RowsEngine.all)
    func cancellationEndsAPlan(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try database.makeItems([(1, nil, Instant(seconds: 0))])
            var task = database.itemsTask()
            task.olderThan = .days(1)
            let request = BatchPlanRequest(now: noon, countLimit: 1, limits: Limits())
            #expect(throws: (any Error).self) { try database.store(task).plan(request) { true } }
            #expect(try database.ids() == "1")
        }
    }
}
