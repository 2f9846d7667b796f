import Retention
import Stores
import Support
import Testing

/// A database engine that the conformance suites run on; a new one joins by one more entry in `all`.
struct RowsEngine: Sendable, CustomTestStringConvertible {
    let name: String
    /// Lends an empty database.
    let withDatabase: @Sendable (_ body: (any RowsDatabase) async throws -> Void) async throws -> Void

    var testDescription: String { name }

    static let all = [postgres, sqlite]
}

/// A real database of a test, and the backend that is tested on it.
protocol RowsDatabase: Sendable {
    var backend: any RowsBackend { get }
    /// The type of a column of instants, for `CREATE TABLE`; its values are written as ISO text with a zone.
    var instantType: String { get }
    /// Columns of times in each form that the engine keeps.
    var timeForms: [RowsTimeForm] { get }
    /// Runs SQL beside the backend.
    /// - Returns: rows on lines, columns between `|`.
    @discardableResult
    func sql(_ sql: String) throws -> String
}

/// A way to keep times in a column.
struct RowsTimeForm: Sendable, CustomStringConvertible {
    let type: String
    var format: RowsSpecification.TimeFormat?
    var timezone = "UTC"
    /// The value, as a literal, that means 2026-03-01T12:00:00Z plus so many seconds.
    let literal: @Sendable (Int64) -> String

    var description: String { "\(type) \(format?.rawValue ?? "") \(timezone) \(literal(0))" }
}

/// 2026-03-01T12:00:00Z.
let noon = Instant(seconds: 1_772_366_400)

extension Age {
    static func days(_ days: Int64) -> Age { Age(milliseconds: days * 86_400_000, text: "\(days)d") }
}

extension RowsDatabase {
    func store(_ specification: RowsSpecification, pace: RowsPace = RowsPace()) -> RowsStore {
        RowsStore(specification, backend: backend, pace: pace) { reference, _, _ in
            throw SupportError("nobody asked for \(reference)")
        }
    }

    func plan(_ specification: RowsSpecification, limits: Limits = Limits(), now: Instant = noon) throws -> BatchPlan {
        try store(specification).plan(BatchPlanRequest(now: now, countLimit: 100_000, limits: limits)) { false }
    }

    /// Plans, and removes in batches to the end.
    @discardableResult
    func clean(_ specification: RowsSpecification, batch: Int = 7, now: Instant = noon) throws -> RowsOutcome {
        try clean(store(specification), batch: batch, now: now)
    }

    @discardableResult
    func clean(_ store: RowsStore, batch: Int = 7, now: Instant = noon) throws -> RowsOutcome {
        let plan = try store.plan(BatchPlanRequest(now: now, countLimit: 1_000_000, limits: Limits())) { false }
        var outcome = RowsOutcome(planned: plan.tally.remove, warnings: plan.warnings)
        try outcome.drain(try store.openRemover(of: plan, run: "test", fence: nil), batch: batch)
        return outcome
    }

    /// What is there, as `1,2,5`.
    func ids(_ table: String = "items", where condition: String = "1 = 1") throws -> String {
        try sql("SELECT id FROM \(table) WHERE \(condition) ORDER BY id").split(separator: "\n").joined(separator: ",")
    }

    /// A table `items` of id, group, time and note, with an index on time.
    func makeItems(_ rows: [(id: Int, group: String?, time: Instant?)] = []) throws {
        try sql("CREATE TABLE items (id integer PRIMARY KEY, grp text, created \(instantType), note text)")
        try sql("CREATE INDEX items_created ON items (created)")
        guard !rows.isEmpty else { return }
        let values = rows.map { row in
            let group = row.group.map { "'\($0)'" } ?? "NULL"
            let time = row.time.map { "'\(Timestamp.format($0, fractional: true))'" } ?? "NULL"
            return "(\(row.id), \(group), \(time), NULL)"
        }
        try sql("INSERT INTO items VALUES \(values.joined(separator: ", "))")
    }

    func itemsTask() -> RowsSpecification {
        var task = RowsSpecification(task: "items", table: "items")
        task.time = ["created"]
        return task
    }
}

/// What a whole run did.
struct RowsOutcome {
    var planned = 0
    var warnings: [String] = []
    var deleted = 0
    var updated = 0
    var failures: [FailureReason: Int] = [:]
    var lockTimeouts = 0
    var retries = 0
    var batches = 0
    var messages: [String] = []
    var isExhausted = false

    /// Removes until the remover says that nothing is left, or that no more can be had.
    mutating func drain(_ remover: any BatchRemover, batch: Int, most: Int = 100_000) throws {
        for _ in 0..<most {
            let result = try remover.removeBatch(limit: batch) { false }
            #expect(result.rows <= batch)
            deleted += result.deleted
            updated += result.updated
            failures.merge(result.failures) { $0 + $1 }
            lockTimeouts += result.lockTimeouts
            retries += result.retries
            batches += 1
            if let message = result.message { messages.append(message) }
            isExhausted = result.isExhausted
            if isExhausted || (result.rows == 0 && !result.failures.isEmpty) { return }
        }
        Issue.record("the remover never ends")
    }
}
