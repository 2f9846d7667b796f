import Foundation

/// Times of the soak.
enum SoakSchedule {
    /// Of each cycle, in seconds.
    static let interval = 2.0

    /// The earliest instant at which an age is reached of what is made after `before`. The kernel stamps files by a clock
    /// that goes in steps of up to 10 ms.
    static func due(after age: Double, since before: Date = Date()) -> Date {
        before.addingTimeInterval(age - 0.02)
    }
}
