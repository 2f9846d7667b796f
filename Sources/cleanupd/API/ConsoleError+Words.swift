import Console
import Coordination
import Retention
import State

/// What callers are told of calls that are not carried out: one factory each.
extension ConsoleError {
    // MARK: What is not there

    static func noRun(_ id: String) -> ConsoleError {
        ConsoleError(
            .notFound,
            "There is no run \(DisplayName.printable(id.utf8)). It may be too old to be remembered."
        )
    }

    static func noPlan(_ id: String) -> ConsoleError {
        ConsoleError(
            .notFound,
            "There is no sealed plan \(DisplayName.printable(id.utf8)). It may be too old to be remembered; make a new one."
        )
    }

    static func noTask(_ name: String, among known: [String]) -> ConsoleError {
        ConsoleError(.notFound, EditDistance.nothing("task", called: name, among: known))
    }

    static func noJob(_ id: String) -> ConsoleError {
        ConsoleError(
            .notFound,
            "There is no job \(DisplayName.printable(id.utf8)). It may have ended so long ago that the queue has forgotten it."
        )
    }

    static func noQuery(_ name: String, known: [String]) -> ConsoleError {
        let suggestion = EditDistance.suggestion(for: name, among: known)
        let names = known.isEmpty ? "none" : known.joined(separator: ", ")
        return ConsoleError(
            .notFound,
            "There is no such query\(suggestion.isEmpty ? "." : suggestion) Configured are: \(names)."
        )
    }

    /// A place in a listing that no page has given.
    static let noPage = ConsoleError(
        .invalid,
        "after: this is no `next` of a page before. Leave it out for the first page."
    )

    // MARK: Runs

    static func isRunning(_ task: String, isDryRun: Bool, call: RunID) -> ConsoleError {
        ConsoleError(
            .conflict,
            "A \(isDryRun ? "dry run" : "run") of \(task) goes on already: \(call). Wait for its end, or cancel it."
        )
    }

    static func runsElsewhere(here replica: String) -> ConsoleError {
        ConsoleError(.conflict, "The run is not carried out by this replica, \(replica); ask the one that does.")
    }

    static func runIsOver(_ outcome: String) -> ConsoleError {
        ConsoleError(.conflict, "The run does not go on: it is \(outcome).")
    }

    static func needsAdmin(toShorten task: String, _ caller: Caller) -> ConsoleError {
        ConsoleError(
            .forbidden,
            "This shortens the retention of \(task), for which the role admin is needed; \(caller.name) has "
                + "\(caller.role)."
        )
    }

    static func needsFilter(_ task: String) -> ConsoleError {
        ConsoleError(.invalid, "\(task) runs by hand only, with at least one of its filters.")
    }

    static let noTasks = ConsoleError(
        .invalid,
        "tasks: name at least one, or leave it out for all that are due in cycles."
    )

    /// - Parameter reasons: a task and its reason each.
    static func notSealed(_ reasons: [String]) -> ConsoleError {
        ConsoleError(.refused, "No plan was sealed. \(reasons.joined(separator: " "))")
    }

    static func queryTooSlow(_ name: String) -> ConsoleError {
        ConsoleError(
            .refused,
            "The query \(name) took longer than \(QueryDocument.maximumSeconds) seconds and was ended. Let it read less, or make "
                + "an index for it."
        )
    }

    // MARK: Jobs

    static func cannotBeRetried(_ id: String, state: String, cycle: String) -> ConsoleError {
        ConsoleError(
            .conflict,
            "\(id) is \(state), or another job of \(cycle) waits or is active; a job can be retried that failed, waits for "
                + "its next attempt or waits until it is quiet."
        )
    }

    static func cannotBeRemoved(_ id: String, state: String) -> ConsoleError {
        ConsoleError(.conflict, "\(id) is \(state); an active job cannot be removed, only cancelled.")
    }

    static func noJobState() -> ConsoleError {
        ConsoleError(.invalid, "state: there are \(JobState.allCases.map(\.rawValue).joined(separator: ", ")).")
    }

    // MARK: What does not answer

    static func noQueue(_ error: any Error) -> ConsoleError {
        ConsoleError(.unavailable, "The queue does not answer: \(error)")
    }

    static func stillPaused(_ error: any Error) -> ConsoleError {
        ConsoleError(
            .unavailable,
            "The schedule is started, and the queue could not be told to go on, in case it is paused. Start it again when "
                + "the queue answers: \(error)"
        )
    }

    static func noHistory(_ error: any Error) -> ConsoleError {
        ConsoleError(.unavailable, "The history cannot be read: \(error)")
    }

    static func notRecorded(_ error: any Error) -> ConsoleError {
        ConsoleError(.unavailable, "The call could not be recorded, so nothing was done: \(error)")
    }

    static func settingsNotStored(_ error: any Error) -> ConsoleError {
        ConsoleError(.unavailable, "The settings could not be stored; nothing has changed: \(error)")
    }

    static func settingsNotInForce(_ error: any Error) -> ConsoleError {
        ConsoleError(
            .unavailable,
            "The settings are stored, and NOT in force yet, which is tried again by itself: \(error)"
        )
    }
}
