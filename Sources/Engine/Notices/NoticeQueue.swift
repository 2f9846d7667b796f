import Coordination

/// Messages that are on their way, as a value: which is due, which is tried again, and which is given up.
///
/// Each is *waiting*, until it is due and there is a place, or *under way*, until `ended`. It is given instants and
/// chances, and neither sleeps nor asks anybody.
struct NoticeQueue {
    /// One message with what has become of it so far.
    struct Entry: Sendable {
        let number: Int
        let notice: Notice
        /// Tries so far, one that is under way included.
        fileprivate(set) var attempts = 0
        fileprivate var dueAt: ContinuousClock.Instant
        /// The other side wants to be left alone until then.
        fileprivate var heldUntil: ContinuousClock.Instant?
        fileprivate var isUnderWay = false
    }

    /// What became of a try.
    enum Fate: Sendable, Equatable {
        case delivered
        case refused(String)
        /// It was the last one.
        case exhausted(String)
        case retries(after: Duration, String)
    }

    let timing: NoticeTiming
    private var entries: [Entry] = []
    private var lastNumber = 0
    /// It is the end: what is not delivered by then is lost.
    private var end: ContinuousClock.Instant?
    /// The earliest look that was asked for and has not come.
    private var nextLook: ContinuousClock.Instant?
    /// Nobody tries any more: what comes now is lost.
    private(set) var hasEnded = false

    init(_ timing: NoticeTiming) { self.timing = timing }

    // MARK: Coming

    /// - Returns: the message that is lost for it: the oldest that waits, or this one after the end.
    mutating func add(_ notice: Notice, at now: ContinuousClock.Instant) -> Notice? {
        guard !hasEnded else { return notice }
        lastNumber += 1
        entries.append(Entry(number: lastNumber, notice: notice, dueAt: now))
        guard entries.count > timing.capacity, let oldest = entries.firstIndex(where: { !$0.isUnderWay }) else {
            return nil
        }
        return entries.remove(at: oldest).notice
    }

    // MARK: Going

    /// Takes what is to be tried now, as far as there are places.
    mutating func take(at now: ContinuousClock.Instant) -> [Entry] {
        var taken: [Entry] = []
        var places = timing.atOnce - entries.count(where: \.isUnderWay)
        for index in entries.indices where places > 0 && !entries[index].isUnderWay && entries[index].dueAt <= now {
            entries[index].isUnderWay = true
            entries[index].attempts += 1
            taken.append(entries[index])
            places -= 1
        }
        return taken
    }

    /// When to look again; `nil` = a look that was asked for comes soon enough, or the end of a try does.
    mutating func look(at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        if let nextLook, nextLook <= now { self.nextLook = nil }
        let due = entries.lazy.filter { !$0.isUnderWay && $0.dueAt > now }.map(\.dueAt).min()
        guard let next = [due, end].compactMap(\.self).min(), nextLook.map({ next < $0 }) ?? true else { return nil }
        nextLook = next
        return next
    }

    /// - Parameter chance: 0..<1, random; lengthens the wait (`Backoff`).
    /// - Returns: `nil` = it was lost meanwhile.
    mutating func ended(
        _ number: Int,
        _ answer: NoticeAnswer,
        at now: ContinuousClock.Instant,
        chance: Double
    ) -> Fate? {
        guard let index = entries.firstIndex(where: { $0.number == number }) else { return nil }
        switch answer {
        case .delivered:
            entries.remove(at: index)
            return .delivered
        case .refused(let reason):
            entries.remove(at: index)
            return .refused(reason)
        case .failed(let reason, let waitSeconds):
            let wait = wait(after: entries[index].attempts, chance)
            let held = waitSeconds.map { Duration.seconds(min(max(0, $0), timing.longestWaitSeconds)) }
            let pause = max(wait, held ?? .zero)
            guard entries[index].attempts < timing.attempts, end.map({ now + pause < $0 }) ?? true else {
                entries.remove(at: index)
                return .exhausted(reason)
            }
            entries[index].isUnderWay = false
            entries[index].dueAt = now + pause
            entries[index].heldUntil = held.map { now + $0 }
            return .retries(after: pause, reason)
        }
    }

    private func wait(after attempts: Int, _ chance: Double) -> Duration {
        let usual = Backoff.nanoseconds(base: timing.backoffSeconds, attempts: attempts, chance: chance)
        return .nanoseconds(end == nil ? usual : min(usual, Int64(timing.hurriedSeconds * 1e9)))
    }

    // MARK: Ending

    /// What waits is tried once more at once, unless the other side has asked for patience; and then in a hurry, until
    /// `end`.
    mutating func hurry(until end: ContinuousClock.Instant, at now: ContinuousClock.Instant) {
        self.end = min(self.end ?? end, end)
        for index in entries.indices where !entries[index].isUnderWay {
            entries[index].dueAt = max(now, entries[index].heldUntil ?? now)
        }
    }

    /// There is nothing left to wait for.
    func isOver(at now: ContinuousClock.Instant) -> Bool { end.map { entries.isEmpty || $0 <= now } ?? false }

    /// Ends it, whatever is left.
    /// - Returns: what is lost.
    mutating func giveUp() -> [Notice] {
        hasEnded = true
        defer { entries = [] }
        return entries.map(\.notice)
    }
}

/// How messages are tried.
package struct NoticeTiming: Sendable {
    /// So many are kept; one more costs the oldest.
    package var capacity = 64
    /// So many are under way at the same time: one server that is silent does not stop the others.
    package var atOnce = 8
    /// In all, for one message: with the pauses between them, about three minutes.
    package var attempts = 5
    /// After the first try; it doubles from then on, and is lengthened by up to a half.
    package var backoffSeconds = 10.0
    /// No server is waited for longer, whatever it asks for.
    package var longestWaitSeconds: Int64 = 300
    /// Between two tries while the process ends.
    package var hurriedSeconds = 1.0

    package init() {}
}
