import Support
import Testing

@testable import Engine

/// What is said of runs that end early or do not begin, and of what they do not learn, to the letter.
@Suite struct RunErrorTextsTests {
    @Test func aRunThatEndsEarlySaysWhy() {
        let lost =
            "The lock of logs could not be renewed, so that another replica may act: the run stopped. What was done is "
            + "recorded; look at Redis (or the state's database), and at pauses of this process."
        let texts: [(Cancellation.Cause, String)] = [
            (.requested, "Ended early (somebody asked for it); the rest is left to the next run."),
            (.shutdown, "Ended early (the process ends); the rest is left to the next run."),
            (.deadline, "Ended early (its time was over); the rest is left to the next run."),
            (.ledger, "Ended early (the state could not be written); the rest is left to the next run."),
            (.lockLost, lost),
        ]
        for (cause, expected) in texts {
            let cancellation = Cancellation()
            cancellation.cancel(cause)
            var report = RunReport(id: "1", task: "logs", dryRun: false)
            let isEnded = report.endedEarly(cancellation)
            #expect(isEnded)
            #expect(report.message == expected)
        }
    }

    @Test func whatARunDoesNotLearnIsSaidInWords() {
        #expect(
            RunReport.restUnknown(SupportError("The server is away."))
                == "How much is still due could not be looked up, so that the last figures stand: The server is away."
        )
        #expect(
            RunReport.refusedByStore
                == "The store refused what a former holder of the lock asked for; the replica that holds it now goes on."
        )
        #expect(Recovery.notLookedAt == "could not be looked at after a crash; the next run looks again")
    }

    @Test func aRunWhoseTurnDidNotComeSaysWhy() {
        let texts: [(Cancellation.Cause, String)] = [
            (.requested, "somebody asked for it"), (.shutdown, "the process ends"), (.deadline, "its time was over"),
            (.ledger, "the state could not be written"), (.lockLost, "its lock was lost"),
        ]
        for (cause, why) in texts {
            let cancellation = Cancellation()
            cancellation.cancel(cause)
            let report = RunReport.notBegun("logs", dryRun: false, cancellation)
            #expect(report.message == "Not begun: the cycle ended first (\(why)); the next one takes it up.")
        }
    }
}
