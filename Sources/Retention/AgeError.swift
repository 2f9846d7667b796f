/// Why a duration is refused.
public struct AgeError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The closed set of causes.
    public enum Code: Sendable, CaseIterable {
        case empty, malformed, unit, repeated, overflow
    }

    /// For programs to tell errors apart.
    public let code: Code
    /// What is wrong, in which text, and what to write instead.
    public let message: String

    init(_ code: Code, _ text: String, _ message: String) {
        self.code = code
        self.message = "The duration \"\(DisplayName.printable(text.utf8.prefix(80)))\" \(message)"
    }

    /// The message.
    public var description: String { message }
}
