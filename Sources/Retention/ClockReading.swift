/// Two clocks read at one moment: the wall clock, which can be set, and the time since boot, which cannot.
package struct ClockReading: Sendable, Equatable, Codable {
    /// Seconds since 1970 by the wall clock.
    package var wall: Double
    /// Seconds since the machine started, sleep included (`CLOCK_BOOTTIME`).
    package var sinceBoot: Double
    /// Which start of which machine: `sinceBoot` of two readings can be compared only if this is equal.
    package var boot: String
    /// The kernel has the wall clock from a time server; `false` = it does not, or cannot tell.
    package var isSynchronised: Bool

    package init(wall: Double, sinceBoot: Double, boot: String, isSynchronised: Bool = false) {
        self.wall = wall
        self.sinceBoot = sinceBoot
        self.boot = boot
        self.isSynchronised = isSynchronised
    }
}

/// Whether the wall clock may be believed: what is decided by age must not follow a clock that leapt.
///
/// A forward leap makes everything old. It is doubted for a day, in which nothing is deleted unless somebody says so;
/// a clock that stays where it leapt to is right by then, or nobody looks at alerts. A step back only keeps more.
package struct ClockTrust: Sendable, Equatable, Codable {
    /// Seconds that the wall clock may gain without being doubted, whatever the time between two readings.
    package static let tolerance = 300.0
    /// Share of the time between two readings by which it may gain more: more than any oscillator drifts.
    package static let drift = 0.001
    /// Seconds that may have passed over a restart of the machine without being doubted, unless a time server vouches.
    package static let absence = 7 * 86_400.0
    /// Seconds for which a leap is doubted.
    package static let doubtLasts = 86_400.0

    /// The last reading that was believed.
    package private(set) var trusted: ClockReading
    /// The first reading after a leap that is doubted.
    package private(set) var doubted: ClockReading?

    package init(trusted: ClockReading) {
        self.trusted = trusted
    }

    /// Takes the next reading.
    /// - Parameter isVouchedFor: somebody who looked at the clock says that it is right.
    /// - Returns: seconds by which the clock leapt forward, or `nil` if it may be believed.
    package mutating func admit(_ reading: ClockReading, isVouchedFor: Bool = false) -> Double? {
        guard !isVouchedFor, let leap = Self.leap(from: trusted, to: reading) else {
            self = ClockTrust(trusted: reading)
            return nil
        }
        guard let doubted, Self.leap(from: doubted, to: reading) == nil else {
            doubted = reading
            return leap
        }
        if reading.sinceBoot - doubted.sinceBoot < Self.doubtLasts { return leap }
        self = ClockTrust(trusted: reading)
        return nil
    }

    /// By how much the wall clock ran ahead of the time since boot, if by more than clocks do.
    private static func leap(from earlier: ClockReading, to later: ClockReading) -> Double? {
        guard earlier.boot == later.boot, later.sinceBoot >= earlier.sinceBoot else {
            // How long the machine was off, nobody can tell; a clock that is wrong at start is usually far off.
            let gained = later.wall - earlier.wall
            return gained > absence && !later.isSynchronised ? gained : nil
        }
        let elapsed = later.sinceBoot - earlier.sinceBoot
        let gained = later.wall - earlier.wall - elapsed
        return gained > tolerance + elapsed * drift ? gained : nil
    }
}
