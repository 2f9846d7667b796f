/// Whose runs a state file holds.
///
/// In the file of another, pruning would forget its history, and recovery would close its runs with stores that happen to
/// have the same name.
package enum StateOwner: Sendable {
    /// `cleanupd`, whatever its command.
    case daemon
    /// A program that has the engine built in.
    case embedder

    /// A setting that stands in the files of embedders only.
    package static let mark = "embedded"
}
