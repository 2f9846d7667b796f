/// What makes the groups that `keep` counts in, where items have paths or keys with slashes.
package enum PathGrouping: Sendable, Equatable, Codable {
    /// The path of the directory that a file lies in; what stands before the last slash of a key.
    case directory
    /// The n-th component, from 1, of a file's path from the connection's root, or of a key. A key that ends in it belongs
    /// to its group, too.
    case component(Int)
}
