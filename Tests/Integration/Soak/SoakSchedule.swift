import Foundation

/// Times of the soak, in seconds.
enum SoakSchedule {
    /// From the beginning of a cycle to that of its next.
    static let interval = 2.0
    /// What a cycle may take at most.
    static let limit = 20.0
    /// A lease lives that long without its holder (`lock_ttl`).
    static let lease = 3.0
    /// While the circuit breaker of PostgreSQL is open, which a restart that lasts opens: nobody tries meanwhile.
    static let breaker = 30.0
    /// Between two tries to load a configuration, where the state store is away.
    static let reload = 5.0

    /// The earliest instant at which an age is reached of what is made after `before`. The kernel stamps files by a clock
    /// that goes in steps of up to 10 ms.
    static func due(after age: Double, since before: Date = Date()) -> Date {
        before.addingTimeInterval(age - 0.02)
    }
}
