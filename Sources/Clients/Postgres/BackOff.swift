/// Pauses between attempts: each twice as long as the one before, and by chance half to one and a half of that.
struct BackOff: Sendable {
    /// Pauses so far.
    private(set) var attempts = 0
    private static let first: Duration = .milliseconds(250)

    /// - Parameter random: 0..<1.
    mutating func next(random: Double) -> Duration {
        defer { attempts += 1 }
        return Self.first * (Double(1 << min(attempts, 10)) * (0.5 + random))
    }
}
