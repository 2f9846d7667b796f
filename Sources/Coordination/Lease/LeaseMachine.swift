/// One lease from its asking to its end, as a pure value: events go in, what is to be done comes out.
///
/// It never takes an answer for more than it is. Trust is counted from the start of the call that was answered with yes;
/// a lease whose trust has ended, or that was lost, is never trusted again, whatever an answer says later; an epoch is
/// used only after the mark in the state store was raised to it. Instants are on any monotonic scale, and those of
/// later calls are never smaller. One call to the server is under way at a time, except that a release may overtake one.
package struct LeaseMachine: Sendable {
    package let timing: LeaseTiming
    private(set) var state: State
    private var asks = 0

    /// What the machine is in; each case names the cases that may follow it.
    enum State: Sendable, Equatable {
        /// Nothing has happened. → asking, releasing, over
        case new
        /// The server was asked at `since`. → marking, withdrawn, releasing, over
        case asking(since: Duration)
        /// The server said yes; the mark of the state store is being raised. → held, releasing
        case marking(epoch: Int64, trustedUntil: Duration)
        /// Trusted; the next renewal is due. → renewing, releasing
        case held(Term, renewAt: Duration)
        /// Trusted; the server was asked at `since` to go on. → held, releasing, over
        case renewing(Term, since: Duration)
        /// Nobody wants the lease any more, but the server has not answered yet. → releasing, over
        case withdrawn
        /// Being given back, for the n-th time; `next` = what is done after that. → asking, releasing, over
        case releasing(attempt: Int, next: Next)
        /// The pause before it is given back again. → releasing
        case pausing(attempt: Int, until: Duration)
        /// Nothing more will come of it; a late yes is given back.
        case over
    }

    /// A lease that was gained.
    struct Term: Sendable, Equatable {
        let epoch: Int64
        var trustedUntil: Duration
    }

    /// What follows a release.
    enum Next: Sendable, Equatable {
        /// To ask again, because the epoch was not above this mark.
        case ask(floor: Int64)
        case end
    }

    /// Asked again after the mark had refused an epoch: the store and the server then agree, unless one of them is
    /// changed by somebody all the time.
    static let maximumAsks = 3
    /// Given back so often; then the server's own clock ends the lease.
    static let maximumReleases = 2

    /// A lease that nobody has asked for yet.
    package init(timing: LeaseTiming) {
        self.timing = timing
        state = .new
    }

    /// Whether the holder may act at `now`.
    package func isTrusted(at now: Duration) -> Bool { trustedEpoch(at: now) != nil }

    /// The epoch to act with at `now`; `nil` = the holder must not act.
    package func trustedEpoch(at now: Duration) -> Int64? {
        switch state {
        case .held(let term, _), .renewing(let term, _): now < term.trustedUntil ? term.epoch : nil
        case .new, .asking, .marking, .withdrawn, .releasing, .pausing, .over: nil
        }
    }

    /// Whether nothing more is to be done.
    package var isOver: Bool { state == .over }

    /// Takes in what has happened.
    /// - Parameters:
    ///   - now: read after the event, and not before any earlier call's.
    ///   - chance: 0..<1, for pauses.
    /// - Returns: what is to be done, in this order.
    package mutating func handle(_ event: Event, at now: Duration, chance: Double = 0.5) -> [Action] {
        // Before all else: an answer that comes after the end of trust does not revive it.
        let ended = endTrust(at: now)
        return ended + react(to: event, at: now, chance: chance)
    }

    private mutating func react(to event: Event, at now: Duration, chance: Double) -> [Action] {
        switch event {
        case .started(let floor): start(floor: floor, at: now)
        case .granted(let epoch): granted(epoch)
        case .held(let holder): refuse(.held(by: holder), isFree: true)
        case .askFailed(let fault): refuse(.unavailable(fault), isFree: !fault.mayHaveHappened)
        case .marked: marked(at: now)
        case .outdated(let mark): outdated(mark: mark)
        case .markFailed(let fault): markFailed(fault)
        case .renewed(let isOurs): renewed(isOurs, at: now)
        case .renewFailed: renewFailed(at: now, chance: chance)
        case .released: released(at: now)
        case .releaseFailed: releaseFailed(at: now, chance: chance)
        case .timeReached: timeReached(at: now)
        case .stopped: stop()
        }
    }
}

// MARK: Asking

extension LeaseMachine {
    private mutating func start(floor: Int64, at now: Duration) -> [Action] {
        // Otherwise it was stopped first.
        guard state == .new else { return [] }
        return ask(floor: floor, at: now)
    }

    private mutating func ask(floor: Int64, at now: Duration) -> [Action] {
        asks += 1
        state = .asking(since: now)
        return [.ask(floor: floor)]
    }

    private mutating func granted(_ epoch: Int64) -> [Action] {
        switch state {
        case .asking(let since):
            let end = since + timing.trust
            state = .marking(epoch: epoch, trustedUntil: end)
            return [.mark(epoch: epoch), .wait(until: end)]
        case .withdrawn, .over: return release(then: .end)
        case .new, .marking, .held, .renewing, .releasing, .pausing: return []
        }
    }

    /// - Parameter isFree: nothing of ours can be at the server.
    private mutating func refuse(_ refusal: LeaseRefusal, isFree: Bool) -> [Action] {
        switch state {
        case .new, .asking: return [.refused(refusal)] + (isFree ? end() : release(then: .end))
        case .withdrawn: return isFree ? end() : release(then: .end)
        case .marking, .held, .renewing, .releasing, .pausing, .over: return []
        }
    }

    private mutating func marked(at now: Duration) -> [Action] {
        guard case .marking(let epoch, let end) = state else { return [] }
        let term = Term(epoch: epoch, trustedUntil: end)
        return [.gained(epoch: epoch)] + hold(term, renewAt: end - timing.trust + timing.renewal, at: now)
    }

    private mutating func outdated(mark: Int64) -> [Action] {
        guard case .marking(let epoch, _) = state else { return [] }
        guard asks < Self.maximumAsks else {
            let fault = LeaseFault.outdated(mark: mark, granted: epoch, attempts: asks)
            return [.refused(.unavailable(fault))] + release(then: .end)
        }
        return release(then: .ask(floor: mark))
    }

    private mutating func markFailed(_ fault: LeaseFault) -> [Action] {
        guard case .marking = state else { return [] }
        return [.refused(.unavailable(fault))] + release(then: .end)
    }
}

// MARK: Holding

extension LeaseMachine {
    /// Ends what is not to be trusted any more.
    private mutating func endTrust(at now: Duration) -> [Action] {
        switch state {
        case .held(let term, _) where now >= term.trustedUntil, .renewing(let term, _) where now >= term.trustedUntil:
            return [.ended(.expired)] + release(then: .end)
        case .marking(_, let end) where now >= end:
            return [.refused(.unavailable(.markedTooLate))] + release(then: .end)
        case .new, .asking, .marking, .held, .renewing, .withdrawn, .releasing, .pausing, .over: return []
        }
    }

    private mutating func hold(_ term: Term, renewAt: Duration, at now: Duration) -> [Action] {
        guard now < renewAt else { return renew(term, at: now) }
        state = .held(term, renewAt: renewAt)
        return [.wait(until: min(renewAt, term.trustedUntil))]
    }

    private mutating func renew(_ term: Term, at now: Duration) -> [Action] {
        state = .renewing(term, since: now)
        return [.renew, .wait(until: term.trustedUntil)]
    }

    private mutating func renewed(_ isOurs: Bool, at now: Duration) -> [Action] {
        switch state {
        case .renewing(var term, let since):
            // Nothing is to be given back: a release would be refused.
            guard isOurs else { return [.ended(.taken)] + end() }
            term.trustedUntil = since + timing.trust
            return hold(term, renewAt: since + timing.renewal, at: now)
        case .over: return isOurs ? release(then: .end) : []
        case .new, .asking, .marking, .held, .withdrawn, .releasing, .pausing: return []
        }
    }

    private mutating func renewFailed(at now: Duration, chance: Double) -> [Action] {
        guard case .renewing(let term, _) = state else { return [] }
        return hold(term, renewAt: now + timing.retry(chance: chance), at: now)
    }
}

// MARK: Ending

extension LeaseMachine {
    private mutating func stop() -> [Action] {
        switch state {
        case .new:
            return [.refused(.unavailable(.stopped))] + end()
        case .asking:
            state = .withdrawn
            return [.refused(.unavailable(.stopped))]
        case .marking: return [.refused(.unavailable(.stopped))] + release(then: .end)
        case .held, .renewing: return [.ended(.givenBack)] + release(then: .end)
        case .releasing(let attempt, .ask):
            state = .releasing(attempt: attempt, next: .end)
            return [.refused(.unavailable(.stopped))]
        case .withdrawn, .releasing, .pausing, .over: return []
        }
    }

    private mutating func release(then next: Next) -> [Action] {
        state = .releasing(attempt: 1, next: next)
        return [.release]
    }

    private mutating func released(at now: Duration) -> [Action] {
        guard case .releasing(_, let next) = state else { return [] }
        return proceed(to: next, at: now)
    }

    private mutating func releaseFailed(at now: Duration, chance: Double) -> [Action] {
        guard case .releasing(let attempt, let next) = state else { return [] }
        // The lock that is still there answers the next question, if there is one.
        guard next == .end, attempt < Self.maximumReleases else { return proceed(to: next, at: now) }
        let end = now + timing.retry(chance: chance)
        state = .pausing(attempt: attempt, until: end)
        return [.wait(until: end)]
    }

    private mutating func proceed(to next: Next, at now: Duration) -> [Action] {
        switch next {
        case .ask(let floor): ask(floor: floor, at: now)
        case .end: end()
        }
    }

    private mutating func end() -> [Action] {
        state = .over
        return [.finished]
    }

    private mutating func timeReached(at now: Duration) -> [Action] {
        switch state {
        case .held(let term, let renewAt) where now >= renewAt: return renew(term, at: now)
        case .pausing(let attempt, let until) where now >= until:
            state = .releasing(attempt: attempt + 1, next: .end)
            return [.release]
        case .new, .asking, .marking, .held, .renewing, .withdrawn, .releasing, .pausing, .over: return []
        }
    }
}
