import Clients
import Retention

/// Which containers are candidates, held, or our own: the compiled globs of a specification.
struct ContainersFilter: Sendable {
    let specification: ContainersSpecification
    let own: OwnContainer
    private let names: GlobSet
    private let keep: GlobSet
    private let states: Set<String>

    init(_ specification: ContainersSpecification, own: OwnContainer) throws(StoreError) {
        self.specification = specification
        self.own = own
        names = try GlobSet(specification.names, of: "name")
        keep = try GlobSet(specification.keepMatch, of: "keep.match")
        states = Set(specification.states.map(\.rawValue))
    }

    /// Whether a listed container is worth a look. That it belongs to us is not looked at.
    func mayCover(_ summary: DockerSummary) -> Bool {
        states.contains(summary.state) && covers(names: summary.names, labels: summary.labels)
    }

    /// Whether a container is a candidate now. That it belongs to us is not looked at.
    func covers(_ container: DockerContainer) -> Bool {
        states.contains(container.state) && covers(names: container.names, labels: container.labels)
    }

    /// The reason for which a rule of `keep` holds a container.
    func hold(_ container: DockerContainer) -> String? {
        for name in container.names {
            if let glob = Self.firstMatch(keep, name) { return HoldReason.match(glob) }
        }
        let label = specification.keepLabels.sorted { $0.key < $1.key }.first { Self.has(container.labels, $0) }
        return label.map { HoldReason.label($0.key, container.labels[$0.key] ?? "") }
    }

    private func covers(names: [String], labels: [String: String]) -> Bool {
        guard self.names.isEmpty || names.contains(where: { Self.firstMatch(self.names, $0) != nil }) else {
            return false
        }
        return specification.labels.allSatisfy { Self.has(labels, $0) }
    }

    private static func has(_ labels: [String: String], _ wanted: (key: String, value: String)) -> Bool {
        guard let value = labels[wanted.key] else { return false }
        return wanted.value == "*" || value == wanted.value
    }

    private static func firstMatch(_ globs: GlobSet, _ name: String) -> String? {
        guard !globs.isEmpty else { return nil }
        return Array(name.utf8).withUnsafeBytes { globs.firstMatch(path: $0, name: $0) }
    }
}
