import Foundation
import Retention
import State
import Stores
import Support
import Testing

@testable import Engine

/// What is said of runs, settings, spools, clocks and histories, to the letter.
@Suite struct ErrorTextsTests {
    // MARK: Runs

    @Test func whatARunCouldNotDoIsSaidInWords() {
        var report = RunReport(id: "1", task: "logs", dryRun: false)
        report.counts.failed = 3
        report.conclude(Cancellation())
        #expect(report.message == "3 items failed; the log names each with its cause.")
        let problem = ScanProblem(path: "/a", message: "/a may not be read.", reason: .permission)
        var blind = RunReport(id: "2", task: "logs", dryRun: false)
        blind.take(Planner.Result(scan: ScanSummary(errors: [problem], errorCount: 2)))
        #expect(blind.message == "2 places could not be looked at; first: /a may not be read.")
    }

    @Test func aQuotaThatCannotBeMetSaysWhatIsLeft() {
        var report = RunReport(id: "1", task: "logs", dryRun: false)
        report.usedBytes = 3 << 30
        report.tally.removeBytes = 1 << 30
        let quota = Policy.Quota(maxBytes: 2 << 30, freeToBytes: 1 << 30)
        report.measure(by: quota, isShown: false)
        let expected =
            "The quota cannot be met: 3GiB are used, 1GiB may go, and 2GiB are left where 1GiB are wanted. The rest is kept "
            + "by rules, waits for a budget, or is nothing that this task removes: look at the plan, or raise quota.max."
        #expect(report.message == expected)
        report.message = nil
        report.measure(by: quota, isShown: true)
        #expect(report.message == nil && report.warnings == [expected])
    }

    /// Whoever comes next closes what a process that died has left.
    @Test(arguments: [
        (Int32.max, "", "The process 2147483647 died in this run; what it had done was found out by looking."),
        (
            Int32.max, "elsewhere",
            "The process 2147483647 on elsewhere died in this run; what it had done was found out by looking."
        ),
        (getpid(), "", "The end of this run could not be recorded; what it had done was found out by looking."),
    ])
    func aRunThatDiedIsClosedWithAReason(pid: Int32, host: String, expected: String) async throws {
        let bench = try EngineBench([])
        let run = RunID.make(at: EngineBench.now)
        try bench.state.begin(
            RunRecord(
                id: run,
                task: "things",
                trigger: "schedule",
                dryRun: false,
                startedAt: EngineBench.now,
                host: host,
                pid: pid,
                policyDigest: "",
                cutoff: EngineBench.now
            )
        )
        _ = try await bench.run(bench.task())
        #expect(try bench.state.run(run)?.end?.message == expected)
    }

    // MARK: Settings

    @Test func settingsThatCannotBeReadSayWhatIsWrong() {
        let stored = [
            "admin/dry_run": "{", "admin/task/logs/older_than": #""soon""#,
            "admin/cycle/deep/retention_days": #""0""#, "admin/cycle/deep/schedule": #""61 * * * *""#,
            "admin/cycle/deep/enabled": #""maybe""#, "admin/cycle/deep/batch_size": #""1""#,
        ]
        let rest = "; it does not fire, or its tasks refuse, until that is set anew"
        let expected: [String] = [
            "The setting admin/dry_run of the state store cannot be read: its value is not of the kind that belongs "
                + "there. Set it anew.",
            "The setting admin/task/logs/older_than of the state store cannot be read: The duration \"soon\" is none. "
                + "Write whole numbers, each with its unit, such as 7d or 1d12h.",
            "deep: enabled \"maybe\" is neither true nor false\(rest)",
            "deep: retention_days \"0\" is not a whole number from 1 to 365\(rest)",
            "deep: schedule \"61 * * * *\" is no schedule: The cron expression \"61 * * * *\" is wrong in its minute "
                + "field \"61\": \"61\" is no value of it. Allowed are *, 0-59, ranges (0-30), lists (0,30) and steps "
                + "(*/15)\(rest)",
            "deep: batch_size \"1\" is not a whole number from 1000 to 100000\(rest)",
        ]
        #expect(AdminSettings(stored) { _ in "UTC" }.problems == expected)
    }

    // MARK: Spools, clocks and histories

    @Test func aSpoolWithoutRoomSaysWhatToDo() throws {
        let folder = try TemporaryFolder()
        let missing = folder.file("none")
        #expect(
            errorText { _ = try SpoolFile(.folder(missing)) }
                == "Cannot make a temporary file in \(missing): No such file or directory. The state's folder needs room "
                + "and write permission."
        )
        for place in [SpoolFile.Place.memory(1), .nowhere] {
            var file = try SpoolFile(place)
            let text = errorText { try file.append([1, 2]) }
            #expect(
                text
                    == "Neither disk nor memory has room for what the scan found; the run is given up. Free some space by "
                    + "hand."
            )
        }
    }

    @Test func aSpoolThatCannotBeUsedSaysWhatToDo() {
        #expect(
            SpoolFile.failure("write to a temporary file in /s", ENOSPC).description
                == "Cannot write to a temporary file in /s: No space left on device. The state's folder needs room and write "
                + "permission."
        )
        #expect(
            SpoolFile.failure("read a temporary file", EIO, advice: "Check the disk").description
                == "Cannot read a temporary file: Input/output error. Check the disk."
        )
        #expect(
            SpoolFile.endedEarly.description
                == "A temporary file ended early, so that the plan is not whole; the run is given up. Check the disk."
        )
    }

    @Test func aPartOfAPlanThatMayNotRunAnyMoreSaysWhatToDo() {
        #expect(
            SealedPlans.isNotToRun("logs").description
                == "logs was switched to dry runs, or taken out, since the plan was begun. Nothing of it was removed. Make a "
                + "new plan when it may run."
        )
    }

    @Test(arguments: [(3_600.0, "60 minutes"), (86_400.0, "24 hours"), (864_000.0, "10 days")])
    func aClockThatLeapsSaysHowFar(leap: Double, words: String) async throws {
        let bench = try EngineBench([EngineBench.old("a")])
        _ = try await bench.run(bench.task("b", policy: Policy(remove: .init(olderThan: Age(parsing: "90d")))))
        bench.clock.advance(by: 60, leap: leap)
        #expect(
            try await bench.run(bench.task()).message
                == "The clock of this machine leapt forward by \(words); by it, young things look old, so that nothing is "
                + "deleted for a day. If the clock is right, run it once with --force on a terminal."
        )
    }

    @Test func aHistoryThatIsNotWholeSaysSo() throws {
        let (now, kept) = (EngineBench.now, try Age(parsing: "90d"))
        let ago = { (days: Int64) in now.adding(nanoseconds: -days * 86_400_000_000_000) }
        let period = Period(from: ago(30), to: now)
        let gap = { (firstEnd: Instant?) in
            HistoryCoverage(firstEnd: firstEnd, keepRuns: kept, now: now).gap(in: period, keepRuns: kept)
        }
        #expect(gap(nil) == "The history holds no run that has ended: nothing is known of this time.")
        #expect(
            gap(ago(10))
                == "The history begins at 2027-01-05T08:00:00Z: what may have ended before is not in this report."
        )
    }
}
