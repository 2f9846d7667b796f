/// How often a client may try again: a bucket of tokens that failures empty and successes fill, so that a server in
/// trouble is not asked three times as often by everybody (the standard mode of AWS' SDKs,
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
struct S3RetryBudget: Sendable, Equatable {
    static let capacity = 500
    private(set) var tokens = capacity

    /// What an attempt after this failure costs.
    static func cost(of failure: S3Error) -> Int { failure.code == .timeout ? 10 : 5 }

    /// Pays for an attempt.
    /// - Returns: whether there was enough.
    mutating func take(_ cost: Int) -> Bool {
        guard tokens >= cost else { return false }
        tokens -= cost
        return true
    }

    /// - Parameter cost: what the last attempt cost, which comes back; 0: it was the first.
    mutating func succeed(cost: Int) { tokens = min(Self.capacity, tokens + max(1, cost)) }

    /// How long to wait before an attempt: any time up to a bound that doubles.
    /// - Parameters:
    ///   - attempt: the one that failed, from 1.
    ///   - random: 0..<1.
    static func pause(after attempt: Int, limits: S3Limits, random: Double) -> Duration {
        min(limits.longestPause, limits.firstPause * Double(1 << min(attempt - 1, 20))) * random
    }
}
