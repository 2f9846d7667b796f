import Retention

/// Times of the simulated world are nanoseconds of true time since its beginning.
enum Span {
    static let second: Int64 = 1_000_000_000
    static let minute = 60 * second
    static let hour = 60 * minute
}

extension Duration {
    /// Up to 292 years.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * Span.second + attoseconds / 1_000_000_000
    }
}

/// A clock that nobody sets, and that goes a little too fast or too slow.
struct MonotonicClock {
    let rate: Double
    let offset: Int64

    /// - Returns: nanoseconds on the clock's own scale.
    func reading(at now: Int64) -> Int64 { offset + Int64(Double(now) * rate) }

    /// When the clock will show `reading`: not before.
    func trueTime(of reading: Int64) -> Int64 { Int64((Double(reading - offset) / rate).rounded(.up)) + 1 }
}

/// A clock that can be set.
struct WallClock {
    /// What true clocks show at the beginning of the world: a whole hour.
    static let epoch = Instant(seconds: 1_800_000_000)

    /// How far it is ahead.
    var offset: Int64
    var rate = 1.0

    /// - Returns: nanoseconds since `epoch`.
    func nanoseconds(at now: Int64) -> Int64 { offset + Int64(Double(now) * rate) }

    func reading(at now: Int64) -> Instant { Self.epoch.adding(nanoseconds: nanoseconds(at: now)) }
}
