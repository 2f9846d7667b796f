/// Bounds of what is done in a tree.
package enum FileTree {
    /// Directories deeper than this beneath a root are not entered.
    package static let maximumDepth = 512
}
