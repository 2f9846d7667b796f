import Foundation
import Support

/// Which faults may make an alert fire, and for how long behind them: in the rules that ran, a minute is a second.
/// An alert that is not here may not fire at all.
enum SoakAlerts {
    struct Explanation {
        let faults: Set<SoakFault>
        /// Seconds from the end of a fault to the last instant at which the alert may begin to fire: what the rule looks
        /// back over and its `for`.
        let window: Double
    }

    /// The time of a scrape, of an evaluation, and of a machine that others use as well.
    private static let slack = 10.0
    /// Two intervals and limits of runs, of which the rules know by metrics: they do not shrink.
    private static let twoCycles = 2 * (SoakSchedule.interval + 20)

    /// While the circuit breaker of PostgreSQL is open, which a restart that lasts opens: nobody tries meanwhile.
    private static let breaker = 30.0

    private static let ofLocks = Set(SoakFault.allCases.filter { $0.rawValue.hasPrefix("locks") })
    private static let ofDatabase = Set(SoakFault.allCases.filter { $0.rawValue.hasPrefix("database") })
    private static let leading = ofLocks.union(ofDatabase).union([.replicaStopped, .replicaKilled, .replicaEnded])
    private static let away: Set<SoakFault> = [.replicaStopped, .replicaKilled, .replicaEnded]
    private static let all = Set(SoakFault.allCases).subtracting([.configurationChanged, .configurationBad])

    static let table: [String: Explanation] = [
        "CleanupdReplicaDown": .init(faults: away, window: 15 + 10),
        // A reload reads settings of the state store, and is tried again until it can.
        "CleanupConfigReloadFailed": .init(faults: ofDatabase.union([.configurationBad]), window: 10 + breaker),
        "CleanupNoLeader": .init(faults: leading, window: 10),
        "CleanupLeaderFlapping": .init(faults: leading, window: 60 + 10),
        "CleanupStaleLeaderFenced": .init(faults: leading, window: 15),
        "CleanupLockSlow": .init(faults: leading, window: 15 + 15),
        "CleanupJobsStalling": .init(faults: leading, window: 60),
        "CleanupQueueStuck": .init(faults: leading, window: 60 + 15),
        "CleanupQueueDeadJobs": .init(faults: all, window: 60 + 5 + twoCycles),
        "CleanupLedgerFailing": .init(faults: leading, window: 15 + breaker),
        "CleanupBackendFailing": .init(faults: all, window: 30 + 30),
        "CleanupRunsFailing": .init(faults: all, window: 360 + 15),
        "CleanupCycleFailed": .init(faults: all, window: 60),
        "CleanupErrorRatioHigh": .init(faults: all, window: 1_560 + 15),
        "CleanupTaskNotSucceeding": .init(faults: all, window: twoCycles + 5),
        // Nobody is refused as often as that; but a machine that stands still may bring two such calls together.
        "CleanupAuthFailures": .init(faults: [], window: 5 + 10),
        "CleanupOverdue": .init(faults: all, window: 30 + twoCycles),
    ]

    /// One alert that began to fire.
    struct Firing {
        let labels: [String: String]
        let at: Date

        var name: String { labels["alertname", default: ""] }

        /// Tasks that it may be about; `nil` = all.
        var tasks: Set<String>? {
            if let task = labels["task"] { return [task] }
            if let cycle = labels["cycle"] { return SoakConfiguration.cycles[cycle].map { Set($0) } }
            return switch labels["connection"] {
            case "redis": ["keys"]
            case "bucket": ["objects"]
            case "docker": ["containers"]
            case "embedded": ["entries"]
            default: nil
            }
        }

        var words: String {
            let own = labels.filter { !["alertname", "alertstate", "job", "__name__"].contains($0.key) }
            return name + " " + own.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        }
    }

    /// Each beginning of each alert but the Watchdog, as Prometheus has it.
    static func firings(_ stack: MonitoringStack, seconds: Int) async throws -> [Firing] {
        let series = try await stack.query("ALERTS{alertstate=\"firing\",alertname!=\"Watchdog\"}[\(seconds)s]")
        return series.flatMap { series in
            zip(series.times, [0] + series.times).filter { $0 - $1 > 5 }.map { time, _ in
                Firing(labels: series.labels, at: Date(timeIntervalSince1970: time))
            }
        }.sorted { $0.at < $1.at }
    }

    /// The faults that explain it.
    static func explaining(_ firing: Firing, _ faults: [SoakFaultLog.Entry]) -> [SoakFaultLog.Entry] {
        guard let explanation = table[firing.name] else { return [] }
        return faults.filter { entry in
            let isNear =
                entry.begin < firing.at
                && firing.at < (entry.end ?? .distantFuture).addingTimeInterval(explanation.window + slack)
            let tasks = entry.fault.tasks
            let isOfIts = tasks.map { firing.tasks?.isDisjoint(with: $0) == false || firing.tasks == nil } ?? true
            // Whatever waits for anything may fail by that.
            let isKnown = entry.fault == .machineStarved || explanation.faults.contains(entry.fault)
            return isNear && isKnown && isOfIts
        }
    }
}
