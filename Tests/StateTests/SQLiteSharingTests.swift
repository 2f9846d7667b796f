import Foundation
import GRDB
import State
import Support
import Testing

/// Several processes, and things that happen to the file while it is open.
struct SQLiteSharingTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("state.db")
    }

    @Test func twoConnectionsSeeEachOther() throws {
        let first = try SQLiteStateStore(path: path)
        let second = try SQLiteStateStore(path: path)
        let run = Samples.run("logs", second: 1)
        try first.begin(run)
        try second.append([Samples.block("dir", count: 2)], to: run.id)
        let seal = try first.seal(run.id, tally: Samples.tally)
        #expect(try second.verify(run.id) == seal)
        try second.finish(run.id, Samples.end(second: 2))
        #expect(try first.unfinishedRuns().isEmpty)
    }

    @Test func lockedFileIsReportedAfterTheTimeout() throws {
        let store = try SQLiteStateStore(path: path, busySeconds: 0.01)
        let other = try DatabaseQueue(path: path)
        let message = try other.writeWithoutTransaction { database in
            try database.execute(sql: "BEGIN IMMEDIATE")
            defer { #expect(throws: Never.self) { try database.execute(sql: "ROLLBACK") } }
            // Readers are not kept out.
            #expect(try store.settings().isEmpty)
            return expectError(.locked) { try store.setSetting("a", to: "1") }
        }
        #expect(message.contains("has been locked by another process"))
        try store.setSetting("a", to: "1")
    }

    @Test func removedFileIsNoticedBeforeTheNextWrite() throws {
        let store = try SQLiteStateStore(path: path)
        #expect(unlink(path) == 0)
        expectError(.missing) { try store.setSetting("a", to: "1") }
        expectError(.missing) { try store.isHealthy() }
    }

    @Test func replacedFileIsNoticedBeforeTheNextWrite() throws {
        let store = try SQLiteStateStore(path: path)
        let other = folder.file("other.db")
        try SQLiteStateStore(path: other).close()
        #expect(rename(other, path) == 0)
        let message = expectError(.missing) { try store.begin(Samples.run("logs", second: 1)) }
        #expect(message.contains("was replaced while in use"))
    }

    @Test func alteredBlockIsFound() throws {
        let store = try SQLiteStateStore(path: path)
        let plan = try SavedPlans.save("plan-1", tasks: ["logs"], in: store)
        try alter("UPDATE block SET bytes = CAST(replace(CAST(bytes AS TEXT), 'file-0', 'file-9') AS BLOB)")
        let message = expectError(.altered) { try store.verify(plan) }
        #expect(message.contains("(logs) is altered"))
    }

    @Test(
        arguments: Alterations.ofPlans + ["INSERT INTO block SELECT run, sequence + 1, items, bytes FROM block"]
    )
    func alteredPlanIsFound(_ change: String) throws {
        let store = try SQLiteStateStore(path: path)
        let plan = try SavedPlans.save("plan-1", tasks: ["logs"], in: store)
        try alter(change)
        expectError(.altered) { try store.verify(plan) }
    }

    @Test(arguments: Alterations.ofSavedPlans)
    func alteredSavedPlanIsFound(_ change: String) throws {
        let store = try SQLiteStateStore(path: path)
        _ = try SavedPlans.save("plan-1", tasks: ["logs", "backups", "cache"], in: store)
        try alter(change)
        expectError(.altered) { _ = try store.savedPlan("plan-1") }
    }

    private func alter(_ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }
}
