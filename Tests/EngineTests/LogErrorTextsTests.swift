import Coordination
import Retention
import State
import Support
import Testing

@testable import Engine

/// Warnings and errors that only the log tells, to the letter.
@Suite struct LogErrorTextsTests {
    private static let error = SupportError("The server is away.")
    /// 2027-01-15 08:00 UTC.
    private static let instant = Instant(seconds: 1_800_000_000)

    // MARK: Firings

    @Test(
        arguments: [
            (.nobodyLed(isMadeUpFor: true), "3 firings were missed while nobody scheduled; running once now"),
            (
                .nobodyLed(isMadeUpFor: false),
                "3 firings were missed while nobody scheduled; outside its window now, so that the next firing makes up for "
                    + "them"
            ),
            (.busy(with: "deep@1"), "3 firings are missed, because deep@1 has not ended"),
            (.queueSilent, "3 firings are missed, because the queue did not take them"),
            (.tooLate, "a firing is missed, because its hours were over before it was looked at"),
        ] as [(SchedulerMachine.Miss, String)]
    )
    func missedFiringsAreSaidInWords(_ reason: SchedulerMachine.Miss, _ expected: String) {
        #expect(LogWords.missed(3, of: "deep", reason) == "deep: \(expected)")
    }

    @Test func firingsThatTheQueueDoesNotTakeAreSaidInWords() {
        let texts = [
            (LogWords.leadLost, "This replica schedules no more; another one may"),
            (
                LogWords.stale("deep@1"),
                "deep@1 was not fired: another replica has led since. This one gives the lead back."
            ),
            (
                LogWords.missed("deep@1", because: LogWords.hoursAreOver),
                "deep@1 is missed: its hours were over before it began"
            ),
            (
                LogWords.notTaken("deep@1", Self.error),
                "deep@1 is due, and the queue did not take it: The server is away. It is offered again."
            ),
        ]
        for (text, expected) in texts { #expect(text == expected) }
    }

    // MARK: Jobs

    @Test func jobsThatDoNotEndWellAreSaidInWords() {
        let texts = [
            (
                LogWords.retried("deep@1", attempt: 1, of: 3, at: Self.instant),
                "deep@1 failed (attempt 1 of 3); the next one follows at 2027-01-15T08:00:00Z"
            ),
            (
                LogWords.givenUp("deep@1", of: "deep"),
                "deep@1 failed in all its attempts and is given up; the next firing of deep begins anew"
            ),
            (
                LogWords.taken("deep@1"),
                "deep@1 was taken from this worker, which had been silent for too long, or was lost by the queue; it is done "
                    + "again"
            ),
        ]
        for (text, expected) in texts { #expect(text == expected) }
    }

    @Test func aQueueThatDoesNotAnswerIsSaidInWords() {
        let texts = [
            (LogWords.notAsked(Self.error), "The queue could not be asked for a job: The server is away."),
            (
                LogWords.beginningNotRecorded("deep@1", Self.error),
                "The beginning of job deep@1 could not be recorded, so that it has not begun: The server is away."
            ),
            (LogWords.notToldOfLife(Self.error), "The queue was not told that jobs go on: The server is away."),
            (
                LogWords.endNotRecorded("deep@1", Self.error),
                "The end of job deep@1 could not be recorded: The server is away."
            ),
        ]
        for (text, expected) in texts { #expect(text == expected) }
    }

    @Test func aJobOfACycleThatIsNotOnSaysWhatToDo() throws {
        let request = JobRequest(cycle: "deep", firedAt: Self.instant, trigger: "schedule")
        let job = Job(request, enqueuedAt: Self.instant)
        guard case .failed(let message, _) = Worker.isNotOn(nil, job) else {
            throw SupportError("the job has not failed")
        }
        #expect(
            message == "This configuration has no cycle deep that is switched on. Switch it on, or remove the job."
        )
        let quiet = QuietWait(atLatestSeconds: 3_600, checkEverySeconds: 30) { _ in nil }
        let cycle = CycleDefinition(name: "deep", schedule: nil, tasks: ["logs"], quiet: quiet)
        guard case .passedOver(_, let reason) = Worker.isNotOn(cycle, job) else {
            throw SupportError("the job is not passed over")
        }
        #expect(reason == "its cycle was switched off before it began")
    }

    // MARK: Waiting until it is quiet

    @Test func aCycleThatWaitsSaysForWhat() {
        let texts = [
            (LogWords.waits(because: "the schedule is stopped", until: nil), "waits, because the schedule is stopped"),
            (
                LogWords.waits(because: "somebody works", until: Self.instant),
                "waits, because somebody works; it begins at 2027-01-15T08:00:00Z at the latest"
            ),
            (
                LogWords.begins(although: "somebody works"),
                "begins although somebody works: it has waited for as long as it may"
            ),
            (
                LogWords.quietUnanswered(within: .seconds(10)),
                "the query of when_quiet took longer than 10.0 seconds"
            ),
            (LogWords.quietUnknown(Self.error), "nobody can tell whether it is quiet: The server is away"),
        ]
        for (text, expected) in texts { #expect(text == expected) }
    }

    // MARK: Runs and their history

    @Test func aStateThatCannotBeWrittenIsSaidInWords() {
        let run = RunID.make(at: Self.instant)
        let texts = [
            (
                LogWords.endNotRecorded(run: run, of: "logs", Self.error),
                "The end of run \(run) of logs could not be recorded: The server is away."
            ),
            (
                LogWords.notClosed(Self.error),
                "Runs that a crash left open could not be closed: The server is away."
            ),
            (LogWords.stampsNotSaved(Self.error), "Last-run times could not be saved: The server is away."),
            (LogWords.stampsNotRead(Self.error), "Last-run times could not be read: The server is away."),
            (LogWords.notPruned(Self.error), "Own history could not be pruned: The server is away."),
            (LogWords.queueUnknown(Self.error), "The queue cannot be looked at: The server is away."),
            (
                LogWords.overdueUnknown(of: "logs", Self.error),
                "logs: how long rows are overdue could not be looked up: The server is away."
            ),
        ]
        for (text, expected) in texts { #expect(text == expected) }
    }

    @Test func whatWasLeftIsSaidInWords() {
        #expect(LogWords.sweptUp(2, of: "logs") == "logs: 2 half-made files of a run that died were removed")
        #expect(LogWords.notDeleted("/a", "it is busy") == "Failed to delete /a: it is busy")
        #expect(LogWords.leftBehind("/a", "a part may be left") == "Left behind by /a: a part may be left")
        #expect(LogWords.notDeleted("/a", nil) == "Failed to delete /a: no detail")
    }
}
