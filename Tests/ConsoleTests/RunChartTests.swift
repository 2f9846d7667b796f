import Testing

@testable import Console

/// What the chart of the last runs tells, to who sees colours and who does not.
@Suite struct RunChartTests {
    private static func point(_ outcome: String, second: Int, bytes: Int64 = 0, dryRun: Bool = false)
        -> TaskDocument.Point
    {
        TaskDocument.Point(
            id: "r\(second)",
            outcome: outcome,
            dryRun: dryRun,
            deleted: 1,
            bytes: bytes,
            endedAt: "2026-01-02T03:04:0\(second)Z"
        )
    }

    @Test func eachKindOfOutcomeHasAShapeOfItsOwn() throws {
        let outcomes = ["success", "failed", "partial", "refused", "cancelled", "skipped", "unavailable"]
        let chart = try #require(RunChart(outcomes.enumerated().map { Self.point($1, second: $0) }))
        let shapes = chart.bars.map { bar in bar.mark.map { $0.drop { $0 != "l" && $0 != "h" } } }
        #expect(shapes[0] == nil)
        #expect(shapes.dropFirst().allSatisfy { $0 != nil })
        #expect(shapes[1] != shapes[2] && shapes[2] != shapes[5] && shapes[1] != shapes[5])
        #expect(shapes[2] == shapes[3] && shapes[3] == shapes[4] && shapes[5] == shapes[6])
        #expect(chart.legend == "× failed, △ partial, refused or cancelled, – skipped or unavailable")
        // Each stands beneath its own bar.
        for bar in chart.bars {
            #expect(bar.mark.map { $0.hasPrefix("M\(bar.x)") || $0.hasPrefix("M\(bar.x + 4)") } ?? true)
        }
    }

    @Test func allIsSaidInWords() throws {
        let chart = try #require(
            RunChart([
                Self.point("success", second: 1, bytes: 1024), Self.point("failed", second: 2),
                Self.point("failed", second: 3), Self.point("partial", second: 4, bytes: 1024),
                Self.point("success", second: 5, bytes: 4096, dryRun: true),
            ])
        )
        #expect(
            chart.label
                == "The last 5 runs: 4 items deleted, 2.0 KiB; 2 failed, the last of them 2026-01-02 03:04:03 UTC; "
                + "1 partial, the last of them 2026-01-02 03:04:04 UTC; 2 success"
        )
        #expect(chart.bars.map(\.style) == ["good", "bad", "bad", "warn", "good dry"])
    }

    @Test func whereAllSucceededThereIsNothingToExplain() throws {
        let chart = try #require(RunChart([Self.point("success", second: 1)]))
        #expect(chart.legend == nil)
        #expect(chart.label.hasSuffix("; all succeeded"))
        #expect(RunChart([]) == nil)
    }
}
