import Foundation
import Support
import Synchronization

/// What the replicas have said of themselves, life by life: the last of their counters, and how large they were when.
final class SoakScrapes: Sendable {
    /// One look at the size of a replica.
    struct Size: Sendable {
        let at: Date
        let megabytes: Double
        let descriptors: Double
    }

    /// Whoever leads did so at some instant between the two.
    struct Lead: Sendable {
        let replica: String
        let asked: ContinuousClock.Instant
        let answered: ContinuousClock.Instant
        let epoch: Double
    }

    private struct State {
        /// By replica and life.
        var last: [String: [String: Double]] = [:]
        var sizes: [String: [Size]] = [:]
        var leads: [Lead] = []
    }

    let replicas: [SoakReplica]
    private let state = Mutex(State())

    init(_ replicas: [SoakReplica]) { self.replicas = replicas }

    /// Asks one. Harmless while it is away or silent.
    func scrape(_ replica: SoakReplica) async throws {
        let life = replica.life
        guard replica.isUp else { return }
        let asked = ContinuousClock.now
        guard let text = try await replica.answer("/metrics") else { return }
        let answered = ContinuousClock.now
        // By then it may be another one on the same port.
        guard replica.life == life else { return }
        let samples = Self.samples(text)
        let size = Size(
            at: Date(),
            megabytes: (samples["process_resident_memory_bytes"] ?? 0) / 1_048_576,
            descriptors: samples["process_open_fds"] ?? 0
        )
        state.withLock { state in
            state.last["\(replica.name) \(life)"] = samples
            state.sizes[replica.name, default: []].append(size)
            if samples["cleanup_leader"] == 1, let epoch = samples["cleanup_leader_epoch"] {
                state.leads.append(Lead(replica: replica.name, asked: asked, answered: answered, epoch: epoch))
            }
        }
    }

    /// The sum of a series over all replicas and all their lives, as last heard.
    func total(_ series: String) -> Double {
        state.withLock { $0.last.values.reduce(0) { $0 + ($1[series] ?? 0) } }
    }

    /// What a replica said last in its present life.
    func last(_ replica: SoakReplica, _ series: String) -> Double? {
        state.withLock { $0.last["\(replica.name) \(replica.life)"]?[series] }
    }

    func sizes(_ replica: String) -> [Size] { state.withLock { $0.sizes[replica] ?? [] } }

    /// The longest time for which a replica is proven to have led after one with a higher epoch had; below 0 = none did.
    func overlap() -> Duration? {
        let leads = state.withLock { $0.leads }.sorted { $0.epoch > $1.epoch }
        var worst: Duration?
        var newer: ContinuousClock.Instant?
        var pending: ContinuousClock.Instant?
        var epoch = Double.infinity
        for lead in leads {
            if lead.epoch < epoch {
                newer = [newer, pending].compactMap { $0 }.min()
                (pending, epoch) = (nil, lead.epoch)
            }
            pending = min(pending ?? lead.answered, lead.answered)
            if let newer { worst = max(worst ?? (lead.asked - newer), lead.asked - newer) }
        }
        return worst
    }

    /// How many epochs were seen to lead.
    var epochs: Int { Set(state.withLock { $0.leads.map(\.epoch) }).count }

    private static func samples(_ text: String) -> [String: Double] {
        let pairs = text.split(separator: "\n").compactMap { line -> (String, Double)? in
            guard !line.hasPrefix("#"), !line.contains("_bucket{"), let blank = line.lastIndex(of: " ") else {
                return nil
            }
            return Double(line[line.index(after: blank)...]).map { (String(line[..<blank]), $0) }
        }
        return Dictionary(pairs, uniquingKeysWith: { $1 })
    }
}

extension SoakReplica {
    /// The body of an answer; `nil` if there is none, or no good one, within two seconds.
    func answer(_ path: String) async throws -> String? {
        let url = "http://127.0.0.1:\(service.port)\(path)"
        let result = try await Command.run("/usr/bin/curl", ["--silent", "--fail", "--max-time", "2", url])
        return result.code == 0 ? result.text : nil
    }
}
