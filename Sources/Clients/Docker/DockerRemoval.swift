/// What became of a container that was to be removed.
package enum DockerRemoval: Sendable, Equatable {
    /// It is gone, by us.
    case removed
    /// It was gone before.
    case gone
    /// The engine refuses: it runs, or somebody else removes it at this moment.
    /// - Parameter reason: in the engine's words.
    case conflict(String)
}
