import Engine
import Retention
import State
import Testing

/// What a report adds up, and what it must not.
@Suite struct PeriodReportTests {
    private static let day: Int64 = 86_400
    private static let start = Instant(seconds: 1_000 * day)
    /// Ten days.
    private static let period = Period(from: start, to: Instant(seconds: 1_010 * day))

    /// - Parameter days: after the beginning of the period.
    private static func at(_ days: Int64, nanoseconds: Int64 = 0) -> Instant {
        start.adding(nanoseconds: days * day * 1_000_000_000 + nanoseconds)
    }

    private static func report(_ runs: [StoredRun]) -> PeriodReport {
        var report = PeriodReport(period)
        for run in runs { report.add(run) }
        return report
    }

    // MARK: Sums

    @Test func aRunCountsWhereItEndedAndNowhereElse() {
        let instants = [
            Self.at(-10, nanoseconds: -1), Self.at(-10), Self.at(0, nanoseconds: -1), Self.at(0),
            Self.at(10, nanoseconds: -1), Self.at(10),
        ]
        // Each another power of two, so that a sum says which are in it.
        let runs = instants.enumerated().map { index, instant in
            HistoryRuns.run(endedAt: instant) { counts in
                counts.deleted = 1 << index
                counts.freedBytes = Int64(1 << index) * 10
            }
        }
        let report = Self.report(runs)
        #expect(report.sums.now.items == 0b011000)
        #expect(report.sums.before.items == 0b000110)
        #expect(report.sums.now.bytes == 240)
        #expect(report.tasks["logs"]?.sums == report.sums)
        #expect(report.steps.count == 10)
        #expect(report.steps[0].sums.now.items == 8)
        #expect(report.steps[9].sums.now.items == 16)
        #expect(report.steps[0].sums.before.items == 2)
        #expect(report.steps[9].sums.before.items == 4)
        #expect(report.steps[1...8].allSatisfy { $0.sums == PeriodReport.Sums() })
    }

    @Test func tasksAndOutcomesAreToldApart() {
        let outcomes: [RunOutcome] = [
            .success, .success, .partial, .failed, .refused, .cancelled, .skipped, .unavailable,
        ]
        let runs = outcomes.enumerated().map { index, outcome in
            HistoryRuns.run(index % 2 == 0 ? "logs" : "backups", endedAt: Self.at(Int64(index)), outcome) {
                $0.updated = 1
            }
        }
        let report = Self.report(runs)
        #expect(report.sums.now.outcomes[.success] == 2)
        #expect(RunOutcome.allCases.dropFirst().allSatisfy { report.sums.now.outcomes[$0] == 1 })
        #expect(report.sums.now.runs == 8)
        #expect(report.tasks["logs"]?.sums.now.outcomes == [.success: 1, .partial: 1, .refused: 1, .skipped: 1])
        #expect(report.tasks["backups"]?.sums.now.items == 4)
        #expect(report.failureCount == 3)
        #expect(report.failures.map(\.end?.outcome) == [.refused, .failed, .partial])
    }

    @Test func dryRunsAreCountedAndAddNothing() throws {
        let report = Self.report([
            HistoryRuns.run(endedAt: Self.at(1), dryRun: true) { counts in
                (counts.remove, counts.plannedBytes, counts.deleted, counts.freedBytes) = (7, 70, 7, 70)
            },
            HistoryRuns.run(endedAt: Self.at(2), .failed, dryRun: true) { $0.remove = 5 },
            HistoryRuns.run(endedAt: Self.at(3)) { $0.deleted = 2 },
        ])
        #expect(report.sums.now.items == 2)
        #expect(report.sums.now.bytes == 0)
        #expect(report.sums.now.runs == 1)
        #expect(report.sums.now.dryRuns == 2)
        #expect(report.failureCount == 0)
        let last = try #require(report.tasks["logs"]?.lastDryRun?.end)
        #expect(last.counts.remove == 5)
    }

    @Test func compressedFilesAreNoItemsAndTheirBytesAreNamed() {
        let report = Self.report([
            HistoryRuns.run(endedAt: Self.at(1)) { ($0.deleted, $0.compressed, $0.freedBytes) = (1, 4, 100) },
            HistoryRuns.run(endedAt: Self.at(2)) { ($0.deleted, $0.freedBytes) = (2, 30) },
        ])
        #expect(report.sums.now.items == 3)
        #expect(report.sums.now.counts.compressed == 4)
        #expect(report.sums.now.bytes == 130)
        #expect(report.sums.now.compressingBytes == 100)
    }

    @Test func aPlanThatNobodyAppliedIsNoRun() {
        let report = Self.report([
            HistoryRuns.run(endedAt: Self.at(1), .cancelled, trigger: "plan") { $0.remove = 9 },
            HistoryRuns.run(endedAt: Self.at(2), .cancelled, trigger: "plan") { $0.deleted = 1 },
            HistoryRuns.run(endedAt: Self.at(3), .cancelled),
        ])
        #expect(report.sums.now.outcomes == [.cancelled: 2])
        #expect(report.sums.now.items == 1)
    }

    @Test func aLookAtAQuotaThatFoundNothingToDoIsNoRun() {
        let report = Self.report([
            HistoryRuns.run(endedAt: Self.at(1), cycle: "quota:logs"),
            HistoryRuns.run(endedAt: Self.at(2), cycle: "quota:logs") { $0.examined = 9 },
            HistoryRuns.run(endedAt: Self.at(3), cycle: "quota:logs") { $0.deleted = 2 },
            HistoryRuns.run(endedAt: Self.at(4), .failed, cycle: "quota:logs"),
            HistoryRuns.run(endedAt: Self.at(5)),
        ])
        #expect(report.sums.now.outcomes == [.success: 2, .failed: 1])
        #expect(report.steps[2].sums.now.runs == 0)
        #expect(report.sums.now.items == 2)
    }

    @Test func allFailuresAreCountedAndTheLastAreKept() {
        let runs = (0..<50).map { index in
            HistoryRuns.run(endedAt: Self.at(1, nanoseconds: Int64(index)), .failed, message: "number \(index)")
        }
        let report = Self.report(runs + [HistoryRuns.run(endedAt: Self.at(-1), .failed)])
        #expect(report.failureCount == 50)
        #expect(report.failures.count == PeriodReport.mostFailures)
        #expect(report.failures.first?.end?.message == "number 49")
        #expect(report.failures.last?.end?.message == "number 30")
    }

    @Test func aRunWithoutAnEndAddsNothing() {
        var run = HistoryRuns.run(endedAt: Self.at(1)) { $0.deleted = 3 }
        run.end = nil
        let report = Self.report([run])
        #expect(report.tasks.isEmpty)
        #expect(report.sums == PeriodReport.Sums())
        #expect(Self.report([]).sums.now.runs == 0)
    }

    // MARK: Change

    @Test(
        arguments: [
            (100, 112, .percent(12)), (100, 88, .percent(-12)), (100, 0, .percent(-100)), (100, 100, .percent(0)),
            (3, 4, .percent(33)), (0, 0, .percent(0)), (0, 5, .new), (200, 201, .percent(1)),
            (1_000, 1_004, .percent(0)),
            (1, .max, .percent(1_000_000_000_000_000)),
        ] as [(Int64, Int64, FigureChange)]
    )
    func changeIsAShareOfWhatWasBefore(_ before: Int64, _ now: Int64, _ expected: FigureChange) {
        #expect(FigureChange(from: before, to: now, isKnown: true) == expected)
        #expect(FigureChange(from: before, to: now, isKnown: false) == .unknown)
    }
}
