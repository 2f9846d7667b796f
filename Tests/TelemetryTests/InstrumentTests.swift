import Telemetry
import Testing

private let bytes = Family("demo_bytes_total", .counter, unit: "bytes", help: "Bytes.")
private let level = Family("demo_level", .gauge, help: "Level.")
private let wait = Family("demo_wait_seconds", .histogram(buckets: [1, 2.5]), unit: "seconds", help: "Waits.")
private let dropped = "cleanup_metrics_dropped_values_total"

@Suite struct InstrumentTests {
    @Test func wholeIncrementsAreExactToTheLastBit() throws {
        let registry = Registry()
        let counter = try registry.counter(bytes)
        counter.increment(by: UInt64.max - 2)
        counter.increment(by: 1)
        counter.increment()
        #expect(Samples(registry)["demo_bytes_total"] == "18446744073709551615")
        #expect(counter.value == 0x1p64)
        counter.increment()
        #expect(Samples(registry)["demo_bytes_total"] == "1.8446744073709552e+19")
    }

    @Test func fractionsAndWholeNumbersAddUp() throws {
        let registry = Registry()
        let counter = try registry.counter(bytes)
        counter.increment(by: 3)
        counter.increment(by: 2.0)
        #expect(Samples(registry)["demo_bytes_total"] == "5")
        counter.increment(by: 0.25)
        counter.increment(by: 0.5)
        #expect(counter.value == 5.75)
        #expect(Samples(registry)["demo_bytes_total"] == "5.75")
    }

    @Test func valuesThatWouldSpoilACounterAreIgnoredAndCounted() throws {
        let registry = Registry()
        let counter = try registry.counter(bytes)
        counter.increment(by: 7)
        counter.increment(by: -1)
        for value in [-0.5, .nan, .infinity, -.infinity, .signalingNaN] { counter.increment(by: value) }
        counter.increment(by: -0.0)
        counter.increment(by: 0)
        let samples = Samples(registry)
        #expect(samples["demo_bytes_total"] == "7")
        #expect(samples[dropped] == "6")
    }

    @Test func hugeFractionsNeverMakeACounterInfinite() throws {
        let registry = Registry()
        let counter = try registry.counter(bytes)
        for _ in 0..<3 { counter.increment(by: Double.greatestFiniteMagnitude) }
        #expect(counter.value == .greatestFiniteMagnitude)
    }

    @Test func gaugeTakesAnyValue() throws {
        let registry = Registry()
        let gauge = try registry.gauge(level)
        for (value, written) in [(-2.5, "-2.5"), (.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (3, "3")] {
            gauge.set(value)
            #expect(Samples(registry)["demo_level"] == written)
        }
        gauge.add(1)
        gauge.add(-6)
        #expect(gauge.value == -2)
    }

    @Test func boundBelongsToItsBucket() throws {
        let registry = Registry()
        let histogram = try registry.histogram(wait)
        for value in [0, 1, 1.0000000000000002, 2.5, 2.5000000000000004, 1e300] { histogram.observe(value) }
        let samples = Samples(registry)
        #expect(samples["demo_wait_seconds_bucket{le=\"1\"}"] == "2")
        #expect(samples["demo_wait_seconds_bucket{le=\"2.5\"}"] == "4")
        #expect(samples["demo_wait_seconds_bucket{le=\"+Inf\"}"] == "6")
        #expect(samples["demo_wait_seconds_count"] == "6")
        #expect(samples["demo_wait_seconds_sum"] == "1e+300")
        #expect(histogram.count == 6)
        #expect(histogram.sum == 1e300)
    }

    @Test func observationsThatWouldSpoilASumAreIgnoredAndCounted() throws {
        let registry = Registry()
        let histogram = try registry.histogram(wait)
        for value in [.nan, .infinity, -.infinity, -1, 0.5] { histogram.observe(value) }
        #expect(histogram.count == 1)
        #expect(histogram.sum == 0.5)
        #expect(Samples(registry)[dropped] == "4")
        for _ in 0..<3 { histogram.observe(.greatestFiniteMagnitude) }
        #expect(histogram.sum == .greatestFiniteMagnitude)
    }
}
