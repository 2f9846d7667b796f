import Coordination
import Retention

@testable import Engine

/// One process of the service, its machine's clocks, and its link to the servers.
final class Replica {
    let index: Int
    let clock: MonotonicClock
    var wall: WallClock
    var link = Link()
    /// SIGSTOP: it does nothing until then, and its clocks go on.
    var pausedUntil: Int64 = 0
    /// Grows with each start and each end: what was meant for an earlier life is forgotten.
    var life = 0
    var isUp = false
    /// It was told to end in order.
    var isStopping = false

    var scheduler: SchedulerMachine?
    /// Overtaken sleeps of the scheduler say nothing.
    var sleepGeneration = 0
    /// What the scheduler has not looked at yet, one after the other.
    var schedulerEvents: [SchedulerEvent] = []
    var isScheduling = false
    /// Offers without an answer, by cycle.
    var unanswered: [String: JobRequest] = [:]
    /// By the job that makes up for them: firings that it found missed when it took the lead.
    var takeUps: [String: [Instant]] = [:]
    /// Of the leader's lock: the one that is asked for, or held.
    var lead: Keeper?
    /// The epoch with which it was told to lead, for the sabotaged.
    var lastLead: Int64?
    /// Jobs under way, by identity of the claim.
    var jobs: [JobRun] = []
    /// It tells the queue now and then that its jobs go on.
    var isBeating = false
    /// All locks that it has, or asks for.
    var keepers: [Keeper] = []

    init(index: Int, clock: MonotonicClock, wall: WallClock) {
        self.index = index
        self.clock = clock
        self.wall = wall
    }

    /// Of this process.
    var name: String { "r\(index).\(life)" }

    /// Both clocks at one moment; machines never restart here, processes do.
    func reading(at now: Int64) -> ClockReading {
        ClockReading(
            wall: wall.reading(at: now).secondsSinceEpoch,
            sinceBoot: Double(clock.reading(at: now)) / 1e9,
            boot: "m\(index)"
        )
    }
}
