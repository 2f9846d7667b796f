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
