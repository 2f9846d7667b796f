import CLinux
import Foundation

/// What the kernel knows of time besides the wall clock.
package struct MachineClock: Sendable {
    /// Seconds since the machine started, sleep included (`CLOCK_BOOTTIME`).
    package let sinceBoot: Double
    /// Identifier of this start of the machine (/proc/sys/kernel/random/boot_id).
    package let boot: String
    /// The wall clock follows a time server (adjtimex(2)); `false` = it does not, or the kernel does not tell.
    package let isSynchronised: Bool

    /// The wall clock since 1970 (`CLOCK_REALTIME`).
    package static func wall() -> (seconds: Int64, nanoseconds: Int64) {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return (Int64(time.tv_sec), Int64(time.tv_nsec))
    }

    /// `nil` where the kernel does not tell which start of the machine this is.
    package static func read() -> MachineClock? {
        guard let boot = FileManager.default.contents(atPath: "/proc/sys/kernel/random/boot_id") else { return nil }
        var time = timespec()
        guard clock_gettime(CLOCK_BOOTTIME, &time) == 0 else { return nil }
        return MachineClock(
            sinceBoot: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9,
            boot: String(decoding: boot.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self),
            isSynchronised: clinux_clock_is_synchronised()
        )
    }
}
