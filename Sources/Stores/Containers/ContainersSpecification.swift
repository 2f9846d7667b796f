/// Which containers are candidates of a task, and what must hold of a container at the instant of its deletion.
package struct ContainersSpecification: Sendable, Equatable, Codable {
    /// A state in which a container may go. There are no others: what runs, is paused or restarts is never a candidate.
    package enum State: String, Sendable, Codable, CaseIterable {
        case exited, dead, created
    }

    /// Globs of names; one must match. Empty = all containers.
    package var names: [String]
    /// All must be on the container; the value `*` stands for any.
    package var labels: [String: String]
    /// Any of them keeps; the value `*` stands for any.
    package var keepLabels: [String: String]
    /// Globs of names; what matches stays.
    package var keepMatch: [String]
    /// States in which a container may go.
    package var states: [State]
    /// A limit or a budget counts bytes: an engine that does not tell them then fails the task.
    package var needsBytes: Bool

    package init(
        names: [String] = [],
        labels: [String: String] = [:],
        keepLabels: [String: String] = [:],
        keepMatch: [String] = [],
        states: [State] = State.allCases,
        needsBytes: Bool = false
    ) {
        self.names = names
        self.labels = labels
        self.keepLabels = keepLabels
        self.keepMatch = keepMatch
        self.states = states
        self.needsBytes = needsBytes
    }
}
