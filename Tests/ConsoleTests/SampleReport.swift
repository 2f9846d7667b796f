@testable import Console

extension Sample {
    static func sums(items: Int, bytes: Int64, runs: [String: Int] = ["success": 3]) -> ReportDocument.Sums {
        var sums = ReportDocument.Sums()
        (sums.items, sums.deleted, sums.bytes, sums.runs, sums.dryRuns) = (items, items, bytes, runs, 4)
        return sums
    }

    static func compared(_ items: Int, _ change: ReportDocument.Change) -> ReportDocument.Compared {
        ReportDocument.Compared(
            period: sums(items: items, bytes: Int64(items) * 1_024),
            before: sums(items: 1, bytes: 1_024),
            itemsChange: change,
            bytesChange: change
        )
    }

    /// A report in which every part has something.
    /// - Parameter text: name of each task, and every sentence.
    static func report(_ text: String) -> ReportDocument {
        let percent = ReportDocument.Change(kind: "percent", percent: 12)
        let step = ReportDocument.Step(
            from: "2026-10-01T00:00:00Z",
            to: "2026-10-02T00:00:00Z",
            runs: 3,
            items: 12,
            bytes: 12_288,
            itemsBefore: 6,
            bytesBefore: 6_144,
            beforeWhole: true
        )
        let dryRun = ReportDocument.DryRun(endedAt: time, remove: 7, compress: 2, bytes: 70)
        return ReportDocument(
            from: "2026-10-01T00:00:00Z",
            to: "2026-10-02T00:00:00Z",
            createdAt: time,
            beforeFrom: "2026-09-30T00:00:00Z",
            whole: false,
            beforeWhole: false,
            notes: [text],
            total: compared(12, percent),
            tasks: [.init(task: text, known: false, sums: compared(12, percent), lastDryRun: dryRun)],
            step: "day",
            trend: [step],
            overdue: overdue(text),
            failures: .init(
                total: 57,
                runs: [.init(id: "r1", task: text, endedAt: time, outcome: "failed", failure: nil, message: text)]
            ),
            unfinished: .init(
                total: 1,
                runs: [.init(id: "r2", task: text, startedAt: time, dryRun: false, state: .interrupted)]
            )
        )
    }

    private static func overdue(_ text: String) -> ReportDocument.Overdue {
        ReportDocument.Overdue(
            derivation: text,
            watched: 1,
            tasks: [
                .init(
                    task: text,
                    from: time,
                    to: time,
                    seconds: 10_800,
                    intervalSeconds: 3_600,
                    overdueSeconds: 7_200,
                    open: true,
                    atLeast: true,
                    alert: "CleanupTaskNeverSucceeded"
                )
            ],
            unwatched: [.init(task: text, reason: text)],
            now: [.init(task: text, seconds: 90_000, items: 3)]
        )
    }
}
