import Clients
import Foundation
import Retention
import Stores
import Support
import Testing

extension Fence {
    static func logs(_ epoch: Int64) -> Fence { Fence(scope: "here", lock: "task:logs", epoch: epoch) }
}

extension PostgresRowsDatabase {
    var postgres: PostgresRowsBackend { PostgresRowsBackend(client) }

    func fencedRemover(
        _ task: RowsSpecification,
        _ fence: Fence?,
        owned: [RowsOwned] = []
    ) throws -> any BatchRemover {
        let store = RowsStore(task, backend: backend, owned: owned) { _, _, _ in [] }
        let plan = try store.plan(BatchPlanRequest(now: noon, countLimit: 1, limits: Limits())) { false }
        return try store.openRemover(of: plan, run: "test", fence: fence)
    }

    /// A role of this database's own that may clean `logs`.
    func makeWorker() throws -> (name: String, database: PostgresRowsDatabase) {
        let role = "worker_\(name)"
        try sql(
            """
            DROP ROLE IF EXISTS \(role);
            CREATE ROLE \(role) LOGIN PASSWORD 'secret';
            GRANT SELECT, UPDATE, DELETE ON logs TO \(role)
            """
        )
        return (role, asRole(role))
    }

    /// The rows of the fence, as `lock epoch`.
    func fenceRows(_ table: String = "public.cleanupd_fence") throws -> [String] {
        try sql("SELECT lock || ' ' || epoch FROM \(table) ORDER BY 1").split(separator: "\n").map(String.init)
    }
}

/// The error that `body` ends with.
func storeError(_ body: () throws -> Void) throws -> StoreError {
    do {
        try body()
    } catch let error as StoreError {
        return error
    }
    throw SupportError("nothing was thrown")
}

/// A remover at work on a thread of its own, to its end.
final class BatchThread: Sendable {
    private let isDone = DispatchSemaphore(value: 0)

    init(_ open: @escaping @Sendable () throws -> any BatchRemover, _ tell: @escaping @Sendable (String) -> Void) {
        Thread.detachNewThread { [self] in
            do {
                let remover = try open()
                while try !remover.removeBatch(limit: 25, isCancelled: { false }).isExhausted {}
                tell("done")
            } catch let error as StoreError where error.code == .fenced {
                tell("fenced")
            } catch {
                tell("\(error)")
            }
            isDone.signal()
        }
    }

    func hasEnded(within seconds: Double) -> Bool { isDone.wait(timeout: .now() + seconds) == .success }
}
