import Clients
import Foundation
import Retention
import Stores
import Support
import Testing

/// A database file of one test, and runs over it as the engine does them, without the engine.
struct SQLiteRowsWorld {
    /// 2026-01-01T00:00:00Z
    static let now = Instant(seconds: 1_767_225_600)

    let folder: TemporaryFolder
    let path: String

    init(_ schema: String) throws {
        folder = try TemporaryFolder()
        path = folder.file("app.db")
        try SQLiteShell.run(path, schema)
    }

    /// What a run came to, batch by batch.
    struct Outcome {
        var plan: BatchPlan
        var batches: [BatchResult] = []
        var warnings: [String] = []

        var deleted: Int { batches.reduce(0) { $0 + $1.deleted } }
        var updated: Int { batches.reduce(0) { $0 + $1.updated } }
        var lockTimeouts: Int { batches.reduce(0) { $0 + $1.lockTimeouts } }
        var failures: [FailureReason: Int] {
            batches.reduce(into: [:]) { $0.merge($1.failures, uniquingKeysWith: +) }
        }
        var isExhausted: Bool { batches.last?.isExhausted ?? false }
        var message: String? { batches.lazy.compactMap(\.message).first }
    }

    func store(
        _ specification: RowsSpecification,
        busySeconds: Double = 5,
        pace: RowsPace = RowsPace(),
        values: @escaping RowsReferenceValues = { _, _, _ in [] }
    ) -> RowsStore {
        RowsStore(
            specification,
            backend: SQLiteBackend(path: path, busySeconds: busySeconds),
            pace: pace,
            referenceValues: values
        )
    }

    func plan(_ store: RowsStore, now: Instant = SQLiteRowsWorld.now, limits: Limits = Limits()) throws -> BatchPlan {
        try store.plan(BatchPlanRequest(now: now, countLimit: 1_000_000, limits: limits), isCancelled: { false })
    }

    /// - Parameter between: called before each batch.
    func run(
        _ store: RowsStore,
        batch: Int = 1000,
        now: Instant = SQLiteRowsWorld.now,
        between: (Int) throws -> Void = { _ in }
    ) throws -> Outcome {
        var outcome = Outcome(plan: try plan(store, now: now))
        let remover = try store.openRemover(of: outcome.plan, run: "r", fence: nil)
        while !outcome.isExhausted {
            try between(outcome.batches.count)
            outcome.batches.append(try remover.removeBatch(limit: batch, isCancelled: { false }))
            try #require(outcome.batches.count < 10_000, "the run does not end")
        }
        outcome.warnings = try remover.finish(removed: outcome.deleted + outcome.updated, isCancelled: { false })
        return outcome
    }

    @discardableResult
    func run(_ specification: RowsSpecification, batch: Int = 1000) throws -> Outcome {
        try run(store(specification), batch: batch)
    }

    func ask(_ sql: String) throws -> String { try SQLiteShell.run(path, sql) }

    var integrity: String {
        get throws { try ask("PRAGMA integrity_check; PRAGMA foreign_key_check;") }
    }
}

extension RowsSpecification {
    /// A specification of a test, changed in place.
    static func of(_ table: String, _ change: (inout RowsSpecification) -> Void) -> RowsSpecification {
        var specification = RowsSpecification(task: "test", table: table)
        change(&specification)
        return specification
    }

    /// Rows of `jobs` whose `t` is older than so many days.
    static func jobs(days: Int64 = 7, _ change: (inout RowsSpecification) -> Void = { _ in }) -> RowsSpecification {
        of("jobs") {
            $0.time = ["t"]
            $0.olderThan = .days(days)
            change(&$0)
        }
    }
}
