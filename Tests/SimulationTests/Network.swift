import Coordination

/// Why a call has no answer.
struct CallFault: Error {
    var mayHaveHappened: Bool
}

/// How a replica reaches Redis.
struct Link {
    /// Questions, answers, or both are lost until then.
    var questionsLostUntil: Int64 = 0
    var answersLostUntil: Int64 = 0
    /// All takes longer until then.
    var slowUntil: Int64 = 0
}

/// A question that is under way. What is asked happens once or never; when, does not depend on how long the asker waits.
private final class Call<Answer> {
    private let world: World
    private let replica: Replica
    private let life: Int
    private let deadline: Int64
    private let then: (Result<Answer, CallFault>) -> Void
    private var isAnswered = false

    /// - Parameter timeout: by the asker's clock.
    init(
        _ world: World,
        _ replica: Replica,
        timeout: Int64,
        then: @escaping (Result<Answer, CallFault>) -> Void
    ) {
        self.world = world
        self.replica = replica
        self.then = then
        life = replica.life
        deadline = world.now + Int64(Double(timeout) / replica.clock.rate)
    }

    /// Nothing comes before then: the asker may have given up.
    func waits(until instant: Int64) { if instant > deadline { isLost() } }

    func isLost() { answer(at: .max, .failure(CallFault(mayHaveHappened: true))) }

    func fails(at instant: Int64) { answer(at: instant, .failure(CallFault(mayHaveHappened: false))) }

    func answer(at instant: Int64, _ result: Result<Answer, CallFault>) {
        guard !isAnswered, replica.life == life else { return }
        isAnswered = true
        let isInTime = instant <= deadline
        world.after(min(instant, deadline) - world.now, of: replica) { [self] in
            // A process that was stopped meanwhile may find that its time is over before it finds the answer.
            let isLate = !isInTime || world.now > deadline && world.isLikely(0.5)
            if isLate, case .success = result { return then(.failure(CallFault(mayHaveHappened: true))) }
            then(result)
        }
    }
}

extension World {
    /// Asks Redis.
    /// - Parameter needsMemory: refused while Redis is full.
    func askRedis<Answer>(
        _ replica: Replica,
        timeout: Int64,
        needsMemory: @escaping (SimulatedRedis, _ now: Int64) -> Bool = { _, _ in true },
        _ operation: @escaping (SimulatedRedis) -> Answer,
        then: @escaping (Result<Answer, CallFault>) -> Void
    ) {
        let call = Call(self, replica, timeout: timeout, then: then)
        let delay = latency(replica.link)
        if redis.downUntil > now { return call.fails(at: now + delay) }
        if replica.link.questionsLostUntil > now || isLikely(lossRate) { return call.isLost() }
        call.waits(until: now + delay)
        after(delay) { [self] in
            // While it does not answer, questions wait.
            guard redis.pausedUntil > now else { return arrive(call, replica, needsMemory, operation) }
            call.waits(until: redis.pausedUntil)
            after(redis.pausedUntil - now) { [self] in arrive(call, replica, needsMemory, operation) }
        }
    }

    private func arrive<Answer>(
        _ call: Call<Answer>,
        _ replica: Replica,
        _ needsMemory: (SimulatedRedis, _ now: Int64) -> Bool,
        _ operation: (SimulatedRedis) -> Answer
    ) {
        if redis.downUntil > now { return call.isLost() }
        if redis.fullUntil > now, needsMemory(redis, now) { return call.fails(at: now + latency(replica.link)) }
        let answer = operation(redis)
        if replica.link.answersLostUntil > now || isLikely(lossRate) { return call.isLost() }
        call.answer(at: now + latency(replica.link), .success(answer))
    }

    /// Asks the state store, or a database with rows.
    func askState<Answer>(
        _ replica: Replica,
        _ operation: @escaping () -> Answer,
        then: @escaping (Result<Answer, CallFault>) -> Void
    ) {
        let call = Call(self, replica, timeout: ttl, then: then)
        let delay = isLikely(lossRate) ? ttls(0, 4) : latency(Link())
        call.waits(until: now + delay)
        after(delay) { [self] in
            if state.downUntil > now { return call.fails(at: now + latency(Link())) }
            let answer = operation()
            if isLikely(lossRate) { return call.isLost() }
            call.answer(at: now + latency(Link()), .success(answer))
        }
    }

    private func latency(_ link: Link) -> Int64 {
        let usual = Span.second / 1000 * (1 + Int64(below(20)))
        return link.slowUntil > now && isLikely(0.5) ? usual + ttls(0, 0.5) : usual
    }
}
