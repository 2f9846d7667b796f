/// Why a time is not understood.
package struct TimestampError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: Sendable, CaseIterable {
        /// Not of the form of RFC 3339.
        case malformed
        /// Of the right form, but there is no such date, time or offset.
        case noSuchTime
        /// More digits than a nanosecond has.
        case tooFine
        /// Before 1677 or after 2262.
        case outOfRange
    }

    package let code: Code
    /// What is wrong, in which text, and what to write instead.
    package let message: String

    init(_ code: Code, _ text: String, _ problem: String) {
        let limit = 80
        let shown = "\(DisplayName.printable(text.utf8.prefix(limit)))\(text.utf8.count > limit ? "…" : "")"
        self.code = code
        message = "The time \"\(shown)\" \(problem)"
    }

    package var description: String { message }
}
