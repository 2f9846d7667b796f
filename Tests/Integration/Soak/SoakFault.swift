import Foundation
import Synchronization

/// What is done to the service and to the servers around it.
enum SoakFault: String, Sendable, CaseIterable {
    // To a replica.
    case replicaStopped, replicaKilled, replicaEnded, configurationChanged, configurationBad
    // To Redis, at which the replicas meet.
    case locksRestarted, locksKilled, locksFlushed, locksPaused, locksCut, locksSlow
    // To PostgreSQL, which holds the state and a table.
    case databaseTerminated, databaseRestarted, databaseCut
    // To what else is cleaned.
    case keysPaused, keysCut
    case objectsPaused, objectsRefused, objectsCut
    case containersPaused
    case entriesLocked
    /// Nobody makes it: `SoakMachine` sees it.
    case machineStarved

    /// Those that only tasks of some connections see; `nil` = any may fail by it.
    var tasks: Set<String>? {
        switch self {
        case .keysPaused, .keysCut: ["keys"]
        case .objectsPaused, .objectsRefused, .objectsCut: ["objects"]
        case .containersPaused: ["containers"]
        case .entriesLocked: ["entries"]
        default: nil
        }
    }

    static let ofReplicas: [SoakFault] = [
        .replicaStopped, .replicaKilled, .replicaEnded, .configurationChanged, .configurationBad,
    ]
    static let made = allCases.filter { $0 != .machineStarved }
    static let ofServers = made.filter { !ofReplicas.contains($0) }
}

/// One of a schedule, which a seed decides alone.
struct SoakStep: Sendable {
    let fault: SoakFault
    /// Which replica, or which of several ways.
    let choice: Int
    /// How long it lasts, and how long all is well behind it.
    let seconds: Double
    let rest: Double
}

/// Faults with their times, as they were made.
final class SoakFaultLog: Sendable {
    struct Entry: Sendable {
        let fault: SoakFault
        let begin: Date
        var end: Date?
    }

    private let state = Mutex<[Entry]>([])

    var entries: [Entry] { state.withLock { $0 } }

    /// Notes what was seen; at once after the same, it is the same that goes on.
    func note(_ fault: SoakFault, from begin: Date, to end: Date) {
        state.withLock { entries in
            let isMore = { (entry: Entry) in entry.fault == fault && begin.timeIntervalSince(entry.end ?? begin) < 1 }
            if let index = entries.lastIndex(where: isMore) {
                entries[index].end = end
            } else {
                entries.append(Entry(fault: fault, begin: begin, end: end))
            }
        }
    }

    /// Prometheus did not look on before: what was seen until now may still make an alert fire.
    func extendAll(to instant: Date) {
        state.withLock { entries in
            for index in entries.indices { entries[index].end = instant }
        }
    }

    /// Notes when it begins and when it has ended.
    func during(_ fault: SoakFault, _ body: () async throws -> Void) async throws {
        let index = state.withLock { entries in
            entries.append(Entry(fault: fault, begin: Date(), end: nil))
            return entries.count - 1
        }
        defer { state.withLock { $0[index].end = Date() } }
        try await body()
    }
}
