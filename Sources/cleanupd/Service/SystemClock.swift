import Coordination
import Retention

/// Where the program asks for the time.
enum SystemClock {
    static func now() -> Instant { MachineTime.now() }

    /// The wall clock beside the one that nobody can set; `nil` where there is none.
    static func reading() -> ClockReading? { MachineTime.reading() }
}
