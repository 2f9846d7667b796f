import Foundation

/// Asks until there is an answer, and for no longer than that.
/// - Returns: the answer; `nil` if there was none in time.
package func eventually<Answer>(
    seconds: Double,
    every rest: Duration = .milliseconds(100),
    isolation: isolated (any Actor)? = #isolation,
    _ answer: () async throws -> Answer?
) async throws -> Answer? {
    let end = ContinuousClock.now + .seconds(seconds)
    while true {
        if let found = try await answer() { return found }
        if ContinuousClock.now > end { return nil }
        try await Task.sleep(for: rest)  // banned-ok: between two looks at what is waited for
    }
}

/// Does something again and again for that long: the world around what is tested.
/// - Parameter work: gets 1, 2, 3 …
package func repeatedly(
    seconds: Double,
    every rest: Duration,
    isolation: isolated (any Actor)? = #isolation,
    _ work: (Int) async throws -> Void
) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    var number = 0
    while ContinuousClock.now < end {
        number += 1
        try await work(number)
        try await Task.sleep(for: rest)  // banned-ok: the pace of the world, not a wait for a result
    }
}

/// Asks until it is so, every 10 ms and for no longer than that: `eventually` for those who block.
/// - Returns: whether it came to be so.
@discardableResult
package func waitUntil(seconds: Double, _ isSo: () throws -> Bool) rethrows -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while try !isSo() {
        if ContinuousClock.now > end { return false }
        poll(nil, 0, 10)
    }
    return true
}

/// Does what blocks on a thread of its own: the pool has few, and what is tested needs them.
package func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}
