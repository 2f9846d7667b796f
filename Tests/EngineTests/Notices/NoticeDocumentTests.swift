import Foundation
import Retention
import Testing

@testable import Engine

/// The message as receivers get it, member by member.
@Suite struct NoticeDocumentTests {
    private static let begunAt = Instant(seconds: 1_800_000_000)

    private static func failed() -> RunReport {
        var run = RunReport(id: "1a2b", task: "logs", dryRun: false)
        run.outcome = .failed
        run.failure = .backend
        run.message = "connection db: <!channel> it does not answer"
        run.durationSeconds = 1.5
        return run
    }

    private static func partial() -> RunReport {
        var run = RunReport(id: "1a2c", task: "rows", dryRun: false)
        run.outcome = .partial
        run.tally.examined = 20
        run.counts.deleted = 7
        run.counts.updated = 2
        run.counts.compressed = 1
        run.counts.failed = 3
        run.counts.freedBytes = 4096
        return run
    }

    private static func end(_ runs: [RunReport], attempt: CycleEnd.Attempt? = nil) -> CycleEnd {
        var report = CycleReport(cycle: "nightly")
        report.runs = runs
        report.durationSeconds = 90
        return CycleEnd(cycle: "nightly", report, trigger: .schedule, attempt: attempt, begunAt: begunAt)
    }

    private static func text(_ end: CycleEnd) throws -> String {
        let outcome = try #require(end.outcome)
        let document = NoticeDocument(end, outcome: outcome, event: "e-1", replica: "host:1:2")
        return String(decoding: try document.encoded(), as: UTF8.self)
    }

    @Test func eachMemberIsThereInItsForm() throws {
        let retriesAt = Self.begunAt.adding(nanoseconds: 150_000_000_000)
        let attempt = CycleEnd.Attempt(number: 1, maximum: 3, retriesAt: retriesAt)
        #expect(
            try Self.text(Self.end([Self.failed(), Self.partial()], attempt: attempt)) == """
                {"attempt":1,"attempts":3,"begun_at":"2027-01-15T08:00:00Z","cycle":"nightly","dry_run":false,\
                "ended_at":"2027-01-15T08:01:30Z","event":"e-1","outcome":"failed","replica":"host:1:2",\
                "retries_at":"2027-01-15T08:02:30Z","tasks":[\
                {"bytes":0,"compressed":0,"dry_run":false,"duration_seconds":1.5,"examined":0,"failed":0,\
                "failure":"backend","items":0,"outcome":"failed","reason":"connection db: <!channel> it does not answer",\
                "run":"1a2b","task":"logs"},\
                {"bytes":4096,"compressed":1,"dry_run":false,"duration_seconds":0,"examined":20,"failed":3,"items":9,\
                "outcome":"partial","run":"1a2c","task":"rows"}],\
                "text":"cleanupd: nightly failed (attempt 1 of 3): logs failed (backend), 0 items; \
                rows partial, 9 items, 1 compressed, 3 failed, 4KiB.","trigger":"schedule","version":1}
                """
        )
    }

    @Test func aDryRunIsMarkedAndSaysWhatWouldGo() throws {
        var run = RunReport(id: "1a2d", task: "logs", dryRun: true)
        run.tally.remove = 5
        run.tally.compress = 2
        run.tally.removeBytes = 100
        let text = try Self.text(Self.end([run]))
        #expect(text.contains(#""dry_run":true"#) && !text.contains(#""dry_run":false"#))
        #expect(text.contains("cleanupd: nightly success (dry run): logs success, 5 items, 2 compressed, 100 bytes."))
        #expect(text.contains(#""items":5"#) && text.contains(#""compressed":2"#))
    }

    /// A chat would obey what stands in the name of a file.
    @Test func theSentenceHoldsNothingThatOthersWrote() throws {
        let sentence = NoticeText.sentence(Self.end([Self.failed()]), .failed)
        #expect(!sentence.contains("<!channel>"))
    }

    @Test func aLongReasonIsCut() throws {
        var run = Self.failed()
        for text in [String(repeating: "x", count: 100_000), "e" + String(repeating: "\u{301}", count: 100_000)] {
            run.message = text
            #expect(try Self.text(Self.end([run])).utf8.count < 3_000)
        }
    }

    @Test func aTaskThatWasNotBegunNamesNoRun() throws {
        let run = RunReport.notBegun("late", dryRun: false, Cancellation())
        #expect(try !Self.text(Self.end([run])).contains(#""run":"#))
    }

    @Test(
        arguments: [
            ([.success, .success], .success), ([.success, .partial], .partial), ([.partial, .refused], .refused),
            ([.failed, .refused], .failed), ([.skipped, .success], .skipped), ([.unavailable, .success], .unavailable),
            ([.cancelled, .skipped], .cancelled), ([], nil),
        ] as [([RunOutcome], RunOutcome?)]
    )
    func theOutcomeIsTheGravestOfTheTasks(outcomes: [RunOutcome], whole: RunOutcome?) {
        let runs = outcomes.map { outcome in
            var run = RunReport(id: "", task: "t", dryRun: false)
            run.outcome = outcome
            return run
        }
        #expect(Self.end(runs).outcome == whole)
    }
}
