/// Why a call cannot be carried out; the sentence is for the caller.
package struct ConsoleError: Error, CustomStringConvertible {
    package enum Code: Sendable {
        /// 400: the request says something that cannot be.
        case invalid
        /// 403
        case forbidden
        /// 404
        case notFound
        /// 409: not in this state, or somebody else is at it.
        case conflict
        /// 422: understood, and refused by a guard or the configuration.
        case refused
        /// 503: what it needs does not answer.
        case unavailable
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }

    /// The process is about to end.
    package static let isEnding = ConsoleError(.unavailable, "The service is ending. Ask again when it runs again.")
}
