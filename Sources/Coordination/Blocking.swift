import Dispatch

/// Threads for work that blocks (file system, SQLite), away from Swift's cooperative pool.
///
/// Each piece of work has a serial queue, and so a thread, of its own. Those of a concurrent queue are Swift's own threads
/// on Linux: while some of them block, Dispatch waits for up to a second before it adds others.
package enum Blocking {
    private static var thread: DispatchQueue { DispatchQueue(label: "cleanupd.blocking") }

    /// Runs `work` on a thread that may block, and awaits its result.
    package static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            thread.async { continuation.resume(with: Result { try work() }) }
        }
    }

    /// Runs `work`, which cannot fail, on a thread that may block, and awaits its result.
    package static func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            thread.async { continuation.resume(returning: work()) }
        }
    }

    /// Runs `body` once on each of `workers` threads and returns when all have ended. Blocking itself.
    package static func onWorkers(_ workers: Int, _ body: @Sendable (Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            let others = DispatchGroup()
            for number in stride(from: 1, to: workers, by: 1) { thread.async(group: others) { body(number) } }
            if workers > 0 { body(0) }
            others.wait()
        }
    }
}
