import Coordination
import Engine
import Retention
import Support

/// Replicas, one Redis, one state store and some items, with all that can befall them: one thread, virtual time, and
/// everything that is left to chance comes from one seed.
///
/// Here is what the parts share: time, chance, and the trace. Leases, queue and scheduler are the service's own values;
/// what carries out their words is written again here, in few lines, as the service's shells do it.
final class World {
    enum Mode {
        /// Anything may fail at any time: nothing wrong is ever done.
        case safety
        /// Faults stop at some time: after that all gets done.
        case liveness
    }

    /// Some ten times as many as there usually are.
    private static let maximumHappenings = 40_000

    let seed: UInt64
    let mode: Mode
    let sabotage: Sabotage?
    /// Time-to-live of leases; all other times are in proportion to it.
    let ttl: Int64
    let timing: LeaseTiming
    let cycles: [CycleDefinition]
    let tasks: [SimulatedTask]
    let redis: SimulatedRedis
    let state = SimulatedState()
    let items = SimulatedItems()
    let oracle: Oracle
    var replicas: [Replica] = []
    var random: SeededGenerator
    /// What may go wrong in this world.
    var kinds: [Fault] = []
    /// Faults have stopped.
    var isSound = false
    /// Of answers and questions that get lost, as long as there are faults.
    var lossRate = 0.0
    /// Some wall clock was set.
    var hasLeapt = false
    /// How far wall clocks may be ahead without anybody's noticing.
    var allowance = 2 * Span.second
    private(set) var now: Int64 = 0
    private(set) var happenings = 0
    private(set) var trace: [String]?
    private var agenda = Agenda()
    private var identities = 0

    init(seed: UInt64, sabotage: Sabotage? = nil, isTracing: Bool = false) throws {
        self.seed = seed
        self.sabotage = sabotage
        mode = seed % 2 == 0 ? .safety : .liveness
        trace = isTracing ? [] : nil
        var random = SeededGenerator(seed: seed)
        ttl = random.pick([3, 6, 9, 15]) * Span.second
        timing = LeaseTiming(ttl: .nanoseconds(ttl))
        let period = ttl * 6
        let schedule = try Schedule(everyMilliseconds: period / 1_000_000)
        let retry = CycleDefinition.Retry(attempts: 3, backoffSeconds: Double(ttl / Span.second))
        cycles = [
            CycleDefinition(name: "night", schedule: schedule, tasks: ["files", "rows"], retry: retry),
            CycleDefinition(name: "sweep", schedule: schedule, tasks: ["rows"], runsAtStart: true, retry: retry),
        ]
        tasks = [SimulatedTask(name: "files", isFenced: false), SimulatedTask(name: "rows", isFenced: true)]
        redis = SimulatedRedis(stallAfter: timing.ttl)
        oracle = Oracle()
        self.random = random
    }

    // MARK: Chance

    /// 0..<1
    func chance() -> Double { Double(random.next() >> 11) * 0x1p-53 }

    func isLikely(_ share: Double) -> Bool { share > 0 && chance() < share }

    func below(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

    /// A time between the two, in times-to-live.
    func ttls(_ least: Double, _ most: Double) -> Int64 { Int64((least + (most - least) * chance()) * Double(ttl)) }

    func identity() -> Int {
        identities += 1
        return identities
    }

    // MARK: Time

    /// - Parameter owner: whose it is; `nil` = nobody can stop it.
    func after(_ delay: Int64, of owner: Replica? = nil, _ body: @escaping () -> Void) {
        agenda.insert(Happening(owner: owner, body: body), at: now + max(delay, 0))
    }

    /// Lets time pass.
    /// - Parameter isDone: asked after each happening.
    func run(until end: Int64, isDone: () -> Bool = { false }) {
        while !isDone(), let (at, happening) = agenda.next() {
            guard at <= end else {
                // Once the world goes on it is the first again; nothing can have come between.
                agenda.insert(happening, at: at)
                now = end
                return
            }
            now = at
            happenings += 1
            if happenings > Self.maximumHappenings { return violation("too much happens") }
            if let owner = happening.owner {
                guard owner.life == happening.life else { continue }
                guard owner.pausedUntil <= now else {
                    // A stopped process sees what has happened when it goes on, in any order.
                    agenda.insert(happening, at: owner.pausedUntil + Int64(chance() * 1e7))
                    continue
                }
            }
            happening.body()
            guard oracle.violations.isEmpty else { return }
        }
    }

    // MARK: Words

    func note(_ text: @autoclosure () -> String) {
        guard trace != nil else { return }
        trace?.append("\(Double(now) / 1e9) \(text())")
    }

    func violation(_ text: String) {
        note("VIOLATION \(text)")
        oracle.violations.append("at \(Double(now) / 1e9) s: \(text)")
    }
}
