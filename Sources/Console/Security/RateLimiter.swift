import Synchronization

/// Counts what each key did in the last minute, of a bounded number of keys.
final class RateLimiter: Sendable {
    typealias Instant = ContinuousClock.Instant

    private let limit: Int
    private let window: Duration
    private let mostKeys: Int
    /// By key, when it did something within the window, oldest first.
    private let log = Mutex<[String: [Instant]]>([:])

    init(limit: Int, window: Duration = .seconds(60), mostKeys: Int = 10_000) {
        self.limit = limit
        self.window = window
        self.mostKeys = mostKeys
    }

    /// Counts one more, if it may be.
    /// - Returns: seconds to wait; `nil` = it may be.
    func take(_ key: String, now: Instant) -> Int? {
        log.withLock { log in
            if let wait = wait(log[key] ?? [], now) { return wait }
            if log[key] == nil, log.count >= mostKeys { makeRoom(&log, now) }
            log[key] = recent(log[key] ?? [], now) + [now]
            return nil
        }
    }

    /// As `take`, without counting.
    func wait(_ key: String, now: Instant) -> Int? {
        log.withLock { wait($0[key] ?? [], now) }
    }

    /// How many keys it remembers.
    var count: Int { log.withLock { $0.count } }

    private func recent(_ instants: [Instant], _ now: Instant) -> [Instant] {
        instants.filter { $0 + window > now }
    }

    private func wait(_ instants: [Instant], _ now: Instant) -> Int? {
        let recent = recent(instants, now)
        guard recent.count >= limit, let oldest = recent.first else { return nil }
        return max(1, Int(((oldest + window - now) / .seconds(1)).rounded(.up)))
    }

    /// Forgets what is over; if all is young, a tenth that was quiet for longest.
    private func makeRoom(_ log: inout [String: [Instant]], _ now: Instant) {
        log = log.filter { !recent($0.value, now).isEmpty }
        guard log.count >= mostKeys else { return }
        let byAge = log.compactMap { entry in entry.value.last.map { (key: entry.key, last: $0) } }
        for entry in byAge.sorted(by: { $0.last < $1.last }).prefix(max(1, mostKeys / 10)) { log[entry.key] = nil }
    }
}
