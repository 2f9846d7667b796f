import Clients
import Retention

/// The one place that reads the clocks of the machine.
enum SystemClock {
    static func now() -> Instant {
        let time = MachineClock.wall()
        return Instant(seconds: time.seconds, nanoseconds: time.nanoseconds)
    }

    /// The wall clock beside the one that nobody can set; `nil` where there is none.
    static func reading() -> ClockReading? {
        MachineClock.read().map { machine in
            ClockReading(
                wall: now().secondsSinceEpoch,
                sinceBoot: machine.sinceBoot,
                boot: machine.boot,
                isSynchronised: machine.isSynchronised
            )
        }
    }
}
