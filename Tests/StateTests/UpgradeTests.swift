import Foundation
import GRDB
import Retention
import State
import Support
import Testing

/// A store that the version before has written is taken over whole, with the plans and the marks that keep it safe.
///
/// `Fixtures/state-6.*` were written by a program of the commit "The account of freed bytes has its test", whose tables are
/// at number 6 of `SQLiteSchema` and `PostgresSchema`, by its own calls; `.dump` of sqlite3 and `pg_dump --inserts` put them
/// into words. An upgrade of the package finds the same (scripts/test-deploy.sh).
@Suite struct UpgradeTests {
    private let run = RunID("018bcfe56b63-000000000001")
    private let unfinished = RunID("018bcfe56f4b-000000000002")

    @Test(arguments: Old.allCases)
    func whatAnOlderVersionKnewIsThere(old: Old) throws {
        let folder = try TemporaryFolder()
        try old.write(folder)
        let store = try old.open(folder)
        try holdsAll(store)
        store.close()
        // Once more: what was migrated is a store like any other.
        let again = try old.open(folder)
        try holdsAll(again)
        again.close()
    }

    @Test(arguments: Old.allCases)
    func itGoesOnWhereTheOlderVersionEnded(old: Old) throws {
        let folder = try TemporaryFolder()
        try old.write(folder)
        let store = try old.open(folder)
        #expect(try !store.raiseEpoch(of: "leader", to: 41), "an epoch that was used is never used again")
        #expect(try store.raiseEpoch(of: "leader", to: 42))
        let plan = try #require(try store.savedPlan("plan"))
        try store.verify(plan)
        #expect(try store.markApplied("plan", by: "bob", at: Instant(seconds: 1_700_000_100)))
        #expect(try !store.markApplied("plan", by: "eve", at: Instant(seconds: 1_700_000_101)))
        try store.finish(try #require(unfinished), Samples.end(second: 30, .failed))
        #expect(try store.unfinishedRuns().isEmpty)
        let next = Samples.run("logs", second: 100)
        try store.begin(next)
        #expect(try store.runs(task: "logs", before: nil, limit: 9).map(\.record.id) == [next.id, run])
        store.close()
    }

    @Test(arguments: Old.allCases)
    func aPlanThatWasAlteredMeanwhileIsNotBelieved(old: Old) throws {
        let folder = try TemporaryFolder()
        try old.write(folder)
        try old.alter("UPDATE block SET items = items + 1 WHERE sequence = 1", folder)
        let store = try old.open(folder)
        #expect(throws: StateError.self) { try store.verify(try #require(run)) }
        store.close()
    }

    @Test(arguments: Old.allCases)
    func theVersionBeforeIsTheOneThatHasAFixture(old: Old) throws {
        let before = try TemporaryFolder()
        try old.write(before)
        #expect(try old.migrations(before) == Old.version)
        let now = try TemporaryFolder()
        try old.open(now).close()
        #expect(
            try old.migrations(now) == Old.version + 1,
            "A migration is new: make fixtures by a program without it, and let Old.version be their number."
        )
    }

    private func holdsAll(_ store: any StateStore) throws {
        let run = try #require(run)
        let stored = try #require(try store.run(run))
        #expect(stored.record.task == "logs" && stored.record.epoch == 7 && stored.record.host == "replica-1")
        #expect(stored.end?.outcome == .partial && stored.end?.message == "one was gone")
        #expect(try store.verify(run) == stored.seal)
        let blocks = try store.blocks(of: run, from: 0, limit: 9)
        #expect(blocks.map(\.block) == (0..<3).map { Samples.block("dir\($0)", count: 2) })
        #expect(blocks.map { $0.results?.map(\.outcome) } == [[.deleted, .gone], nil, nil])
        #expect(try store.batches(of: run, from: 0, limit: 9).map(\.rows) == [3])
        #expect(try store.unfinishedRuns().map(\.id) == [try #require(unfinished)])
        #expect(try store.savedPlan("plan")?.parts.map(\.task) == ["backups"])
        #expect(try store.stamps() == [Stamp(scope: "cycle", name: "light", value: 1_700_000_002.5)])
        #expect(try store.settings() == ["cycles.light.schedule": #""0 4 * * *""#])
        #expect(try store.jobs().map(\.id) == ["light@1700000002"])
        #expect(try store.epoch(of: "leader") == 41)
        let calls = try store.calls(before: nil, limit: 9)
        #expect(calls.map(\.who) == ["operator"] && calls.map(\.status) == [202] && calls.map(\.message) == [nil])
    }
}

/// A store as an older version has left it.
enum Old: String, CaseIterable, CustomTestStringConvertible {
    case sqlite, postgres

    /// How many migrations the fixtures have.
    static let version = 6

    var testDescription: String { "\(rawValue) of version \(Self.version)" }

    func write(_ folder: TemporaryFolder) throws {
        let folderOfTest = URL(filePath: #filePath).deletingLastPathComponent()
        let fixture = folderOfTest.appending(path: "Fixtures/state-\(Self.version).\(rawValue).sql")
        try carryOut(try String(contentsOf: fixture, encoding: .utf8), folder)
    }

    func alter(_ sql: String, _ folder: TemporaryFolder) throws { try carryOut(sql, folder) }

    func open(_ folder: TemporaryFolder) throws -> any StateStore {
        let backend = try #require(Backend.all.first { $0.name == rawValue })
        return try backend.open(folder)
    }

    /// How many migrations the store in this folder has.
    func migrations(_ folder: TemporaryFolder) throws -> Int? {
        switch self {
        case .postgres: return Int(try TestDatabase.of(folder).sql("SELECT count(*) FROM migration"))
        case .sqlite:
            let queue = try DatabaseQueue(path: folder.file("state.db"))
            return try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM grdb_migrations") }
        }
    }

    private func carryOut(_ sql: String, _ folder: TemporaryFolder) throws {
        switch self {
        case .postgres: try TestDatabase.of(folder).sql(sql)
        case .sqlite:
            let queue = try DatabaseQueue(path: folder.file("state.db"))
            try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
            try queue.close()
        }
    }
}
