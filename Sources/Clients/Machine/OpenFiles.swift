import Foundation

/// How many files and connections this process may have open at once (getrlimit(2), RLIMIT_NOFILE).
package enum OpenFiles {
    /// No process here needs more, whatever the machine allows.
    private static let enough: rlim_t = 65_536

    /// Raises the limit of this process to what the machine allows; the usual one, 1,024, is for programs that call
    /// select(2), which nothing here does.
    /// - Returns: the limit that now holds.
    package static func raise() -> UInt64 {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limits = rlimit()
        guard getrlimit(resource, &limits) == 0 else { return 0 }
        let wanted = min(limits.rlim_max, enough)
        guard wanted > limits.rlim_cur else { return UInt64(limits.rlim_cur) }
        let usual = limits.rlim_cur
        limits.rlim_cur = wanted
        return UInt64(setrlimit(resource, &limits) == 0 ? wanted : usual)
    }
}
