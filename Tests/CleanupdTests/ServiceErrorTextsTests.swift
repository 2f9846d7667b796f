import CleanupConfiguration
import Clients
import Coordination
import Engine
import Stores
import Support
import Testing

@testable import cleanupd

/// What only the service's log tells, to the letter.
@Suite struct ServiceErrorTextsTests {
    private static let error = SupportError("The server is away.")
    private static let away = "The server is away."

    private static func check(_ texts: [(String, String)]) {
        for (text, expected) in texts { #expect(text == expected) }
    }

    // MARK: Configuration and settings

    @Test func aConfigurationThatIsNotTakenIsSaidInWords() {
        Self.check([
            (
                ServiceWords.notReloaded(Self.error),
                "The configuration was not reloaded; the old one stays in force. \(Self.away)"
            ),
            (
                ServiceWords.certificateNotRenewed("It has expired."),
                "The certificate was not renewed; the old one stays in force. It has expired."
            ),
            (
                ServiceWords.settingsNotTaken(Self.error),
                "Changed settings could not be taken over; the old ones stay in force. \(Self.away)"
            ),
            (ServiceWords.notScheduling, "the scheduler has not started"),
            (ServiceWords.noRun, "No run of it began, or none is remembered; the log says why."),
            (
                ServiceWords.settingsUnusable(in: "main.retention"),
                "Its settings in main.retention cannot be read, or hold no legal retention_days: it does not fire until "
                    + "they do. The log says which."
            ),
            (
                ServiceWords.skipped(because: "CI=true"),
                "It is skipped in this environment, because of CI=true (skip_when_env)."
            ),
            (
                ServiceWords.storedSettingsUnread(Self.error),
                "What was set by calls cannot be read; what is shown is the file's: \(Self.away)"
            ),
        ])
    }

    @Test func aTableOfSettingsThatIsNotTakenIsSaidInWords() {
        let slip = "retention_days \"0\" is not a whole number from 1 to 365"
        Self.check([
            (
                ServiceWords.tableUnread("deep", isKnown: false, Self.error),
                "deep: its settings cannot be read, so that it stays switched off until they can: \(Self.away)"
            ),
            (
                ServiceWords.tableUnread("deep", isKnown: true, Self.error),
                "deep: its settings cannot be read, so that the last ones hold: \(Self.away)"
            ),
            (ServiceWords.slipOfDefault("deep", slip), "deep: \(slip); the default holds."),
            (
                ServiceWords.slipThatSwitchesOff("deep", slip),
                "deep: \(slip); the cycle is switched off until all are legal."
            ),
            (
                ServiceWords.slipOfRetention("deep", slip, last: 30),
                "deep: \(slip); the last legal one, 30, holds."
            ),
        ])
    }

    // MARK: Calls and servers

    @Test func whatCannotBeRecordedIsSaidInWords() {
        Self.check([
            (
                ServiceWords.fateNotRecorded(ofCall: "c1", Self.error),
                "What became of call c1 could not be recorded: \(Self.away)"
            ),
            (ServiceWords.runFailed(for: "alice", Self.error), "The run that alice asked for failed: \(Self.away)"),
            (
                ServiceWords.notCounted("app", Self.error),
                "A refusal by app could not be counted: \(Self.away)"
            ),
        ])
    }

    @Test func serversThatDoNotTellAreSaidInWords() {
        Self.check([
            (
                ServiceWords.bucketUnknown("vault", Self.error),
                "vault: what the bucket can do is not known: \(Self.away)"
            ),
            (ServiceWords.redisUnread(Self.error), "The settings of Redis cannot be read: \(Self.away)"),
            (ServiceWords.epochUnread(Self.error), "The epoch of the leader cannot be read: \(Self.away)"),
            (
                ServiceWords.noClock("main"),
                "main tells no time: clock_timestamp() gave nothing. Check that it is a server of PostgreSQL."
            ),
        ])
    }

    @Test func locksThatAreInTroubleAreSaidInWords() {
        let fault = LeaseFault(.redis, Self.away, mayHaveHappened: false)
        let steps: [(LeaseProblem.Step, String)] = [
            (.ask, "asked for"), (.mark, "marked in the state store"), (.renew, "renewed"), (.release, "given back"),
        ]
        for (step, done) in steps {
            #expect(
                ServiceWords.lockTrouble("task:logs", step, fault)
                    == "The lock task:logs could not be \(done): The server is away."
            )
        }
        #expect(
            ServiceWords.redisGone("redis:6379", "no answer")
                == "Redis redis:6379 is not connected: no answer. Without it nobody may act."
        )
    }

    // MARK: The process

    @Test func whatTheSystemKeepsFromTheProcessIsSaidInWords() {
        Self.check([
            (
                ServiceWords.fewFiles(1_024),
                "This process may have only 1024 files open; clients could use them up. Raise the limit (LimitNOFILE=, "
                    + "ulimit -Hn)."
            ),
            (
                ServiceWords.notContained,
                "Not contained by the kernel (CLEANUPD_CONTAINMENT=off, or the demo)."
            ),
            (
                ServiceWords.placeIsMissing(AllowedPlace("/srv/a", .clean, for: "task logs")),
                "/srv/a (task logs) is not there, and the kernel will let this process change nothing in it if it comes; "
                    + "restart the service then."
            ),
        ])
    }

    // MARK: Tasks and connections

    @Test func aTaskThatDoesNotRunByItselfSaysWhy() throws {
        let bench = try ConfiguredBench()
        let reasons = Dictionary(
            uniqueKeysWithValues: bench.blueprint.program.tasks.map { ($0.name, $0.disabledReason ?? "it runs") }
        )
        #expect(reasons["logs"] == "it runs")
        #expect(reasons["by_hand"] == "it has filters and nothing under remove, and runs by hand only")
        #expect(reasons["full"] == "it stands in no cycle and runs by hand only")
        #expect(reasons["previews"] == "its cycles are switched off")
    }

    @Test func aTaskWhoseCyclesAreSkippedSaysWhere() throws {
        let bench = try ConfiguredBench(
            """
            state: sqlite:state.db
            connections: { data: { url: "file://data" } }
            cycles: { nightly: { schedule: "0 2 * * *", skip_when_env: "CI=true", tasks: [logs] } }
            tasks:
              logs: { files: { in: data, path: logs }, remove: { older_than: 30d } }
            """
        )
        let task = try #require(bench.configuration.tasks.first)
        let texts: [(String, String?)] = [("true", "its cycles are skipped because of CI=true"), ("false", nil)]
        for (value, expected) in texts {
            let builder = ProgramBuilder(
                connections: bench.blueprint.connections,
                environment: ["CI": value],
                memory: bench.backends.memory
            )
            #expect(builder.disabledReason(task) == expected)
        }
    }

    @Test func connectionsThatDoNotHoldWhatATaskWantsAreNamed() throws {
        let bench = try ConfiguredBench(
            """
            state: sqlite:state.db
            connections:
              cache: { url: "redis://127.0.0.1:1" }
              data: { url: "file://data" }
            tasks:
              logs:
                files: { in: data, path: logs, match: ["*.log"] }
                remove: { older_than: 30d }
            """
        )
        let connections = bench.blueprint.connections
        #expect(
            errorText { _ = try connections.backend("cache") }
                == "Connection cache is no database; it has no rows."
        )
        #expect(
            errorText { _ = try bench.configuration.jsonFile("cache") } == "Connection cache is no JSON file."
        )
        let query = RowsQuery(RowsReference(query: "SELECT 1"))
        let nowhere = errorText {
            try connections.eachValue(of: query, task: "logs", isCancelled: { false }) { _ in true }
        }
        #expect(nowhere == "A query of logs names no connection.")
        #expect(
            RecordsBuilder.noAge("tokens").description
                == "Records of tokens have no age: say \"time\" under \"records\", or ask for no age."
        )
    }
}
