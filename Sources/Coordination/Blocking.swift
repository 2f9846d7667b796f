import Dispatch

/// Threads for work that blocks (file system, SQLite), away from Swift's cooperative pool.
package enum Blocking {
    private static let queue = DispatchQueue(label: "cleanupd.blocking", attributes: .concurrent)

    /// Runs `work` on a thread that may block, and awaits its result.
    package static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }

    /// Runs `work`, which cannot fail, on a thread that may block, and awaits its result.
    package static func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: work()) }
        }
    }

    /// Runs `body` once on each of `workers` threads and returns when all have ended. Blocking itself.
    package static func onWorkers(_ workers: Int, _ body: @Sendable (Int) -> Void) {
        DispatchQueue.concurrentPerform(iterations: workers, execute: body)
    }
}
