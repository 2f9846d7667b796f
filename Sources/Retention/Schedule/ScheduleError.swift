/// Why a schedule is refused.
package struct ScheduleError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: Sendable, CaseIterable {
        case empty
        /// Not five fields; six are most often an expression with seconds.
        case fieldCount
        /// An `@word` that there is not, or `@reboot`.
        case macro
        /// A value that the field does not have.
        case value
        /// A range that runs backwards.
        case range
        /// A step of zero, or one that is longer than the field.
        case step
        /// No month that is named has a day that is named.
        case impossibleDate
        case unknownZone
        /// An interval that is too short or too long.
        case interval
    }

    package let code: Code
    /// What is wrong, in which field and text, and what to write instead.
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// - Parameter problem: the rest of the sentence, starting with a verb.
    init(_ code: Code, expression: String, _ problem: String) {
        self.init(code, "The cron expression \(Self.quoted(expression)) \(problem)")
    }

    package var description: String { message }

    static func unknownZone(_ zone: String) -> ScheduleError {
        ScheduleError(
            .unknownZone,
            "The time zone \(quoted(zone)) is not known. Write an IANA name such as Europe/Berlin, or UTC."
        )
    }

    /// A text of a user in quotes: shortened, and without characters that could move a cursor.
    static func quoted(_ text: String) -> String {
        let limit = 120
        return "\"\(DisplayName.printable(text.utf8.prefix(limit)))\(text.utf8.count > limit ? "…" : "")\""
    }
}
