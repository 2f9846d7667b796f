import Clients
package import Retention

/// The clocks of this machine, for those that see no client.
package enum MachineTime {
    /// By the wall clock.
    package static func now() -> Instant {
        let time = MachineClock.wall()
        return Instant(seconds: time.seconds, nanoseconds: time.nanoseconds)
    }

    /// The wall clock beside the one that nobody can set; `nil` where there is none.
    package static func reading() -> ClockReading? {
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
