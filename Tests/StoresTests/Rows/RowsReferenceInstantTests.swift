import Retention
import Stores
import Support
import Synchronization
import Testing

/// Queries of references that name instants: those of the plan, whenever they are put.
@Suite struct RowsReferenceInstantTests {
    /// Six old rows, of which 1 to 4 were used so many days before noon.
    private static func make(_ database: any RowsDatabase) throws {
        try database.makeItems((1...6).map { ($0, nil, Instant(seconds: Int64($0))) })
        try database.sql("CREATE TABLE uses (item integer, used \(database.instantType))")
        let rows = [(1, 40), (2, 31), (3, 29), (4, 0)].map { item, days in
            let used = noon.adding(nanoseconds: -Int64(days) * 86_400_000_000_000)
            return "(\(item), '\(Timestamp.format(used))')"
        }
        try database.sql("INSERT INTO uses VALUES \(rows.joined(separator: ", "))")
    }

    private static func reference(_ condition: String) -> RowsReference {
        RowsReference(query: "SELECT item FROM uses WHERE \(condition);", timeFormat: .iso)
    }

    @Test(arguments: RowsEngine.all)
    func whatWasUsedSinceTheCutoffStays(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try Self.make(database)
            var task = database.itemsTask()
            (task.olderThan, task.referencedBy) = (.days(30), [Self.reference("used > :cutoff AND used <= :now")])
            #expect(try database.plan(task).tally.remove == 4)
            task.olderThan = .days(35)
            #expect(try database.plan(task).tally.remove == 3)
            try database.clean(task)
            #expect(try database.ids() == "2,3,4")
        }
    }

    @Test(arguments: RowsEngine.all)
    func onlyWhatWasNotUsedSinceTheCutoffGoes(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try Self.make(database)
            var task = database.itemsTask()
            (task.olderThan, task.listedBy) = (.days(35), [Self.reference("used < :cutoff")])
            try database.clean(task)
            #expect(try database.ids() == "2,3,4,5,6")
            // A name of its own, and the grace.
            task.params = ["idle": .days(30)]
            task.listedBy = [Self.reference("used < :idle AND used < :grace_cutoff")]
            task.graceMilliseconds = 86_400_000
            try database.clean(task)
            #expect(try database.ids() == "3,4,5,6")
        }
    }

    @Test(arguments: RowsEngine.all)
    func aQueryElsewhereIsPutAsOfThePlanBothTimes(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try Self.make(database)
            let asked = Mutex<[RowsInstants?]>([])
            var task = database.itemsTask()
            (task.olderThan, task.graceMilliseconds, task.params) = (.days(30), 60_000, ["idle": .days(7)])
            task.listedBy = [RowsReference(connection: "other", query: "SELECT id FROM t WHERE used < :cutoff")]
            let store = RowsStore(task, backend: database.backend) { query, _, _ in
                asked.withLock { $0.append(query.instants) }
                return ["1"]
            }
            let plan = try store.plan(BatchPlanRequest(now: noon, countLimit: 10, limits: Limits())) { false }
            _ = try store.openRemover(of: plan, run: "r", fence: nil)
            let expected = try RowsInstants(
                task: "items",
                olderThan: .days(30),
                graceMilliseconds: 60_000,
                params: ["idle": .days(7)],
                zone: "UTC",
                now: noon
            )
            #expect(asked.withLock { $0 } == [expected, expected])
        }
    }

    /// Two ages make two plans: neither is carried out as the other.
    @Test(arguments: RowsEngine.all)
    func aPlanOfAnotherAgeIsNotCarriedOut(_ engine: RowsEngine) async throws {
        try await engine.withDatabase { database in
            try Self.make(database)
            var task = database.itemsTask()
            (task.olderThan, task.listedBy) = (.days(35), [Self.reference("used < :cutoff")])
            let plan = try database.plan(task)
            task.olderThan = .days(30)
            #expect(throws: StoreError.self) { try database.store(task).openRemover(of: plan, run: "r", fence: nil) }
            #expect(try database.ids() == "1,2,3,4,5,6")
        }
    }
}
