import Clients
import Foundation
import Retention

/// The one place that reads the clocks of the machine.
enum SystemClock {
    static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
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
