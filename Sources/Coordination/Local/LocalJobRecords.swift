import Foundation
import Retention
import State

/// The stored form of a local queue: a JSON text for each identity, and one without identity for the facts.
struct LocalJobRecords {
    /// No job has an empty identity.
    private static let factsId = ""

    private(set) var facts = QueueFacts()
    private(set) var records: [String: QueueRecord] = [:]
    /// Failed jobs in place of records that could not be read.
    private(set) var mended: [String: QueueRecord] = [:]
    private(set) var unreadable = 0

    init(_ rows: [(id: String, json: String)], now: Instant) {
        let decoder = JSONDecoder()
        for row in rows {
            let data = Data(row.json.utf8)
            do {
                if row.id == Self.factsId {
                    facts = try decoder.decode(QueueFacts.self, from: data)
                } else {
                    let record = try decoder.decode(QueueRecord.self, from: data)
                    if let problem = Self.problem(of: record, id: row.id) { throw Unreadable(problem: problem) }
                    records[row.id] = record
                }
            } catch {
                mend(row.id, error, now)
            }
        }
    }

    /// Saves what the last step of the machine has changed. Throws `StateError`.
    static func save(
        _ machine: QueueMachine,
        alsoSaving mended: [String: QueueRecord] = [:],
        to state: any StateStore
    ) throws {
        var saving: [(id: String, json: String)] = []
        var removing: [String] = []
        let encoder = JSONEncoder()
        var changes: [String: QueueRecord?] = mended.mapValues { .some($0) }
        changes.merge(machine.changes) { $1 }
        for (id, record) in changes {
            if let record {
                saving.append((id, String(decoding: try encoder.encode(record), as: UTF8.self)))
            } else {
                removing.append(id)
            }
        }
        if machine.hasChangedFacts {
            saving.append((factsId, String(decoding: try encoder.encode(machine.facts), as: UTF8.self)))
        }
        guard !saving.isEmpty || !removing.isEmpty else { return }
        try state.changeJobs(saving: saving, removing: removing)
    }

    // MARK: Soundness

    private struct Unreadable: Error {
        var problem: String
    }

    private static func problem(of record: QueueRecord, id: String) -> String? {
        guard let job = record.job else { return nil }
        return job.id == id ? job.problem : "it is another job's"
    }

    private mutating func mend(_ id: String, _ error: any Error, _ now: Instant) {
        let problem = (error as? Unreadable)?.problem ?? "it is not what this program writes"
        let job = Job.unreadable(id, problem: problem, now: now)
        unreadable += 1
        // It may have said that the queue is paused; an operator sees that it is, and resumes it.
        if id == Self.factsId { facts.isPaused = true }
        // An identity that is none is a row of nobody.
        guard job.request.problem == nil else { return }
        let record = QueueRecord.job(job, place: 0)
        records[id] = record
        mended[id] = record
    }
}
