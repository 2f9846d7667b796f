/// What is wrong with the tasks of an embedding program, or with the name of one.
public struct EmbeddingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The closed set of causes.
    public enum Code: Sendable {
        /// There is no task of that name.
        case unknownTask
        /// Two tasks have one name: they would share a lock and a history.
        case repeatedTask
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
