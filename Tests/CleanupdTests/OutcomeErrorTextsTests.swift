import Clients
import Console
import Coordination
import Engine
import Foundation
import Retention
import Support
import Testing

@testable import cleanupd

/// What commands say that could not do what they are for, to the letter.
@Suite struct OutcomeErrorTextsTests {
    private static let error = SupportError("The server is away.")

    // MARK: Commands

    @Test(
        arguments: [
            (.demoNotMade(in: "/d", "no room"), "The demo's data could not be made in /d: no room"),
            (
                .noDemoFolder(in: "/tmp/", EACCES),
                "No folder could be made in /tmp/: Permission denied. Name one that is empty or new."
            ),
            (
                .nothingPlanned,
                "No plan was sealed: none of the tasks' connections is there. `cleanupd check` says why."
            ),
            (.cannotBeSimulated("logs", "it has a quota."), "logs cannot be simulated: it has a quota."),
            (
                .youngerThanTheBeginning(1, Instant(seconds: 1_800_000_000)),
                "--at: 1 item of now is younger than 2027-01-15T08:00:00Z, when a simulation would have them already. Begin "
                    + "later."
            ),
            (
                .youngerThanTheBeginning(2, Instant(seconds: 1_800_000_000)),
                "--at: 2 items of now are younger than 2027-01-15T08:00:00Z, when a simulation would have them already. "
                    + "Begin later."
            ),
            (
                .otherVersion("/api/cleanup/status"),
                "/api/cleanup/status was answered by something else than this version of cleanupd. Look at --url, and at the "
                    + "version that runs there."
            ),
            (
                .stillAnswers(after: .seconds(20)),
                "The service was told to end, and still answers after 20.0 seconds. Its log says what it waits for."
            ),
            (.ended(error), "The service ended: The server is away."),
            (.historyUnread(error), "The history cannot be read: The server is away."),
            (.metricsUnwritten("/m.prom", "no room"), "The metrics could not be written to /m.prom: no room"),
            (
                .outputLost(ENOSPC),
                "Standard output cannot be written: No space left on device. What came out is not whole."
            ),
        ] as [(CommandFailure, String)]
    )
    func aCommandThatFailsSaysWhy(_ failure: CommandFailure, _ expected: String) {
        #expect(failure.description == expected)
    }

    // MARK: check

    @Test func whatCheckFoundIsCounted() {
        let none = CheckCommand.conclusion(tasks: 0, fences: 0, servers: 0, notices: 0, quiet: 0)
        #expect(none == ["Configuration is valid."])
        let expected = [
            "Configuration is valid; of its tasks, 1 cannot run as things are (see above).",
            "2 fences could not be made (see above).", "3 connections cannot be used (see above).",
            "4 cycles cannot tell anybody (see above).", "5 cycles cannot tell whether it is quiet (see above).",
        ]
        #expect(CheckCommand.conclusion(tasks: 1, fences: 2, servers: 3, notices: 4, quiet: 5) == expected)
    }

    @Test func whatCheckCannotLookAtIsNamed() {
        #expect(
            FenceCheck.unseen("app", Self.error)
                == "connection app: its fence cannot be looked up: The server is away."
        )
        #expect(
            FenceCheck.nothingToFence
                == "No task cleans rows of a PostgreSQL database, so that there is nothing to fence."
        )
        #expect(
            CoordinationCheck.noMaster("redis:6379", "slave")
                == "Redis redis:6379 is no master but a slave: locks are taken at the master only; name that, or its "
                + "Sentinels"
        )
        #expect(
            QuietCheck.tooSlow("deep") == "cycle deep: the query of when_quiet took longer than 10.0 seconds"
        )
        #expect(
            QuietCheck.unknown("deep", Self.error)
                == "cycle deep: nobody can tell whether it is quiet: The server is away."
        )
        #expect(
            QuietBuilder.sentence(1.5, 0.7) == "the load is 1.50 for each processor, and 0.7 at most is quiet"
        )
    }

    @Test func whatServersCannotDoIsSaid() {
        let refused = "tasks on current objects are refused unless allow: { unconditional: true } stands in them"
        let texts: [(Bool?, String?, String)] = [
            (true, nil, "deletions are conditional: what is overwritten after it was planned stays"),
            (
                false, nil,
                "deletions are not conditional, the server ignores If-Match: \(refused); what is overwritten between the "
                    + "last look and its deletion then is lost"
            ),
            (nil, "no right", "it is not known whether deletions are conditional: \(refused) (no right)"),
        ]
        for (isConditional, reason, expected) in texts {
            let found = S3Capabilities(conditionalDelete: isConditional, versioning: .off, unknownReason: reason)
            #expect(ServersCheck.deletions(found) == expected)
        }
        #expect(
            ServersCheck.engine("20.10", spoken: nil) == "Docker 20.10 is there; its interface is too old; update it"
        )
        #expect(
            ServersCheck.engine("27.0", spoken: "1.44") == "Docker 27.0 is there; its interface 1.44 is spoken"
        )
    }

    @Test func whatIsWaitedForOrCannotBeForeseenIsSaid() {
        #expect(
            QuietBuilder.noValue == "the query of when_quiet gives no value; write one that gives true or false"
        )
        #expect(QuietBuilder.sentence("busy") == "the query of when_quiet says busy")
        #expect(
            SimulationScope.tooManyFirings(1_000, days: 30)
                == "its cycles fire more than 1000 times in 30 days, and budget and limits count for each run. "
                + "Write fewer --days."
        )
        #expect(OutputFile.leadsNowhere == "the link leads to nothing now")
    }

    // MARK: A configuration that comes too late

    @Test func whatOnlyARestartBringsSaysSo() {
        #expect(
            CommandFailure.needsRestart.description
                == "The place of the state, coordination, http and log cannot change at a reload; restart the service."
        )
        let places = [
            AllowedPlace("/srv/a", .clean, for: "task logs"), AllowedPlace("/srv/b", .keepFiles, for: "the state"),
        ]
        #expect(
            CommandFailure.notContained(places).description
                == "The kernel keeps this process from changing files in /srv/a (task logs; to remove), /srv/b (the state; "
                + "to make, write and remove files): when it began, its configuration did not ask for that (containment). "
                + "Restart the service."
        )
    }
}
