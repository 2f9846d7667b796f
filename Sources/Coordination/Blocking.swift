package import Clients
import Dispatch

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

    /// Runs `body` on up to `workers` threads, of which this one is the first, and returns when all have ended. There
    /// are fewer where the system gives no more: they share the work. Blocking itself.
    /// - Parameters:
    ///   - begin: makes a thread; replaced by tests.
    ///   - body: called once on each thread.
    package static func onWorkers(
        _ workers: Int,
        begin: DetachedThread.Begin = DetachedThread.begin,
        _ body: @escaping @Sendable () -> Void
    ) {
        let others = DispatchGroup()
        do {
            for _ in 1..<max(1, workers) {
                others.enter()
                try begin {
                    body()
                    others.leave()
                }
            }
        } catch {
            // This one does the rest alone, or with those that there are.
            others.leave()
        }
        if workers > 0 { body() }
        others.wait()
    }
}
