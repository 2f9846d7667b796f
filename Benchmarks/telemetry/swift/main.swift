import Foundation
import Telemetry

/// Prints `name nanoseconds`, one line for each measured operation: the best of several rounds, in wall time.
func measure(_ name: String, iterations: Int, rounds: Int = 5, _ body: (Int) throws -> Void) rethrows {
    let clock = ContinuousClock()
    var best = Double.infinity
    for _ in 0..<rounds {
        let duration = try clock.measure { try body(iterations) }
        best = min(best, duration / .nanoseconds(1) / Double(iterations))
    }
    print(name, best)
}

/// 9,000 counters and gauges, and 72 histograms of 13 bounds: 10,080 series, as a scrape counts them.
func makeLargeRegistry() throws -> Registry {
    let registry = Registry(maxSeriesPerFamily: 20_000)
    for family in 0..<9 {
        let isCounter = family.isMultiple(of: 2)
        let definition = Family(
            isCounter ? "bench_\(family)_total" : "bench_\(family)",
            isCounter ? .counter : .gauge,
            help: "A family of the benchmark.",
            labels: ["task", "reason"]
        )
        for series in 0..<1000 {
            let values = ["task-\(series % 100)", "reason-\(series / 100)"]
            let value = Double(series) * 1.37
            if isCounter {
                try registry.counter(definition, values).increment(by: value)
            } else {
                try registry.gauge(definition, values).set(value)
            }
        }
    }
    let histogram = Family(
        "bench_duration_seconds",
        .histogram(buckets: buckets),
        unit: "seconds",
        help: "A histogram of the benchmark.",
        labels: ["task"]
    )
    for series in 0..<72 {
        let handle = try registry.histogram(histogram, ["task-\(series)"])
        for value in 0..<100 { handle.observe(Double(value) * 0.7) }
    }
    return registry
}

let buckets: [Double] = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600]
/// Durations from 0.1 ms to 1,000 s, each as likely on a logarithmic scale, in no order; the peer has the same.
let spread: [Double] = (0..<1024).map { pow(10, Double($0 * 389 % 1024) / 1024 * 7 - 4) }
let registry = Registry()
let counter = try registry.counter(Family("bench_total", .counter, help: "A counter of the benchmark."))
measure("counter increment", iterations: 20_000_000) { count in
    for _ in 0..<count { counter.increment() }
}
measure("counter increment by 1.5", iterations: 10_000_000) { count in
    for _ in 0..<count { counter.increment(by: 1.5) }
}
let histogram = try registry.histogram(
    Family("bench_seconds", .histogram(buckets: buckets), unit: "seconds", help: "A histogram of the benchmark.")
)
measure("histogram observe", iterations: 10_000_000) { count in
    for index in 0..<count { histogram.observe(Double(index & 15)) }
}
let spreadHistogram = try registry.histogram(
    Family("bench_spread_seconds", .histogram(buckets: buckets), unit: "seconds", help: "Another of them.")
)
measure("histogram observe, spread", iterations: 10_000_000) { count in
    for index in 0..<count { spreadHistogram.observe(spread[index & 1023]) }
}
let large = try makeLargeRegistry()
for (name, format) in [("text", ExpositionFormat.text), ("OpenMetrics", .openMetrics), ("protobuf", .protobuf)] {
    measure("render 10,000 series, \(name)", iterations: 50) { count in
        for _ in 0..<count { precondition(large.render(format).count > 300_000, "the body is too short") }
    }
}
