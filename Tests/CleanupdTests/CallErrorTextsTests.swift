import Console
import Retention
import State
import Support
import Testing

@testable import cleanupd

/// What callers of the API are told of calls that are not carried out, to the letter.
@Suite struct CallErrorTextsTests {
    private static let error = SupportError("The server is away.")

    private static func check(_ texts: [(ConsoleError, String)], _ code: ConsoleError.Code) {
        for (error, expected) in texts {
            #expect(error.description == expected)
            #expect(error.code == code, "\(expected)")
        }
    }

    // MARK: What is not there

    @Test func whatIsNotThereIsNamed() {
        Self.check(
            [
                (.noRun("r\n1"), "There is no run r\\x0A1. It may be too old to be remembered."),
                (
                    .noPlan("p1"),
                    "There is no sealed plan p1. It may be too old to be remembered; make a new one."
                ),
                (.noTask("lgos", among: ["logs"]), "There is no task lgos; did you mean \"logs\"?"),
                (.noTask("x", among: ["logs"]), "There is no task x."),
                (
                    .noJob("deep@1"),
                    "There is no job deep@1. It may have ended so long ago that the queue has forgotten it."
                ),
                (.noQuery("x", known: []), "There is no such query. Configured are: none."),
                (.noQuery("idle", known: ["a", "b"]), "There is no such query. Configured are: a, b."),
            ],
            .notFound
        )
    }

    @Test func whatIsAskedInVainSaysWhatToAskFor() {
        Self.check(
            [
                (.noPage, "after: this is no `next` of a page before. Leave it out for the first page."),
                (.noTasks, "tasks: name at least one, or leave it out for all that are due in cycles."),
                (.noJobState(), "state: there are waiting, active, delayed, completed, failed."),
                (.needsFilter("by_hand"), "by_hand runs by hand only, with at least one of its filters."),
            ],
            .invalid
        )
        let caller = Caller(name: "bob", role: .operate, address: "127.0.0.1")
        Self.check(
            [
                (
                    .needsAdmin(toShorten: "logs", caller),
                    "This shortens the retention of logs, for which the role admin is needed; bob has operate."
                )
            ],
            .forbidden
        )
    }

    // MARK: What does not go together

    @Test func whatIsInTheWayIsNamed() {
        let call = RunID.make(at: Instant(seconds: 1_800_000_000))
        Self.check(
            [
                (
                    .isRunning("logs", isDryRun: false, call: call),
                    "A run of logs goes on already: \(call). Wait for its end, or cancel it."
                ),
                (
                    .isRunning("logs", isDryRun: true, call: call),
                    "A dry run of logs goes on already: \(call). Wait for its end, or cancel it."
                ),
                (
                    .runsElsewhere(here: "a:1"),
                    "The run is not carried out by this replica, a:1; ask the one that does."
                ),
                (.runIsOver("success"), "The run does not go on: it is success."),
                (
                    .cannotBeRetried("deep@1", state: "active", cycle: "deep"),
                    "deep@1 is active, or another job of deep waits or is active; a job can be retried that failed, waits for "
                        + "its next attempt or waits until it is quiet."
                ),
                (
                    .cannotBeRemoved("deep@1", state: "active"),
                    "deep@1 is active; an active job cannot be removed, only cancelled."
                ),
            ],
            .conflict
        )
        Self.check(
            [
                (.notSealed(["logs: no.", "tmp: no."]), "No plan was sealed. logs: no. tmp: no."),
                (
                    .queryTooSlow("active"),
                    "The query active took longer than 5 seconds and was ended. Let it read less, or make an index for it."
                ),
            ],
            .refused
        )
    }

    // MARK: What does not answer

    @Test func whatTheServiceNeedsIsNamed() {
        let away = "The server is away."
        Self.check(
            [
                (.noQueue(Self.error), "The queue does not answer: \(away)"),
                (
                    .stillPaused(Self.error),
                    "The schedule is started, and the queue could not be told to go on, in case it is paused. Start it again "
                        + "when the queue answers: \(away)"
                ),
                (.noHistory(Self.error), "The history cannot be read: \(away)"),
                (.notRecorded(Self.error), "The call could not be recorded, so nothing was done: \(away)"),
                (.settingsNotStored(Self.error), "The settings could not be stored; nothing has changed: \(away)"),
                (
                    .settingsNotInForce(Self.error),
                    "The settings are stored, and NOT in force yet, which is tried again by itself: \(away)"
                ),
                (.isEnding, "The service is ending. Ask again when it runs again."),
            ],
            .unavailable
        )
    }
}
