extension TaskConfiguration {
    /// Which containers of a Docker engine are candidates.
    package struct ContainersSource: Sendable, Equatable {
        /// In which state a container must be; running ones never are candidates.
        package enum State: String, Sendable, CaseIterable {
            case exited
            case dead
            case created
        }

        /// Globs; one must match one of the container's names. Empty = all.
        package var names: [String]
        /// Labels that a container must have, all of them; the value `*` = any.
        package var labels: [String: String]
        /// Never empty.
        package var states: [State]
    }
}
