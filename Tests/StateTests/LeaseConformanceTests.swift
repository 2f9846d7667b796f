import Retention
import State
import Support
import Testing

/// What every state store does with the local queue's jobs and the marks of leases.
struct LeaseConformanceTests {
    @Test(arguments: Backend.all)
    func jobsAreSavedReplacedAndRemovedTogether(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        #expect(try store.jobs().isEmpty)
        try store.changeJobs(saving: [("b", "{}"), ("a", "{\"x\":\"ü\"}")], removing: ["never there"])
        try store.changeJobs(saving: [("b", "[1]"), ("c", "3")], removing: ["a"])
        try store.changeJobs(saving: [], removing: [])
        let jobs = try backend.open(folder).jobs().sorted { $0.id < $1.id }
        #expect(jobs.map(\.id) == ["b", "c"])
        #expect(jobs.map(\.json) == ["[1]", "3"])
    }

    @Test(arguments: Backend.all)
    func theMarkOfALeaseOnlyRises(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        #expect(try store.epoch(of: "leader") == 0)
        #expect(try store.raiseEpoch(of: "leader", to: 3))
        #expect(try !store.raiseEpoch(of: "leader", to: 3))
        #expect(try !store.raiseEpoch(of: "leader", to: 2))
        #expect(try store.raiseEpoch(of: "task:logs", to: 1))
        #expect(try backend.open(folder).epoch(of: "leader") == 3)
        #expect(try store.raiseEpoch(of: "leader", to: 9))
        #expect(try store.epoch(of: "leader") == 9)
    }

    @Test(arguments: Backend.all)
    func theHolderOfALeaseWritesWhileNobodyElseHasTakenIt(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        #expect(try store.raiseEpoch(of: "task:logs", to: 7))
        let held = store.fenced(by: Fence(lock: "task:logs", epoch: 7))
        let run = Samples.run("logs", second: 1)
        try held.begin(run)
        try held.append([Samples.block("dir", count: 3)], to: run.id)
        _ = try held.seal(run.id, tally: Samples.tally)
        try held.finish(run.id, Samples.end(second: 2))
        #expect(try store.run(run.id)?.record == run)
    }

    @Test func anOlderHolderWritesNothingMore() throws {
        let database = try TestDatabase()
        let store = try database.open()
        #expect(try store.raiseEpoch(of: "task:logs", to: 7))
        let held = store.fenced(by: Fence(lock: "task:logs", epoch: 7))
        let run = Samples.run("logs", second: 1)
        try held.begin(run)
        try held.append([Samples.block("dir", count: 1)], to: run.id)
        #expect(try store.raiseEpoch(of: "task:logs", to: 8))

        let message = expectError(.fenced) { try held.append([Samples.block("dir", count: 1)], to: run.id) }
        #expect(
            message == "The lock of task:logs (epoch 7) is over: epoch 8 has it now. Nothing was recorded."
        )
        expectError(.fenced) { _ = try held.seal(run.id, tally: Samples.tally) }
        expectError(.fenced) {
            try held.record([BatchRecord(sequence: 0, limit: 1, startedAt: run.startedAt)], of: run.id)
        }
        expectError(.fenced) { try held.finish(run.id, Samples.end(second: 2)) }
        expectError(.fenced) { try held.setStamps([Stamp(scope: "task:logs", name: "last_success", value: 1)]) }
        #expect(try held.run(run.id)?.end == nil)

        let next = store.fenced(by: Fence(lock: "task:logs", epoch: 8))
        try next.finish(run.id, Samples.end(second: 3, .failed))
        #expect(try store.run(run.id)?.end?.outcome == .failed)
    }

    @Test func aMarkThatWasLostFencesToo() throws {
        let database = try TestDatabase()
        let store = try database.open()
        #expect(try store.raiseEpoch(of: "task:logs", to: 7))
        try database.sql("DELETE FROM lock_epoch")
        let message = expectError(.fenced) {
            try store.fenced(by: Fence(lock: "task:logs", epoch: 7)).begin(Samples.run("logs", second: 1))
        }
        #expect(message.contains("its mark is gone"))
    }
}
