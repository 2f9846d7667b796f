import Coordination
import Retention
import Support

@testable import Engine

/// What can go wrong.
enum Fault: CaseIterable {
    case partition, slowLink, crash, stop, shutdown, wallClock
    case redisClock, redisTakeover, redisFlush, redisRestart, redisFull, redisPause
    case stateOutage, operation
}

extension World {
    /// Plans the faults up to `end`: of some kinds only, so that each kind is also seen without the others.
    func planFaults(until end: Int64) {
        kinds = Fault.allCases.filter { _ in isLikely(0.35) }
        lossRate = random.pick([0, 0, 0.01, 0.05, 0.2])
        guard !kinds.isEmpty else { return }
        for _ in 0..<(1 + below(10)) {
            let fault = random.pick(kinds)
            let start = Int64(chance() * Double(end))
            let replica = random.pick(replicas)
            after(start) { [self] in strike(fault, replica, until: end) }
        }
    }

    /// - Parameter end: nothing lasts longer.
    private func strike(_ fault: Fault, _ replica: Replica, until end: Int64) {
        let last = min(now + ttls(0.5, 5), end)
        note("\(fault) at \(replica.name) until \(Double(last) / 1e9)")
        switch fault {
        case .partition:
            let direction = below(3)
            if direction != 0 { replica.link.questionsLostUntil = last }
            if direction != 1 { replica.link.answersLostUntil = last }
        case .slowLink: replica.link.slowUntil = last
        case .crash: kill(replica, startsAt: last)
        case .stop: if replica.isUp { replica.pausedUntil = last }
        case .shutdown: shutDown(replica, startsAt: last)
        case .wallClock: setWallClock(replica)
        case .stateOutage: state.downUntil = last
        case .operation: operate(until: last)
        case .redisClock, .redisTakeover, .redisFlush, .redisRestart, .redisFull, .redisPause:
            strikeRedis(fault, until: last)
        }
    }

    private func strikeRedis(_ fault: Fault, until last: Int64) {
        switch fault {
        case .redisClock:
            redis.wall.offset += leap()
            redis.hasForgotten = true
        case .redisTakeover, .redisRestart:
            // The other server, or the file, has what this one had a while ago; some restarts lose nothing.
            let isSound = fault == .redisRestart && isLikely(0.5)
            let old = redis.data
            after(isSound ? 0 : min(ttls(0, 1.5), last - now)) { [self] in
                redis.downUntil = min(now + ttls(0, 1), last)
                if !isSound { redis.restore(old) }
            }
        case .redisFlush: redis.forgetAll()
        case .redisFull: redis.fullUntil = last
        case .redisPause: redis.pausedUntil = last
        default: break
        }
    }

    /// Somebody pauses the queue, retries a job, or removes one.
    private func operate(until last: Int64) {
        let failed = redis.data.queue.jobs([.failed, .delayed], offset: 0, limit: 10)
        switch below(3) {
        case 0:
            queueStep { queue, _ in queue.setPaused(true) }
            after(last - now) { [self] in queueStep { queue, _ in queue.setPaused(false) } }
        case 1: if let job = failed.first { retry(job.id) }
        default: if let job = failed.last { _ = queueStep { $0.remove(job.id, now: $1) } }
        }
    }

    /// One second to one hour, forward or back.
    private func leap() -> Int64 {
        let size = isLikely(0.5) ? Int64(chance() * 250 * 1e9) : Int64((600 + chance() * 3000) * 1e9)
        return isLikely(0.5) ? size : -size
    }

    private func setWallClock(_ replica: Replica) {
        let leap = leap()
        // What is put back and right again looks like a leap forward: then the service refuses for a day, and says so.
        if mode == .liveness, leap < 0 { return }
        if (0..<Int64(ClockTrust.tolerance) * Span.second).contains(leap) { allowance += leap }
        setWallClock(replica, leap, restLasts: isLikely(0.5) ? ttls(0, 2) : .max)
    }

    /// Where it may do the most harm: the clock leaps for a moment, just as a run begins.
    func leapForAMoment(_ replica: Replica) {
        guard kinds.contains(.wallClock), !isSound, isLikely(0.1) else { return }
        setWallClock(replica, Int64((600 + chance() * 3000) * 1e9), restLasts: ttls(0, 0.1))
    }

    private func setWallClock(_ replica: Replica, _ leap: Int64, restLasts rest: Int64) {
        note("the clock of \(replica.name) leaps by \(Double(leap) / 1e9) s")
        // Several leaps may come to one that nobody can tell from a clock that is put right.
        if !hasLeapt { allowance += Int64(ClockTrust.tolerance) * Span.second }
        hasLeapt = true
        replica.wall.offset += leap
        guard leap > 0, rest < .max else { return }
        after(rest) { [self] in
            if !isSound { replica.wall.offset -= leap }
        }
    }

    // MARK: Processes

    func start(_ replica: Replica) {
        replica.life += 1
        replica.isUp = true
        replica.isStopping = false
        replica.pausedUntil = 0
        replica.keepers = []
        replica.jobs = []
        replica.isBeating = false
        replica.schedulerEvents = []
        replica.isScheduling = false
        replica.unanswered = [:]
        replica.lastLead = nil
        replica.scheduler = SchedulerMachine(cycles: cycles, now: replica.wall.reading(at: now))
        sleepUntilNext(replica)
        compete(replica)
        after(ttls(0, 0.5), of: replica) { [self] in look(replica) }
    }

    /// kill -9.
    private func kill(_ replica: Replica, startsAt instant: Int64) {
        guard replica.isUp else { return }
        replica.life += 1
        replica.isUp = false
        replica.lead = nil
        after(instant - now) { [self] in start(replica) }
    }

    private func shutDown(_ replica: Replica, startsAt instant: Int64) {
        guard replica.isUp, !replica.isStopping else { return }
        replica.isStopping = true
        for job in replica.jobs { job.cancel(.shutdown) }
        replica.lead?.stop()
        let life = replica.life
        let last = now + 2 * ttl
        waitForEnd(replica, life, until: last, startsAt: instant)
    }

    private func waitForEnd(_ replica: Replica, _ life: Int, until last: Int64, startsAt instant: Int64) {
        guard replica.life == life else { return }
        guard replica.jobs.isEmpty && replica.keepers.isEmpty || now >= last else {
            after(ttl / 4) { [self] in waitForEnd(replica, life, until: last, startsAt: instant) }
            return
        }
        note("\(replica.name) has ended")
        kill(replica, startsAt: max(instant, now))
    }

    /// All is well from now on; who was away is back within a moment.
    func heal() {
        note("all faults end")
        isSound = true
        lossRate = 0
        redis.wall.offset = 0
        queueStep { queue, _ in queue.setPaused(false) }
        for replica in replicas {
            replica.wall.offset = Int64((chance() * 2 - 1) * 1e9)
        }
    }
}
