/// Why a policy is refused (the guard `empty_policy`): it states nothing, too much, or something that cannot be meant.
public struct PolicyRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    /// The closed set of causes.
    public enum Code: Sendable, CaseIterable {
        /// Nothing to remove, compress or bound.
        case nothingStated
        /// A group, or everything, would lose all its items.
        case keepsNothing
        /// An age of zero.
        case zeroAge
        /// A number that cannot be.
        case number
        case unknownZone
        case removeAllWithoutMatch
        /// Could be read in two ways, one of which removes too much.
        case ambiguous
        /// A pattern of `keep.match` that is none.
        case pattern
        /// What only a store of cleanupd's own can see or do, in a policy for plain values.
        case unseen
    }

    /// For programs to tell refusals apart.
    public let code: Code
    /// The key in a task's configuration, such as `remove.older_than`.
    public let key: String
    /// What is wrong, and what to write instead.
    public let message: String

    init(_ code: Code, key: String, _ message: String) {
        self.code = code
        self.key = key
        self.message = message
    }

    /// The message.
    public var description: String { message }

    static func unknownZone(_ zone: String) -> PolicyRefusal {
        PolicyRefusal(
            .unknownZone,
            key: "timezone",
            "The time zone \"\(DisplayName.printable(zone.utf8.prefix(80)))\" is not known. "
                + "Write an IANA name such as Europe/Berlin, or UTC."
        )
    }
}
