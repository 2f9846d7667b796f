import Support

@testable import Coordination

/// Replicas that compete for one lock, on a network that delays and loses, with clocks at different rates and processes
/// that are paused; the server keeps its word. Time is true time; each replica only sees its own clock.
struct LeaseSimulation {
    private struct Replica {
        var machine: LeaseMachine
        /// Attempts so far; the token of the current one is (replica, attempt).
        var attempt = 0
        /// Of the machine; what was meant for an earlier one is dropped.
        var life = 0
        /// Calls that wait for their answers.
        var calls: Set<Int> = []
        /// Its next machine is on its way.
        var isReborn = false
        let offset: Duration
        let rate: Double
        var pausedUntil: Duration = .zero
    }

    private struct Token: Equatable {
        let replica: Int
        let attempt: Int
    }

    private enum Request {
        case ask(Token, floor: Int64)
        case renew(Token)
        case release(Token)
    }

    private enum Happening {
        case arrival(Request, call: Int, life: Int)
        case answer(replica: Int, call: Int, life: Int, LeaseMachine.Event)
        case tick(replica: Int, life: Int)
        case birth(replica: Int)
        case pause(replica: Int)
    }

    /// What is wrong, if anything is.
    private(set) var violations: [String] = []
    private(set) var gains: [Int64] = []
    private(set) var losses = 0

    private let timing = LeaseTiming(ttl: .seconds(3))
    private var random: SeededGenerator
    private var replicas: [Replica] = []
    private var now: Duration = .zero
    private var agenda: [(at: Duration, happening: Happening)] = []
    private var calls = 0
    private var isFaulty = true

    // The server, with a clock of its own, and the store of the mark.
    private let serverRate: Double
    private var holder: Token?
    private var expiry: Duration = .zero
    private var counter: Int64 = 0
    private var mark: Int64 = 0

    init(seed: UInt64, replicas count: Int) {
        random = SeededGenerator(seed: seed)
        serverRate = Double.random(in: 0.99...1.01, using: &random)
        for index in 0..<count {
            let offset = Duration.seconds(Double.random(in: 0...1e6, using: &random))
            let rate = Double.random(in: 0.99...1.01, using: &random)
            replicas.append(Replica(machine: LeaseMachine(timing: timing), offset: offset, rate: rate))
            schedule(.birth(replica: index), in: delay(upTo: 1))
            schedule(.pause(replica: index), in: delay(upTo: 10))
        }
    }

    /// Lets time pass: with faults, then without.
    mutating func run(faultySeconds: Double, soundSeconds: Double) {
        go(until: .seconds(faultySeconds))
        isFaulty = false
        go(until: .seconds(faultySeconds + soundSeconds))
    }

    var trusted: [Int] { replicas.indices.filter { replicas[$0].machine.isTrusted(at: local($0)) } }

    private mutating func go(until end: Duration) {
        while let next = agenda.indices.min(by: { agenda[$0].at < agenda[$1].at }), agenda[next].at < end {
            let (at, happening) = agenda.remove(at: next)
            now = at
            happen(happening)
            // Trust begins and grows at happenings only, so that no overlap begins between two of them.
            if trusted.count > 1 { violations.append("at \(now): \(trusted) are trusted") }
        }
        now = end
    }

    private mutating func happen(_ happening: Happening) {
        switch happening {
        case .arrival(let request, let call, let life): arrive(request, call, life)
        case .answer(let replica, let call, let life, let event):
            guard !postpone(happening, of: replica), replicas[replica].life == life,
                replicas[replica].calls.remove(call) != nil
            else { return }
            tell(replica, event)
        case .tick(let replica, let life):
            guard !postpone(happening, of: replica), replicas[replica].life == life else { return }
            tell(replica, .timeReached)
        case .birth(let replica):
            guard !postpone(happening, of: replica) else { return }
            replicas[replica].machine = LeaseMachine(timing: timing)
            replicas[replica].life += 1
            replicas[replica].isReborn = false
            // Not always what the store says now.
            tell(replica, .started(floor: random.oneIn(3) ? 0 : mark))
        case .pause(let replica):
            guard isFaulty else { return }
            let length = delay(upTo: 5 * 3)
            replicas[replica].pausedUntil = now + length
            schedule(.pause(replica: replica), in: length + delay(upTo: 20))
        }
    }

    /// A paused process sees what has happened when it goes on, in any order.
    private mutating func postpone(_ happening: Happening, of replica: Int) -> Bool {
        guard replicas[replica].pausedUntil > now else { return false }
        schedule(happening, in: replicas[replica].pausedUntil - now + delay(upTo: 0.01))
        return true
    }

    private mutating func tell(_ index: Int, _ event: LeaseMachine.Event) {
        let chance = Double.random(in: 0..<1, using: &random)
        for action in replicas[index].machine.handle(event, at: local(index), chance: chance) {
            perform(action, of: index)
        }
        // Its owner may change its mind at any time.
        if isFaulty, random.oneIn(60) { tell(index, .stopped) }
        guard replicas[index].machine.isOver, replicas[index].calls.isEmpty, !replicas[index].isReborn else { return }
        replicas[index].isReborn = true
        schedule(.birth(replica: index), in: delay(upTo: 0.6))
    }

    private mutating func perform(_ action: LeaseMachine.Action, of index: Int) {
        let replica = replicas[index]
        let token = Token(replica: index, attempt: replica.attempt)
        switch action {
        case .ask(let floor):
            replicas[index].attempt += 1
            let token = Token(replica: index, attempt: replica.attempt + 1)
            let fault = LeaseFault(.timeout, "late", mayHaveHappened: true)
            call(index, .ask(token, floor: floor), within: timing.call, otherwise: .askFailed(fault))
        case .renew: call(index, .renew(token), within: timing.call, otherwise: .renewFailed)
        case .release: call(index, .release(token), within: LeaseTiming.release, otherwise: .releaseFailed)
        case .mark(let epoch):
            let isRaised = epoch > mark
            if isRaised { mark = epoch }
            calls += 1
            replicas[index].calls.insert(calls)
            let event: LeaseMachine.Event = isRaised ? .marked : .outdated(mark: mark)
            schedule(.answer(replica: index, call: calls, life: replica.life, event), in: latency())
        case .wait(let end):
            // A moment later, as divisions are rounded.
            let time = max(.zero, (end - local(index)) / replica.rate) + .microseconds(1)
            schedule(.tick(replica: index, life: replica.life), in: time)
        case .gained(let epoch):
            if let last = gains.last, epoch <= last { violations.append("epoch \(epoch) after \(last)") }
            gains.append(epoch)
        case .ended(let end): losses += end.isLoss ? 1 : 0
        case .refused, .finished: break
        }
    }

    private mutating func call(
        _ index: Int,
        _ request: Request,
        within limit: Duration,
        otherwise failure: LeaseMachine.Event
    ) {
        calls += 1
        let life = replicas[index].life
        replicas[index].calls.insert(calls)
        if !isFaulty || !random.oneIn(10) { schedule(.arrival(request, call: calls, life: life), in: latency()) }
        let patience = limit / replicas[index].rate
        schedule(.answer(replica: index, call: calls, life: life, failure), in: patience)
    }

    private mutating func arrive(_ request: Request, _ call: Int, _ life: Int) {
        // Its clock goes faster or slower than true time.
        if now >= expiry { holder = nil }
        let kept = now + timing.ttl / serverRate
        let (replica, event): (Int, LeaseMachine.Event)
        switch request {
        case .ask(let token, let floor):
            replica = token.replica
            if let holder {
                event = .held(by: "\(holder.replica)")
            } else {
                counter = max(counter, floor) + 1
                (holder, expiry) = (token, kept)
                event = .granted(epoch: counter)
            }
        case .renew(let token):
            replica = token.replica
            if holder == token { expiry = kept }
            event = .renewed(holder == token)
        case .release(let token):
            replica = token.replica
            if holder == token { holder = nil }
            event = .released
        }
        guard !isFaulty || !random.oneIn(10) else { return }
        schedule(.answer(replica: replica, call: call, life: life, event), in: latency())
    }

    private func local(_ index: Int) -> Duration { replicas[index].offset + now * replicas[index].rate }

    /// Mostly milliseconds; now and then longer than a lease.
    private mutating func latency() -> Duration {
        isFaulty && random.oneIn(8) ? delay(upTo: 5) : delay(upTo: 0.02)
    }

    private mutating func delay(upTo seconds: Double) -> Duration {
        .seconds(Double.random(in: 0...seconds, using: &random))
    }

    private mutating func schedule(_ happening: Happening, in time: Duration) {
        agenda.append((now + time, happening))
    }
}
