import Telemetry
import Testing

private let failures = Family("demo_failures_total", .counter, help: "Failures.", labels: ["task", "reason"])
private let size = Family("demo_size_bytes", .gauge, unit: "bytes", help: "Size.", labels: ["task"])
private let wait = Family("demo_wait_seconds", .histogram(buckets: [1, 2]), unit: "seconds", help: "Waits.")

@Suite struct RegistryTests {
    @Test func sameLabelsGiveSameHandle() throws {
        let registry = Registry()
        let first = try registry.counter(failures, ["logs", "io"])
        let again = try registry.counter(failures, ["logs", "io"])
        let other = try registry.counter(failures, ["io", "logs"])
        #expect(first === again)
        #expect(first !== other)
        #expect(try registry.gauge(size, ["logs"]) === registry.gauge(size, ["logs"]))
        #expect(try registry.histogram(wait) === registry.histogram(wait))
    }

    @Test func textsThatOnlyLookEqualAreDifferentLabels() throws {
        let registry = Registry()
        let composed = try registry.gauge(size, ["caf\u{E9}"])
        let decomposed = try registry.gauge(size, ["cafe\u{301}"])
        #expect(composed !== decomposed)
    }

    @Test(
        arguments: [
            (Family("demo", .counter, help: "x"), .illegalName),
            (Family("_total", .counter, help: "x"), .illegalName),
            (Family("9demo", .gauge, help: "x"), .illegalName),
            (Family("", .gauge, help: "x"), .illegalName),
            (Family("demo metric", .gauge, help: "x"), .illegalName),
            (Family("démo", .gauge, help: "x"), .illegalName),
            (Family("demo_total", .gauge, help: "x"), .illegalName),
            (Family("demo_count", .gauge, help: "x"), .illegalName),
            (Family("demo_bucket_total", .counter, help: "x"), .illegalName),
            (Family("demo_sum", .histogram(buckets: [1]), help: "x"), .illegalName),
            (Family("demo", .info, help: "x"), .illegalName),
            (Family("demo_seconds", .gauge, unit: "bytes", help: "x"), .illegalName),
            (Family("demo_seconds_info", .info, unit: "seconds", help: "x"), .illegalName),
            (Family("demo", .gauge, help: "x", labels: ["a-b"]), .illegalLabel),
            (Family("demo", .gauge, help: "x", labels: ["__name__"]), .illegalLabel),
            (Family("demo", .histogram(buckets: [1]), help: "x", labels: ["le"]), .illegalLabel),
            (Family("demo", .gauge, help: "x", labels: ["a", "a"]), .illegalLabel),
            (Family("demo", .histogram(buckets: []), help: "x"), .illegalBuckets),
            (Family("demo", .histogram(buckets: [1, 1]), help: "x"), .illegalBuckets),
            (Family("demo", .histogram(buckets: [2, 1]), help: "x"), .illegalBuckets),
            (Family("demo", .histogram(buckets: [-1, 1]), help: "x"), .illegalBuckets),
            (Family("demo", .histogram(buckets: [1, .infinity]), help: "x"), .illegalBuckets),
            (Family("demo", .histogram(buckets: [.nan]), help: "x"), .illegalBuckets),
        ] as [(Family, RegistryError.Code)]
    )
    func illegalFamilyIsRefused(family: Family, code: RegistryError.Code) {
        let registry = Registry()
        let labels = family.labels.map { _ in "x" }
        let error = #expect(throws: RegistryError.self) {
            switch family.kind {
            case .counter: _ = try registry.counter(family, labels)
            case .gauge: _ = try registry.gauge(family, labels)
            case .histogram: _ = try registry.histogram(family, labels)
            case .info: try registry.info(family, labels)
            }
        }
        #expect(error?.code == code)
        #expect(Samples(registry).series(of: family.name).isEmpty)
    }

    @Test(
        arguments: [
            Family("demo_failures_total", .counter, help: "Other help.", labels: ["task", "reason"]),
            Family("demo_failures_total", .counter, help: "Failures.", labels: ["reason", "task"]),
            Family("demo_failures_total", .counter, help: "Failures.", labels: ["task", "reason"], isReadLast: true),
        ]
    )
    func secondDefinitionOfANameIsRefused(other: Family) throws {
        let registry = Registry()
        _ = try registry.counter(failures, ["a", "b"])
        let error = #expect(throws: RegistryError.self) { try registry.counter(other, ["a", "b"]) }
        #expect(error?.code == .mismatch)
    }

    @Test func gaugeCannotTakeTheOpenMetricsNameOfACounter() throws {
        let registry = Registry()
        _ = try registry.counter(failures, ["a", "b"])
        let gauge = Family("demo_failures", .gauge, help: "Failures.")
        let error = #expect(throws: RegistryError.self) { try registry.gauge(gauge) }
        #expect(error?.code == .mismatch)
        #expect(error?.description.contains("demo_failures") == true)
    }

    @Test func wrongKindAndWrongLabelCountAreRefused() throws {
        let registry = Registry()
        #expect(#expect(throws: RegistryError.self) { try registry.gauge(failures, ["a", "b"]) }?.code == .wrongKind)
        #expect(#expect(throws: RegistryError.self) { try registry.counter(size, ["a"]) }?.code == .wrongKind)
        #expect(#expect(throws: RegistryError.self) { try registry.histogram(size, ["a"]) }?.code == .wrongKind)
        #expect(#expect(throws: RegistryError.self) { try registry.info(size, ["a"]) }?.code == .wrongKind)
        #expect(#expect(throws: RegistryError.self) { try registry.counter(failures) }?.code == .wrongLabelCount)
        #expect(
            #expect(throws: RegistryError.self) { try registry.gauge(size, ["a", "b"]) }?.code == .wrongLabelCount
        )
    }

    @Test func removedSeriesIsGoneAndStartsAnew() throws {
        let registry = Registry()
        let handle = try registry.counter(failures, ["logs", "io"])
        handle.increment()
        registry.remove(failures, ["logs", "io"])
        handle.increment()
        #expect(Samples(registry).series(of: "demo_failures_total").isEmpty)
        #expect(try registry.counter(failures, ["logs", "io"]).value == 0)
        registry.remove(failures, ["never", "there"])
        registry.remove(size, ["never"])
    }

    @Test func removeAllTakesEverySeriesOfATask() throws {
        let registry = Registry()
        for task in ["logs", "previews", "logs2"] {
            for reason in ["io", "timeout"] { _ = try registry.counter(failures, [task, reason]) }
            _ = try registry.gauge(size, [task])
        }
        _ = try registry.histogram(wait)
        registry.removeAll(where: "task", equals: "logs")
        let samples = Samples(registry)
        #expect(
            samples.series(of: "demo_failures_total") == [
                "demo_failures_total{task=\"logs2\",reason=\"io\"}",
                "demo_failures_total{task=\"logs2\",reason=\"timeout\"}",
                "demo_failures_total{task=\"previews\",reason=\"io\"}",
                "demo_failures_total{task=\"previews\",reason=\"timeout\"}",
            ]
        )
        #expect(samples.series(of: "demo_size_bytes").count == 2)
        #expect(samples["demo_wait_seconds_count"] == "0")
    }

    @Test func collectorRunsAtEachScrapeAndItsFailureIsCounted() throws {
        struct Broken: Error {}
        let gauge = Family("demo_scrapes", .gauge, help: "Scrapes.")
        let heard = try Registry().counter(Family("heard_total", .counter, help: "Errors that were heard of."))
        let registry = Registry(onGatherError: { error in if error is Broken { heard.increment() } })
        let scrapes = try registry.gauge(gauge)
        registry.addCollector {
            scrapes.add(1)
            if scrapes.value == 2 { throw Broken() }
        }
        #expect(Samples(registry)["demo_scrapes"] == "1")
        let second = Samples(registry)
        #expect(second["demo_scrapes"] == "2")
        #expect(second["cleanup_metrics_gather_errors_total{cause=\"gathering\"}"] == "1")
        #expect(second["cleanup_metrics_gather_errors_total{cause=\"encoding\"}"] == "0")
        registry.countGatherError(.encoding)
        #expect(Samples(registry)["cleanup_metrics_gather_errors_total{cause=\"encoding\"}"] == "1")
        #expect(heard.value == 1)
    }

    @Test func scrapeShowsHowLongTheOneBeforeTook() {
        let registry = Registry()
        #expect(Samples(registry).number("cleanup_metrics_gather_duration_seconds") == 0)
        let second = Samples(registry).number("cleanup_metrics_gather_duration_seconds") ?? -1
        #expect(second > 0 && second < 60)
    }
}
