/// Why a duration is refused.
package struct AgeError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: Sendable, CaseIterable {
        case empty, malformed, unit, repeated, overflow
    }

    package let code: Code
    /// What is wrong, in which text, and what to write instead.
    package let message: String

    init(_ code: Code, _ text: String, _ message: String) {
        self.code = code
        self.message = "The duration \"\(DisplayName.printable(text.utf8.prefix(80)))\" \(message)"
    }

    package var description: String { message }
}
