import Support
import Telemetry
import Testing

@Suite struct ExpositionTests {
    /// A registry with one family of each kind and labels that need escapes.
    private func makeRegistry() throws -> Registry {
        let registry = Registry()
        let failures = Family("demo_failures_total", .counter, help: #"Say "why"."#, labels: ["task", "reason"])
        try registry.counter(failures, ["b", "io"]).increment(by: 1_000_000)
        try registry.counter(failures, ["a\"\\\n", "io"]).increment(by: 0.5)
        try registry.counter(failures, ["a", ""]).increment()
        try registry.info(
            Family("demo_build_info", .info, help: "A \\ and\na line.", labels: ["version"]),
            ["1.0"]
        )
        let wait = Family(
            "demo_wait_seconds",
            .histogram(buckets: [0.1, 1, 1e6]),
            unit: "seconds",
            help: "Waits.",
            labels: ["queue"]
        )
        let histogram = try registry.histogram(wait, ["q"])
        for value in [0.05, 0.5, 2] { histogram.observe(value) }
        try registry.gauge(Family("demo_age_seconds", .gauge, unit: "seconds", help: "Age.")).set(2)
        try registry.gauge(Family("demo_unknown", .gauge, help: "Not known.")).set(.nan)
        // Registered, but no series is left: nothing of it may appear.
        let gone = Family("demo_gone", .gauge, help: "Gone.")
        _ = try registry.gauge(gone)
        registry.remove(gone)
        return registry
    }

    private func demoLines(_ body: [UInt8]) -> String {
        String(decoding: body, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.contains("cleanup_metrics_") }.joined(separator: "\n")
    }

    @Test func textFormatIsGolden() throws {
        #expect(
            demoLines(try makeRegistry().render(.text)) == #"""
                # HELP demo_age_seconds Age.
                # TYPE demo_age_seconds gauge
                demo_age_seconds 2
                # HELP demo_build_info A \\ and\na line.
                # TYPE demo_build_info gauge
                demo_build_info{version="1.0"} 1
                # HELP demo_failures_total Say "why".
                # TYPE demo_failures_total counter
                demo_failures_total{task="a",reason=""} 1
                demo_failures_total{task="a\"\\\n",reason="io"} 0.5
                demo_failures_total{task="b",reason="io"} 1000000
                # HELP demo_unknown Not known.
                # TYPE demo_unknown gauge
                demo_unknown NaN
                # HELP demo_wait_seconds Waits.
                # TYPE demo_wait_seconds histogram
                demo_wait_seconds_bucket{queue="q",le="0.1"} 1
                demo_wait_seconds_bucket{queue="q",le="1"} 2
                demo_wait_seconds_bucket{queue="q",le="1e+06"} 3
                demo_wait_seconds_bucket{queue="q",le="+Inf"} 3
                demo_wait_seconds_sum{queue="q"} 2.55
                demo_wait_seconds_count{queue="q"} 3

                """#
        )
    }

    @Test func openMetricsFormatIsGolden() throws {
        #expect(
            demoLines(try makeRegistry().render(.openMetrics)) == #"""
                # TYPE demo_age_seconds gauge
                # UNIT demo_age_seconds seconds
                # HELP demo_age_seconds Age.
                demo_age_seconds 2.0
                # TYPE demo_build info
                # HELP demo_build A \\ and\na line.
                demo_build_info{version="1.0"} 1
                # TYPE demo_failures counter
                # HELP demo_failures Say \"why\".
                demo_failures_total{task="a",reason=""} 1
                demo_failures_total{task="a\"\\\n",reason="io"} 0.5
                demo_failures_total{task="b",reason="io"} 1000000
                # TYPE demo_unknown gauge
                # HELP demo_unknown Not known.
                demo_unknown NaN
                # TYPE demo_wait_seconds histogram
                # UNIT demo_wait_seconds seconds
                # HELP demo_wait_seconds Waits.
                demo_wait_seconds_bucket{queue="q",le="0.1"} 1
                demo_wait_seconds_bucket{queue="q",le="1.0"} 2
                demo_wait_seconds_bucket{queue="q",le="1e+06"} 3
                demo_wait_seconds_bucket{queue="q",le="+Inf"} 3
                demo_wait_seconds_sum{queue="q"} 2.55
                demo_wait_seconds_count{queue="q"} 3
                # EOF

                """#
        )
    }

    @Test func onlyAttemptsAreReadLast() {
        #expect(Catalogue.all.filter(\.isReadLast) == [Catalogue.itemAttempts])
    }

    @Test(.tags(.m9)) func thousandHostileNamesStayWithinTheCap() throws {
        let registry = Registry(maxSeriesPerFamily: 100)
        let family = Family("demo_hostile_total", .counter, help: "Hostile.", labels: ["task", "reason"])
        let seed: UInt64 = 1000
        var generator = SeededGenerator(seed: seed)
        for number in 0..<1000 {
            let name = "\(number)" + generator.hostileText()
            try registry.counter(family, [name, generator.hostileText()]).increment()
        }
        // Those that have a series keep it.
        let body = String(decoding: registry.render(.text), as: UTF8.self)
        let lines = body.split(separator: "\n").filter { $0.hasPrefix("demo_hostile_total{") }
        #expect(lines.count == 100, "seed \(seed)")
        let total = lines.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
        #expect(total == 1000, "seed \(seed)")
        let samples = Samples(registry)
        #expect(samples["demo_hostile_total{task=\"other\",reason=\"other\"}"] == "901")
        #expect(samples["cleanup_metrics_dropped_series_total"] == "901")
        let judged = try Tool.promtool(registry.render(.text))
        #expect(judged.status == 0, "\(judged.output)")
    }

    @Test func familyHasRoomAgainAfterRemoval() throws {
        let registry = Registry(maxSeriesPerFamily: 3)
        let family = Family("demo_tasks", .gauge, help: "Tasks.", labels: ["task"])
        for task in ["a", "b", "c", "d"] { try registry.gauge(family, [task]).set(1) }
        #expect(
            Samples(registry).series(of: "demo_tasks")
                == ["demo_tasks{task=\"a\"}", "demo_tasks{task=\"b\"}", "demo_tasks{task=\"other\"}"]
        )
        registry.removeAll(where: "task", equals: "a")
        registry.removeAll(where: "task", equals: "other")
        _ = try registry.gauge(family, ["c"])
        #expect(
            Samples(registry).series(of: "demo_tasks") == ["demo_tasks{task=\"b\"}", "demo_tasks{task=\"c\"}"]
        )
    }
}
