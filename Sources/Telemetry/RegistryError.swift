/// Why a metric could not be made or gathered: the only error of this target.
public struct RegistryError: Error, CustomStringConvertible {
    /// The closed set of causes.
    public enum Code: Sendable, Hashable, CaseIterable {
        /// The name of the family breaks the formats' rules.
        case illegalName
        /// A label name is illegal, reserved or given twice.
        case illegalLabel
        /// Histogram bounds do not rise, or are negative or not finite.
        case illegalBuckets
        /// The name is taken by a family with another definition.
        case mismatch
        /// The family is of another kind than the handle that was asked for.
        case wrongKind
        /// The number of label values is not the number of labels.
        case wrongLabelCount
        /// A source of values, such as `/proc`, could not be read.
        case unreadable
    }

    /// For programs to tell errors apart.
    public let code: Code
    /// What happened, to which metric or file, and what to do; holds no label values.
    public let message: String
    /// The error that led to this one, if there is one.
    public let cause: (any Error)?

    /// Makes an error; the message is one or more full sentences.
    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The message, and the cause in parentheses.
    public var description: String {
        guard let cause else { return message }
        return "\(message) (\(cause))"
    }
}
