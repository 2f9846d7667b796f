import Foundation
import Support
import Synchronization
import Telemetry
import Testing

/// Debian's Prometheus with native histograms switched on, scraping a registry in protobuf.
@Suite(.tags(.m3), .timeLimit(.minutes(10))) struct NativePrometheusTests {
    private let registry = Registry()
    private let wait = Family(
        "demo_wait_seconds",
        .histogram(buckets: [0.1, 1, 10]),
        unit: "seconds",
        help: "Waits.",
        labels: ["queue"]
    )

    /// Answers as the service does.
    private func makeTarget() throws -> ScrapeTarget {
        try ScrapeTarget { [registry] accept in
            let chosen = Negotiation.choose(accept: accept, acceptEncoding: nil)
            return ScrapeTarget.Answer(contentType: chosen.contentType, body: registry.render(chosen.format))
        }
    }

    /// Waits until what the registry holds now has been stored, and returns what the scraper asks for.
    private func waitForScrape(_ scrapes: inout AsyncStream<String>.Iterator) async throws -> String {
        var accept = ""
        // The first may have begun before now; the third begins when the second, which has all, is stored.
        for _ in 0..<3 { accept = try #require(await scrapes.next()) }
        return accept
    }

    private func expect(
        _ server: PrometheusServer,
        _ expression: String,
        _ value: Double,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await server.number(expression)
        #expect(found == value, "\(expression)", sourceLocation: sourceLocation)
    }

    @Test func storesNativeHistogramsAndAllElse() async throws {
        let full = try registry.histogram(wait, ["full"])
        _ = try registry.histogram(wait, ["empty"])
        let seed: UInt64 = 2042
        var generator = SeededGenerator(seed: seed)
        var values: [Double] = (0..<5000).map { _ in pow(10, Double.random(in: -3...2, using: &generator)) } + [0]
        for value in values { full.observe(value) }
        values.sort()
        try registry.counter(Family("demo_runs_total", .counter, help: "R.", labels: ["task"]), ["a\"\\\n"])
            .increment(by: 12345)
        try registry.gauge(Family("demo_level", .gauge, help: "L.")).set(-0.125)
        try registry.info(Family("demo_build_info", .info, help: "B.", labels: ["version"]), ["1.0"])
        let target = try makeTarget()
        defer { target.stop() }
        let arguments = ["--enable-feature=native-histograms"]
        try await PrometheusServer.with(target: target.port, arguments: arguments) { server in
            var scrapes = target.scrapes.makeAsyncIterator()
            let accept = try await waitForScrape(&scrapes)
            #expect(accept.hasPrefix("application/vnd.google.protobuf;"))
            try await expect(server, "up", 1)
            try await expect(server, "histogram_count(demo_wait_seconds{queue='full'})", 5001)
            try await expect(server, "histogram_sum(demo_wait_seconds{queue='full'})", full.sum)
            try await expect(server, "histogram_count(demo_wait_seconds{queue='empty'})", 0)
            for quantile in [0.1, 0.5, 0.9, 0.99] {
                let found = try await server.number(
                    "histogram_quantile(\(quantile), demo_wait_seconds{queue='full'})"
                )
                let ratio = (found ?? .nan) / values[Int(quantile * 5001)]
                // A bucket is 9 % wide.
                #expect(abs(ratio - 1) < 0.09, "seed \(seed), quantile \(quantile)")
            }
            let runs = try await server.query("demo_runs_total")
            #expect(runs.map(\.last) == [12345] && runs.map { $0.labels["task"] } == ["a\"\\\n"])
            try await expect(server, "demo_level", -0.125)
            try await expect(server, "demo_build_info{version='1.0'}", 1)
        }
    }

    @Test func widerBucketsAreNoRestart() async throws {
        let histogram = try registry.histogram(wait, ["full"])
        for step in 0..<150 { histogram.observe(pow(2, Double(step) / 8)) }
        let target = try makeTarget()
        defer { target.stop() }
        let arguments = ["--enable-feature=native-histograms"]
        try await PrometheusServer.with(target: target.port, arguments: arguments) { server in
            var scrapes = target.scrapes.makeAsyncIterator()
            _ = try await waitForScrape(&scrapes)
            for step in 0..<150 { histogram.observe(pow(2, -Double(step) / 8)) }
            #expect(try ScrapedFamily.histogram("demo_wait_seconds", in: registry).schema == 2)
            _ = try await waitForScrape(&scrapes)
            try await expect(server, "histogram_count(demo_wait_seconds)", 300)
            try await expect(server, "resets(demo_wait_seconds[30m])", 0)
            let increase = try await server.number("histogram_count(increase(demo_wait_seconds[30m]))")
            // Extrapolated: at least what was observed between the first and the last scrape.
            #expect((increase ?? 0) >= 150, "\(String(describing: increase))")
        }
    }

    @Test func withoutTheFlagItAsksForTextAndGetsClassicBuckets() async throws {
        try registry.histogram(wait, ["full"]).observe(0.5)
        let target = try makeTarget()
        defer { target.stop() }
        try await PrometheusServer.with(target: target.port) { server in
            var scrapes = target.scrapes.makeAsyncIterator()
            let accept = try await waitForScrape(&scrapes)
            #expect(accept.hasPrefix("application/openmetrics-text"))
            try await expect(server, "up", 1)
            try await expect(server, "demo_wait_seconds_bucket{le='1.0'}", 1)
            try await expect(server, "demo_wait_seconds_count", 1)
        }
    }
}
