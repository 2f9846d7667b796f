import Clients
import Console
import Foundation
import Retention

/// Why commands end without having done what they are for: one factory each. What is said of arguments stands beside them.
extension CommandFailure {
    // MARK: The demo

    static func demoNotMade(in folder: String, _ reason: String) -> CommandFailure {
        .failed("The demo's data could not be made in \(folder): \(reason)")
    }

    static func noDemoFolder(in folder: String, _ code: Int32) -> CommandFailure {
        .failed(
            "No folder could be made in \(folder): \(String(cString: strerror(code))). Name one that is empty or new."
        )
    }

    // MARK: Plans and simulations

    static let nothingPlanned = CommandFailure.failed(
        "No plan was sealed: none of the tasks' connections is there. `cleanupd check` says why."
    )

    /// - Parameter reason: ends a sentence, with its full stop where more follows.
    static func cannotBeSimulated(_ task: String, _ reason: String) -> CommandFailure {
        .usage("\(task) cannot be simulated: \(reason)")
    }

    /// A simulation that begins in the past would have items that were not there yet.
    static func youngerThanTheBeginning(_ count: Int, _ start: Instant) -> CommandFailure {
        .usage(
            "--at: \(Words.items(count)) of now \(count == 1 ? "is" : "are") younger than \(Timestamp.format(start)), when a "
                + "simulation would have them already. Begin later."
        )
    }

    // MARK: A running service

    static func otherVersion(_ path: String) -> CommandFailure {
        .failed(
            "\(path) was answered by something else than this version of cleanupd. Look at --url, and at the version that "
                + "runs there."
        )
    }

    static func stillAnswers(after patience: Duration) -> CommandFailure {
        .failed(
            "The service was told to end, and still answers after \(patience). Its log says what it waits for."
        )
    }

    static func ended(_ error: any Error) -> CommandFailure { .failed("The service ended: \(error)") }

    // MARK: Configurations that come too late

    static let needsRestart = CommandFailure.usage(
        "The place of the state, coordination, http and log cannot change at a reload; restart the service."
    )

    static func notContained(_ lacking: [AllowedPlace]) -> CommandFailure {
        let places = lacking.map { "\($0.path) (\($0.purpose); to \($0.rights.words))" }
        return .usage(
            "The kernel keeps this process from changing files in \(places.joined(separator: ", ")): when it began, its "
                + "configuration did not ask for that (containment). Restart the service."
        )
    }

    // MARK: Output

    static func historyUnread(_ error: any Error) -> CommandFailure { .failed("The history cannot be read: \(error)") }

    static func metricsUnwritten(_ path: String, _ reason: String) -> CommandFailure {
        .failed("The metrics could not be written to \(path): \(reason)")
    }

    static func outputLost(_ code: Int32) -> CommandFailure {
        .failed("Standard output cannot be written: \(String(cString: strerror(code))). What came out is not whole.")
    }
}
