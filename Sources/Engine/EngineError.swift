/// What stops a run as a whole.
package struct EngineError: Error, CustomStringConvertible {
    package enum Code: Sendable {
        case spool
        case planNotFound
        case planTooOld
        case planAltered
        /// More is due than was counted.
        case planTooLarge
        case planApplied
        case policyChanged
        case unknownTask
        case held
        /// The clock leapt; see `ClockGuard`.
        case clockSkew
    }

    package var code: Code
    /// What happened, to which object, and what to do.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }

    /// Something of the plan is not there.
    static func isNotAsSealed(_ task: String) -> EngineError {
        EngineError(.planAltered, "The plan of \(task) is not the one that was sealed. Make a new plan.")
    }
}
