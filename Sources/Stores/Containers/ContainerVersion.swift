import Clients
import Retention

/// What must be unchanged for a container to be the one that was planned: besides its id, how it stands, since when, and
/// its name, by which rules and references know it.
struct ContainerVersion: Sendable, Equatable {
    /// Longer names are no names of containers that anybody has made.
    static let longestName = 4096

    var state: String
    /// Nanoseconds since 1970, as are the others.
    var created: Int64
    var started: Int64?
    var finished: Int64?
    /// Empty = it has none.
    var name: String

    init(_ container: DockerContainer) {
        state = container.state
        created = container.created
        started = container.started
        finished = container.finished
        name = container.names.first ?? ""
    }

    /// Any bytes may be given; what was not written by `bytes` is a version that no container has.
    init(_ bytes: ArraySlice<UInt8>) {
        let parts = bytes.split(separator: 0, maxSplits: 4, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard parts.count == 5, let created = Int64(parts[1]) else {
            (state, created, name) = ("", .min, "")
            return
        }
        state = parts[0]
        self.created = created
        started = Int64(parts[2])
        finished = Int64(parts[3])
        name = parts[4]
    }

    /// State, times and name, with a zero between.
    var bytes: [UInt8] {
        let times = [created, started, finished].map { $0.map { String($0) } ?? "-" }
        return Array(([state] + times + [name]).joined(separator: "\0").utf8)
    }

    /// What ages are counted from: its end, or where it never ran, its making. One that was started after it ended is as
    /// young as that start. `nil` = it has run, and the engine does not say until when.
    var time: Instant? {
        if let finished { return Instant(nanoseconds: max(finished, started ?? finished)) }
        return started == nil ? Instant(nanoseconds: created) : nil
    }

    /// What is not as it was planned, for a person.
    func difference(to now: ContainerVersion) -> String? {
        if now.state != state { return "it is \(now.state) and not \(state) any more" }
        if now.name != name { return "it has another name" }
        if now.started != started || now.finished != finished { return "it has run since the plan" }
        return now == self ? nil : "it is not as it was planned"
    }
}
