/// Pauses between attempts to connect: each up to twice as long as the one before, and up to half of it by chance less.
struct RedisBackOff: Sendable {
    private var attempts = 0
    private static let first: Duration = .milliseconds(50)
    private static let longest: Duration = .seconds(2)

    /// - Parameter random: 0..<1.
    mutating func next(random: Double) -> Duration {
        defer { attempts += 1 }
        return min(Self.longest, Self.first * Double(1 << min(attempts, 10))) * (1 - random / 2)
    }
}
