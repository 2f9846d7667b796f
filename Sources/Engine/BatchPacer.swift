import Stores

/// How many rows the next batch takes, so that each lasts about as long as it should; a pure value.
///
/// Additive increase, multiplicative decrease, as TCP does; until the first batch that is too slow it doubles, so that a
/// quiet database is at full speed after a few batches.
struct BatchPacer: Sendable, Equatable {
    /// The goal when none is configured, in seconds.
    static let usualGoal = 0.1
    /// The goal when none is configured and others use the database: their queries wait about as long as a batch lasts.
    /// Measured beside pgbench, whose 99th percentile doubles with batches of 20 ms.
    static let sharedGoal = 0.002
    /// Then it rests after each batch, so many times as long as that lasted, but no longer than `longestRest` seconds.
    private static let restRatio = 2.5
    private static let longestRest = 0.1
    static let smallest = 100
    static let largest = 50_000
    private static let first = 1_000

    /// Others use the database. Going by it takes effect at once, also on the size of the next batch.
    var isShared = false {
        didSet {
            if oldValue, !isShared { isDoubling = true }
            guard isShared, !oldValue, configuredGoal == nil, let secondsPerRow else { return }
            size = max(min(Self.smallest, ceiling), min(size, Int(goal / secondsPerRow)))
        }
    }
    private let configuredGoal: Double?
    let ceiling: Int
    private(set) var size: Int
    private var isDoubling = true
    /// Of the last batch.
    private var secondsPerRow: Double?

    var goal: Double { configuredGoal ?? (isShared ? Self.sharedGoal : Self.usualGoal) }

    /// - Parameters:
    ///   - goalSeconds: how long a batch should take; `nil` = `usualGoal`, or `sharedGoal`.
    ///   - ceiling: the most rows a batch may have; `nil` = `largest`. Without a goal of its own it is also the size.
    init(goalSeconds: Double?, ceiling: Int?) {
        configuredGoal = goalSeconds
        self.ceiling = max(1, min(ceiling ?? Self.largest, Self.largest * 2))
        size = min(Self.first, self.ceiling)
    }

    /// Seconds to wait after a batch of so many.
    func rest(after seconds: Double) -> Double {
        guard isShared, configuredGoal == nil else { return 0 }
        return min(Self.longestRest, seconds * Self.restRatio)
    }

    /// Learns from a batch.
    /// - Parameters:
    ///   - rows: how many went.
    ///   - seconds: BEGIN to COMMIT.
    ///   - limit: how many were asked for; a batch that found fewer teaches only when it was slow.
    mutating func learn(rows: Int, seconds: Double, limit: Int) {
        if rows > 0, seconds > 0 { secondsPerRow = seconds / Double(rows) }
        let least = min(Self.smallest, ceiling)
        if seconds > goal * 1.25 {
            isDoubling = false
            // Straight to what the measured speed allows, but never below half at once: one slow commit proves little.
            let fitting = Int(Double(limit) * goal / seconds)
            size = max(least, max(size / 2, min(fitting, size)))
        } else if seconds <= goal, rows >= limit {
            size = min(ceiling, isDoubling ? size * 2 : size + max(least, size / 10))
        }
    }
}
