import Retention
import State
import Support
import Testing

/// Things that others do to the rows of a store: an error, never a trap and never a wrong plan.
struct PostgresAlterationTests {
    private let database: TestDatabase

    init() throws {
        database = try TestDatabase()
    }

    @Test func alteredBlockIsFound() throws {
        let store = try database.open()
        let plan = try SavedPlans.save("plan-1", tasks: ["logs"], in: store)
        try database.sql(
            "UPDATE block SET bytes = overlay(bytes PLACING '9' FROM position('file-0'::bytea IN bytes) + 5)"
        )
        let message = expectError(.altered) { try store.verify(plan) }
        #expect(message.contains("(logs) is altered"))
    }

    @Test(
        arguments: Alterations.ofPlans + [
            "INSERT INTO block SELECT run, sequence + 1, items, token, bytes FROM block"
        ]
    )
    func alteredPlanIsFound(_ change: String) throws {
        let store = try database.open()
        let plan = try SavedPlans.save("plan-1", tasks: ["logs"], in: store)
        try database.sql(change)
        expectError(.altered) { try store.verify(plan) }
    }

    @Test(arguments: Alterations.ofSavedPlans)
    func alteredSavedPlanIsFound(_ change: String) throws {
        let store = try database.open()
        _ = try SavedPlans.save("plan-1", tasks: ["logs", "backups", "cache"], in: store)
        try database.sql(change)
        expectError(.altered) { _ = try store.savedPlan("plan-1") }
    }

    @Test(arguments: [
        "UPDATE run SET id = '0'", "UPDATE run SET pid = 99999999999", "UPDATE run SET outcome = 'x'",
        "UPDATE run SET outcome = NULL", "UPDATE run SET failure = 'x'",
        "ALTER TABLE run ALTER pid DROP NOT NULL; UPDATE run SET pid = NULL",
        "ALTER TABLE run ALTER keep TYPE text; UPDATE run SET keep = 'x'",
    ])
    func rowsThatCannotBeAreReported(_ change: String) throws {
        let store = try database.open()
        let run = Samples.run("logs", second: 1)
        try store.begin(run)
        try store.finish(run.id, Samples.end(second: 2))
        try database.sql(change)
        #expect(throws: StateError.self) { try store.runs(task: nil, before: nil, limit: 1) }
    }
}
