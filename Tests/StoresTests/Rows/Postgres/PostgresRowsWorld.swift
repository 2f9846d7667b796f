import Clients
import Foundation
import Retention
import Stores
import Support
import Synchronization
import Testing

/// A server of its own for tests that stop it, kill its sessions or read its log.
extension PostgresTestServer {
    static func own(_ settings: [String: String] = [:], logStatement: String = "none") throws -> PostgresTestServer {
        var options = Options()
        options.settings = settings
        options.logStatement = logStatement
        return try PostgresTestServer(options)
    }
}

extension PostgresRowsDatabase {
    /// A table `logs` of rows in time order, the first `old` of which are due by a day, with an index on time.
    func makeLogs(_ rows: Int, old: Int, ties: Int = 1) throws {
        try sql(
            """
            CREATE TABLE logs (id bigserial PRIMARY KEY, created timestamptz NOT NULL, flag boolean NOT NULL DEFAULT true, note text);
            INSERT INTO logs (created, note) SELECT timestamptz '2026-02-28 12:00Z' + (n / \(ties) * \(ties) - \(old) + 0.5) * interval '1 second' / \(max(1, rows / 10_000)),
                md5(n::text) FROM generate_series(0, \(rows - 1)) n;
            CREATE INDEX ON logs (created);
            """
        )
        // In the same transaction it would not count as fresh.
        try sql("ANALYZE logs")
    }

    var logsTask: RowsSpecification {
        var task = RowsSpecification(task: "logs", table: "logs")
        (task.time, task.olderThan) = (["created"], .days(1))
        return task
    }

    func count(_ table: String = "logs", where condition: String = "true") throws -> Int {
        Int(try sql("SELECT count(*) FROM \(table) WHERE \(condition)")) ?? -1
    }

    func remover(_ task: RowsSpecification, pace: RowsPace = RowsPace()) throws -> any BatchRemover {
        let store = store(task, pace: pace)
        let plan = try store.plan(BatchPlanRequest(now: noon, countLimit: 1, limits: Limits())) { false }
        return try store.openRemover(of: plan, run: "test", fence: nil)
    }
}

/// A thread that does something again and again until it is stopped.
final class Nuisance: Sendable {
    private let isStopped = Mutex(false)
    private let isDone = DispatchSemaphore(value: 0)
    private let failure = Mutex<(any Error)?>(nil)

    init(_ body: @escaping @Sendable () throws -> Void) {
        Thread.detachNewThread { [self] in
            while !isStopped.withLock({ $0 }) {
                do {
                    try body()
                } catch {
                    failure.withLock { $0 = error }
                    break
                }
            }
            isDone.signal()
        }
    }

    func stop() throws {
        isStopped.withLock { $0 = true }
        isDone.wait()
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
