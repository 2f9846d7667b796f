import Clients

/// Threads for calls that block, away from Swift's cooperative pool.
///
/// Each call has a thread of its own: Dispatch's threads are limited, and those that wait for a lock could use all of
/// them up, while what they wait for needs one more.
enum OffPool {
    /// Runs `work` on a thread that may block, and awaits its result.
    /// - Throws: what `work` throws, or `ThreadShortage`.
    static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try DetachedThread.begin { continuation.resume(with: Result { try work() }) }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}
