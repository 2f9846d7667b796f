import Dispatch
import Retention
import State
import Support
import Synchronization
import Testing

/// What every state store does with plans that wait to be applied.
struct SavedPlanConformanceTests {
    @Test(arguments: Backend.all)
    func givesBackWhatWasSaved(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let plan = try SavedPlans.save("plan-1", tasks: ["logs", "backups"], in: store)
        let again = try backend.open(folder)
        #expect(try again.savedPlan("plan-1") == plan)
        #expect(try again.savedPlan("plan-2") == nil)
        #expect(plan.digest.count == 64)
        try again.verify(plan)
    }

    @Test(arguments: Backend.all)
    func digestTellsPlansApart(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let plan = try SavedPlans.save("plan-1", tasks: ["logs", "backups"], in: backend.open(folder))
        let changes: [(inout SavedPlan) -> Void] = [
            { $0.id = "plan-2" },
            { $0.createdAt = .distantPast },
            { $0.expiresAt = .distantFuture },
            { $0.configurationDigest = "other" },
            { $0.parts.reverse() },
            { $0.parts.removeLast() },
            { $0.parts[0].seal.items += 1 },
            { $0.parts[0].task = "log" },
        ]
        for change in changes {
            var other = plan
            change(&other)
            #expect(other.digest != plan.digest)
        }
    }

    @Test(arguments: Backend.all)
    func isTakenForApplicationOnce(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let stores = [try backend.open(folder), try backend.open(folder)]
        _ = try SavedPlans.save("plan-1", tasks: ["logs"], in: stores[0])
        let winners = Mutex<[Int]>([])
        let errors = Mutex<[any Error]>([])
        DispatchQueue.concurrentPerform(iterations: 16) { index in
            do {
                let instant = Instant(seconds: Int64(index))
                if try stores[index % 2].markApplied("plan-1", by: "pid \(index)", at: instant) {
                    winners.withLock { $0.append(index) }
                }
            } catch {
                errors.withLock { $0.append(error) }
            }
        }
        #expect(errors.withLock { $0.map { "\($0)" } } == [])
        let taken = winners.withLock { $0 }
        try #require(taken.count == 1)
        let plan = try #require(try stores[0].savedPlan("plan-1"))
        #expect(plan.appliedBy == "pid \(taken[0])")
        #expect(plan.appliedAt == Instant(seconds: Int64(taken[0])))
    }

    @Test(arguments: Backend.all)
    func refusesWhatCannotBeApplied(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        var plan = try SavedPlans.save("plan-1", tasks: ["logs"], in: store)
        expectError(.conflict) { try store.savePlan(plan) }
        expectError(.notFound) { _ = try store.markApplied("plan-2", by: "x", at: .distantPast) }
        plan.id = "plan-2"
        plan.parts[0].seal.digest = "other"
        expectError(.conflict) { try store.savePlan(plan) }
        plan.parts[0].run = Samples.run("logs", second: 5).id
        expectError(.notFound) { try store.savePlan(plan) }
        #expect(try store.savedPlan("plan-2") == nil, "all or nothing")
    }

    @Test(arguments: Backend.all)
    func verificationComparesWithThePlansOwnSeals(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        var plan = try SavedPlans.save("plan-1", tasks: ["logs"], in: store)
        plan.parts[0].seal.items += 1
        expectError(.altered) { try store.verify(plan) }
    }
}

/// Makes saved plans.
enum SavedPlans {
    static func save(_ id: String, tasks: [String], createdAt second: Int64 = 10, in store: any StateStore) throws
        -> SavedPlan
    {
        var parts: [SavedPlan.Part] = []
        for task in tasks {
            let run = Samples.run(task, second: second)
            try store.begin(run)
            try store.append([Samples.block(task, count: 3)], to: run.id)
            parts.append(.init(task: task, run: run.id, seal: try store.seal(run.id, tally: Samples.tally)))
        }
        let createdAt = Instant(seconds: 1_700_000_000 + second)
        let plan = SavedPlan(
            id: id,
            createdAt: createdAt,
            expiresAt: createdAt.adding(nanoseconds: 100_000_000_000),
            createdBy: "alice",
            configurationDigest: "configuration",
            parts: parts
        )
        try store.savePlan(plan)
        return plan
    }
}
