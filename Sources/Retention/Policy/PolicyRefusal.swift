/// Why a policy is refused (the guard `empty_policy`): it states nothing, too much, or something that cannot be meant.
package struct PolicyRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: Sendable, CaseIterable {
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
    }

    package let code: Code
    /// The key in a task's configuration, such as `remove.older_than`.
    package let key: String
    /// What is wrong, and what to write instead.
    package let message: String

    init(_ code: Code, key: String, _ message: String) {
        self.code = code
        self.key = key
        self.message = message
    }

    package var description: String { message }

    static func unknownZone(_ zone: String) -> PolicyRefusal {
        PolicyRefusal(
            .unknownZone,
            key: "timezone",
            "The time zone \"\(DisplayName.printable(zone.utf8.prefix(80)))\" is not known. "
                + "Write an IANA name such as Europe/Berlin, or UTC."
        )
    }
}
