/// Stops calls to a server that does not answer: a value that decides, driven by the one who calls.
///
/// Closed: calls go on; the fifth failure in a row opens it. Open: calls are refused until the pause is over; then one
/// call may try (half open). Half open: all others are refused; the probe's success closes it, its failure opens it for
/// another pause, and a probe that was abandoned lets the next call try.
package struct CircuitBreaker: Sendable {
    /// What a status page shows.
    package enum State: Sendable, Equatable {
        /// Calls go on.
        /// - Parameter failures: in a row, so far.
        case closed(failures: Int)
        /// Calls are refused until then.
        case open(until: ContinuousClock.Instant)
        /// One call tries; all others are refused.
        case halfOpen
    }

    /// What a call may do.
    package enum Answer: Sendable, Equatable {
        /// Go on. Report the outcome with this permit.
        case allowed(Permit)
        /// Do not try before then; `nil`: as soon as the probe has ended.
        case refused(until: ContinuousClock.Instant?)
    }

    /// The right to one call.
    package struct Permit: Sendable, Equatable {
        /// The only call that is allowed at the moment: it should try once, and not wait and repeat.
        package let isProbe: Bool
    }

    /// Where it stands; calls and their outcomes move it.
    package private(set) var state = State.closed(failures: 0)
    private let limit: Int
    private let pause: Duration

    /// - Parameters:
    ///   - limit: failures in a row that open it.
    ///   - pause: how long it refuses before one call may try.
    package init(limit: Int = 5, pause: Duration = .seconds(30)) {
        self.limit = limit
        self.pause = pause
    }

    /// Whether calls are refused: the gauge of METRICS.
    package var isOpen: Bool {
        if case .closed = state { false } else { true }
    }

    /// Asks to make a call. Whoever is allowed must report `succeeded`, `failed` or `abandoned`.
    package mutating func enter(_ now: ContinuousClock.Instant) -> Answer {
        switch state {
        case .closed: return .allowed(Permit(isProbe: false))
        case .halfOpen: return .refused(until: nil)
        case .open(let until):
            guard now >= until else { return .refused(until: until) }
            state = .halfOpen
            return .allowed(Permit(isProbe: true))
        }
    }

    /// The server answered. Closes it, whoever says so: an answer is an answer.
    package mutating func succeeded(_ permit: Permit) {
        state = .closed(failures: 0)
    }

    /// The server did not answer. A call from before the opening changes nothing any more.
    package mutating func failed(_ permit: Permit, at now: ContinuousClock.Instant) {
        switch state {
        case .closed(let failures) where failures + 1 < limit: state = .closed(failures: failures + 1)
        case .closed: state = .open(until: now + pause)
        case .halfOpen where permit.isProbe: state = .open(until: now + pause)
        case .halfOpen, .open: break
        }
    }

    /// The call was given up before it could tell anything.
    package mutating func abandoned(_ permit: Permit, at now: ContinuousClock.Instant) {
        if permit.isProbe, state == .halfOpen { state = .open(until: now) }
    }
}
