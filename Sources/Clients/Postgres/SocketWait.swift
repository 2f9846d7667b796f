import Glibc

/// Waits for a socket in slices, so that whoever waits can be asked in between whether it still wants to.
enum SocketWait {
    /// Long enough to cost nothing, short enough for a person who cancels.
    static let slice: Duration = .milliseconds(50)

    /// What a socket can do now.
    struct Readiness: OptionSet {
        let rawValue: Int32
        static let readable = Readiness(rawValue: 1)
        static let writable = Readiness(rawValue: 2)
    }

    /// Waits for no longer than a slice, or not at all.
    /// - Returns: what is possible; a broken socket counts as both, so that the next read or write finds the error.
    static func poll(_ socket: Int32, for wanted: Readiness, atOnce: Bool = false) -> Readiness {
        var entry = pollfd(fd: socket, events: 0, revents: 0)
        if wanted.contains(.readable) { entry.events |= Int16(POLLIN) }
        if wanted.contains(.writable) { entry.events |= Int16(POLLOUT) }
        // Over 0: something is possible; 0: the slice is over; -1: EINTR, as if it were over, or ENOMEM, which passes.
        guard Glibc.poll(&entry, 1, atOnce ? 0 : slice.milliseconds) > 0 else { return [] }
        let broken = entry.revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0
        var ready: Readiness = []
        if broken || entry.revents & Int16(POLLIN) != 0 { ready.insert(.readable) }
        if broken || entry.revents & Int16(POLLOUT) != 0 { ready.insert(.writable) }
        return ready
    }

    /// Does nothing for that long, or until it is cancelled.
    static func pause(_ duration: Duration, isCancelled: () -> Bool) {
        let end = ContinuousClock.now + duration
        while !isCancelled() {
            let rest = end - .now
            if rest <= .zero { return }
            // No descriptor: only the time-out can end it, or a signal, after which the rest is waited for.
            _ = Glibc.poll(nil, 0, min(rest, slice).milliseconds)
        }
    }
}
