import Foundation
import Support

/// Which faults may make an alert fire, and for how long behind them: in the rules that ran, a minute is a second, and
/// Prometheus scrapes and evaluates every second. An alert that is not here may not fire at all.
enum SoakAlerts {
    /// An alert fires when its expression has been true for its `for`: so a fault explains it that was there, or not long
    /// gone, at the instant at which that time began. One that began later does not.
    struct Explanation {
        let faults: Set<SoakFault>
        /// Seconds from the end of a fault to the last instant at which the expression may become true by it: what the
        /// rule looks back over, and what the service itself waits for.
        let lookback: Double
        /// `for`, in seconds.
        let pending: Double
    }

    /// Behind any fault: a scrape and an evaluation, a lease that has to end, the next firing, its run and its
    /// second attempt, on a machine that others use as well.
    private static let slack = 1 + 1 + SoakSchedule.lease + SoakSchedule.interval + 2 + 1
    /// Two intervals and limits of runs, of which the rules know by metrics: they do not shrink.
    private static let twoCycles = 2 * (SoakSchedule.interval + SoakSchedule.limit)

    private static let ofLocks = Set(SoakFault.allCases.filter { $0.rawValue.hasPrefix("locks") })
    private static let ofDatabase = Set(SoakFault.allCases.filter { $0.rawValue.hasPrefix("database") })
    private static let leading = ofLocks.union(ofDatabase).union([.replicaStopped, .replicaKilled, .replicaEnded])
    private static let away: Set<SoakFault> = [.replicaStopped, .replicaKilled, .replicaEnded]
    private static let all = Set(SoakFault.allCases).subtracting([.configurationChanged, .configurationBad])

    static let table: [String: Explanation] = ofReplicas.merging(ofTasks) { $1 }

    private static let ofReplicas: [String: Explanation] = [
        // An average of 15 s.
        "CleanupdReplicaDown": .init(faults: away, lookback: 15, pending: 10),
        // A reload reads settings of the state store, and is tried again until it can.
        "CleanupConfigReloadFailed": .init(
            faults: ofDatabase.union([.configurationBad]),
            lookback: SoakSchedule.breaker + SoakSchedule.reload,
            pending: 10
        ),
        "CleanupNoLeader": .init(faults: leading, lookback: 0, pending: 10),
        // The epochs of 10 s, beside those of 10 s a minute before.
        "CleanupLeaderFlapping": .init(faults: leading, lookback: 60 + 10, pending: 0),
        "CleanupStaleLeaderFenced": .init(faults: leading, lookback: 15, pending: 0),
        "CleanupLockSlow": .init(faults: leading, lookback: 15, pending: 15),
        "CleanupJobsStalling": .init(faults: leading, lookback: 60, pending: 0),
        // A job that was put in at the end of a fault is that old a minute later.
        "CleanupQueueStuck": .init(faults: leading, lookback: 60, pending: 15),
        // It dies with its last attempt, and is seen for 5 s.
        "CleanupQueueDeadJobs": .init(faults: all, lookback: twoCycles + 5, pending: 60),
        "CleanupLedgerFailing": .init(faults: leading, lookback: 15 + SoakSchedule.breaker, pending: 0),
        // Nobody is refused as often as that; but a machine that stands still may bring two such calls together.
        "CleanupAuthFailures": .init(faults: [], lookback: 5, pending: 10),
    ]

    private static let ofTasks: [String: Explanation] = [
        "CleanupBackendFailing": .init(faults: all, lookback: 30, pending: 30),
        "CleanupRunsFailing": .init(faults: all, lookback: 360, pending: 15),
        "CleanupCycleFailed": .init(faults: all, lookback: 60, pending: 0),
        // 26 hours.
        "CleanupErrorRatioHigh": .init(faults: all, lookback: 1_560, pending: 15),
        "CleanupTaskNotSucceeding": .init(faults: all, lookback: twoCycles, pending: 5),
        // What a run that is cut off by its limit leaves is due until the second one behind it has ended.
        "CleanupOverdue": .init(faults: all, lookback: twoCycles, pending: 30),
        // As long as nobody may take anything away, it fills.
        "CleanupStorageNearQuota": .init(faults: all, lookback: twoCycles, pending: 15),
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
        let all = try await stack.query("ALERTS{alertstate=\"firing\"}[\(seconds)s]")
        // It fires at each evaluation.
        let evaluations = all.first { $0.labels["alertname"] == "Watchdog" }?.times ?? []
        return all.filter { $0.labels["alertname"] != "Watchdog" }.flatMap { series in
            beginnings(series.times, evaluations).map { time in
                Firing(labels: series.labels, at: Date(timeIntervalSince1970: time))
            }
        }.sorted { $0.at < $1.at }
    }

    /// Where it had not fired for five evaluations: a Prometheus that did not evaluate has ended nothing.
    private static func beginnings(_ times: [Double], _ evaluations: [Double]) -> [Double] {
        zip([0] + times, times).filter { before, time in
            guard before > 0 else { return true }
            return time - before > 5 && evaluations.count { $0 > before && $0 < time } > 5
        }.map { $1 }
    }

    /// The faults that explain it.
    static func explaining(_ firing: Firing, _ faults: [SoakFaultLog.Entry]) -> [SoakFaultLog.Entry] {
        guard let explanation = table[firing.name] else { return [] }
        // From then on, at the latest, its expression was true.
        let since = firing.at.addingTimeInterval(-explanation.pending)
        return faults.filter { entry in
            let last = (entry.end ?? .distantFuture).addingTimeInterval(explanation.lookback + slack)
            let tasks = entry.fault.tasks
            let isOfIts = tasks.map { firing.tasks?.isDisjoint(with: $0) == false || firing.tasks == nil } ?? true
            // Whatever waits for anything may fail by that.
            let isKnown = entry.fault == .machineStarved || explanation.faults.contains(entry.fault)
            return entry.begin <= since && since < last && isKnown && isOfIts
        }
    }
}
