/// What is wrong with the tasks of an embedding program, with the name of one, or with its state file.
public struct EmbeddingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The closed set of causes.
    public enum Code: Sendable {
        /// There is no task of that name.
        case unknownTask
        /// Two tasks have one name: they would share a lock and a history.
        case repeatedTask
        /// The state file is that of a `cleanupd`: its history would be pruned, and its tasks mixed up with these.
        case foreignState
    }

    /// For programs to tell errors apart.
    public let code: Code
    /// What happened, and what to do.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
