import Foundation
import Retention
import State
import Support
import Synchronization
import Testing

/// The process dies at each change that the store makes, and the files are found as they were then.
struct CrashTests {
    /// From change number `last` + 1 on the world stands still. Of one test, unlike the process-wide fault points.
    private final class FrozenWorld: Sendable {
        private let changes = Mutex(0)
        private let last: Int

        init(after last: Int) { self.last = last }

        var count: Int { changes.withLock { $0 } }

        func next(_ operation: String) -> Int32 {
            changes.withLock { changes in
                changes += 1
                return changes > last ? EIO : 0
            }
        }
    }

    /// What the store had confirmed when the process died.
    private struct Confirmed {
        var began = false
        var appended = 0
        var seal: PlanSeal?
        var recorded = false
        var finished = false
    }

    private static let record = Samples.run("logs", second: 1)
    private static let blocks = (0..<3).map { Samples.block("dir\($0)", count: 2) }
    private static let results = [ItemResult(.deleted, freedBytes: 1), ItemResult(.gone)]

    @Test(.tags(.f5)) func whatWasConfirmedIsFoundAfterEveryCrash() throws {
        var deaths = 0
        while true {
            let folder = try TemporaryFolder()
            let world = FrozenWorld(after: deaths)
            let path = folder.file("state.db")
            var confirmed = Confirmed()
            var store: SQLiteStateStore?
            do {
                let opened = try SQLiteStateStore(path: path, fault: world.next)
                store = opened
                try Self.live(opened, &confirmed)
            } catch let error as StateError {
                #expect(error.code == .io, "\(error)")
            }
            // As the files are at this moment: no orderly end.
            let found = try folder.copyOfFiles()
            withExtendedLifetime(store) {}
            try Self.expect(confirmed, in: found, "died after \(deaths) changes")
            if world.count <= deaths { break }
            deaths += 1
        }
        #expect(deaths >= 7, "opening, reserve, and the five calls of a run are changes")
    }

    private static func live(_ store: SQLiteStateStore, _ confirmed: inout Confirmed) throws {
        try store.begin(record)
        confirmed.began = true
        for block in blocks {
            try store.append([block], to: record.id)
            confirmed.appended += 1
        }
        confirmed.seal = try store.seal(record.id, tally: Samples.tally)
        try store.record([(0, results), (2, results)], of: record.id)
        confirmed.recorded = true
        try store.finish(record.id, Samples.end(second: 2))
        confirmed.finished = true
    }

    private static func expect(_ confirmed: Confirmed, in folder: TemporaryFolder, _ comment: Comment) throws {
        let store = try SQLiteStateStore(path: folder.file("state.db"))
        let run = try store.run(record.id)
        #expect((run != nil) == confirmed.began, comment)
        #expect(try store.unfinishedRuns() == (confirmed.began && !confirmed.finished ? [record] : []), comment)
        guard let run else { return }
        #expect(run.seal == confirmed.seal, comment)
        let stored = try store.blocks(of: record.id, from: 0, limit: 10)
        #expect(stored.map(\.block) == Array(blocks[..<confirmed.appended]), comment)
        let expected = confirmed.recorded ? [results, nil, results] : stored.map { _ in nil }
        #expect(stored.map(\.results) == expected, comment)
        if let seal = confirmed.seal { #expect(try store.verify(record.id) == seal, comment) }
        if !confirmed.finished { try store.finish(record.id, Samples.end(second: 3, .failed)) }
        try store.isHealthy()
    }

    @Test func failureOfUpkeepShowsInHealthAndLosesNothing() throws {
        let folder = try TemporaryFolder()
        // Opening is allowed; then the reserve cannot be made.
        let world = FrozenWorld(after: 1)
        let store = try SQLiteStateStore(path: folder.file("state.db"), fault: world.next)
        let message = expectError(.io) { try store.isHealthy() }
        #expect(message.contains(".reserve cannot be created"))
        #expect(try store.unfinishedRuns().isEmpty)
    }
}
