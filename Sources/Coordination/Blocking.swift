import Dispatch
import Foundation

/// Threads for work that blocks (file system, SQLite), away from Swift's cooperative pool.
package enum Blocking {
    private static let threads = BlockingThreads()

    /// Runs `work` on a thread that may block, and awaits its result.
    package static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            threads.run { continuation.resume(with: Result { try work() }) }
        }
    }

    /// Runs `work`, which cannot fail, on a thread that may block, and awaits its result.
    package static func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            threads.run { continuation.resume(returning: work()) }
        }
    }

    /// Runs `body` once on each of `workers` threads, of which this one is the first, and returns when all have ended.
    /// Blocking itself.
    package static func onWorkers(_ workers: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let others = DispatchGroup()
        for worker in 1..<max(1, workers) {
            others.enter()
            Thread.detachNewThread {
                body(worker)
                others.leave()
            }
        }
        if workers > 0 { body(0) }
        others.wait()
    }
}
