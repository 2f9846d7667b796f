/// Why a glob is refused.
package struct GlobError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: Sendable, CaseIterable {
        case empty
        case tooLong
        /// Starts with a slash.
        case absolute
        /// An empty component, `.` or `..`.
        case component
        /// A bracket or brace without its other half.
        case unbalanced
        /// A class or a pair of braces that cannot mean anything.
        case malformed
        /// More alternatives than are ever meant.
        case exploding
    }

    package let code: Code
    /// What is wrong, in which glob, and what to write instead.
    package let message: String

    init(_ code: Code, _ pattern: String, _ message: String) {
        self.code = code
        let shown = DisplayName.printable(pattern.utf8.prefix(200))
        self.message = "The glob \"\(shown)\(pattern.utf8.count > 200 ? "…" : "")\" \(message)"
    }

    package var description: String { message }
}
