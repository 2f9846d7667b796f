import Clients
import Foundation
import Retention
import Stores

/// Removes the due half of a table as the engine does, in batches that follow a time goal, and prints rows and seconds.
///
///     RowsBenchmark URL TABLE CUTOFF-SECONDS LARGEST-BATCH
@main
struct RowsBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 5, let cutoff = Int64(arguments[3]), let largest = Int(arguments[4]) else {
            throw Usage()
        }
        let server = PostgresServer(name: "bench", settings: PostgresSettings(url: arguments[1])) { .now }
        var task = RowsSpecification(task: "bench", table: arguments[2])
        (task.time, task.olderThan) = (["created_at"], Age(milliseconds: 0, text: "0s"))
        let store = RowsStore(task, backend: PostgresRowsBackend(server)) { _, _, _ in [] }
        let now = Instant(seconds: cutoff)
        let start = ContinuousClock.now
        let plan = try store.plan(BatchPlanRequest(now: now, countLimit: 1, limits: Limits())) { false }
        let remover = try store.openRemover(of: plan, run: "bench")
        var (rows, batches, limit) = (0, 0, min(largest, 1_000))
        while true {
            let result = try remover.removeBatch(limit: limit) { false }
            (rows, batches) = (rows + result.rows, batches + 1)
            if result.isExhausted { break }
            // More while a batch takes less than the goal, half when it takes more.
            limit = result.seconds < 0.1 ? min(largest, limit + 1_000) : max(100, limit / 2)
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        print("\(rows) rows, \(batches) batches, \((seconds * 1000).rounded() / 1000) s")
    }

    struct Usage: Error, CustomStringConvertible {
        var description: String { "usage: RowsBenchmark URL TABLE CUTOFF-SECONDS LARGEST-BATCH" }
    }
}
