/// Why the queue refuses; what its server or state store says comes as their own errors.
package enum JobQueueError: Error, CustomStringConvertible, Sendable, Equatable {
    /// The request cannot be a job; `problem` ends a sentence.
    case refused(_ id: String, problem: String)
    /// The server's answer to an operation is none that the queue's script gives.
    case answer(_ operation: String)
    /// The queue is with the replica that leads, and this one does not.
    case notLeading

    /// To ask again would change nothing.
    package var isFinal: Bool { if case .refused = self { true } else { false } }

    package var description: String {
        switch self {
        case .refused(let id, let problem):
            "Job \(String(id.prefix(JobRequest.maximumIdLength))) was not taken into the queue: \(problem). "
                + "Mend the request."
        case .answer(let operation):
            "Redis gave an answer to the step \"\(operation)\" of the job queue that makes no sense. Check that the "
                + "address leads to Redis itself, and that nobody else writes keys of the queue."
        case .notLeading:
            "The queue is with the replica that leads; ask that one."
        }
    }
}
