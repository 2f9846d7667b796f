import Foundation
import Support
import Telemetry
import Testing

private let family = Family("demo_wait_seconds", .histogram(buckets: [1, 2.5]), unit: "seconds", help: "Waits.")

@Suite struct NativeHistogramTests {
    private let registry = Registry()

    private func observe(_ values: [Double]) throws -> ScrapedHistogram {
        let histogram = try registry.histogram(family)
        for value in values { histogram.observe(value) }
        return try ScrapedHistogram.histogram(in: registry)
    }

    @Test func emptyOneHasASpanOfNothing() throws {
        let read = try observe([])
        #expect(read.count == 0 && read.nativeTotal == 0)
        #expect(read.spans.count == 1 && read.spans[0] == (offset: 0, length: 0))
        #expect(read.schema == 3 && read.zeroThreshold == 0x1p-128)
        #expect(read.classic.map(\.bound) == [1, 2.5])
    }

    @Test func whatIsTooSmallForABucketIsZero() throws {
        let read = try observe([0, -0.0, .leastNonzeroMagnitude, 0x1p-128, (0x1p-128).nextUp])
        #expect(read.zeroCount == 4)
        #expect(read.native == [-1023: 1])
        #expect(read.count == 5 && read.classic.map(\.count) == [5, 5])
    }

    @Test func boundBelongsToItsBucket() throws {
        let read = try observe([1, 1.0.nextUp, 2, 2.0.nextUp, 0.5])
        #expect(read.native.filter { $0.value > 0 } == [0: 1, 1: 1, 8: 1, 9: 1, -8: 1])
    }

    @Test func gapOfTwoIsFilledAndOneOfThreeIsNot() throws {
        let schema = NativeSchema(3)
        let values = [1.0, 1.28, 1.8]
        #expect(values.map(schema.index) == [0, 3, 7])
        let read = try observe(values)
        #expect(read.native == [0: 1, 1: 0, 2: 0, 3: 1, 7: 1])
        #expect(read.spans.map(\.offset) == [0, 3] && read.spans.map(\.length) == [4, 1])
    }

    @Test func whatWouldSpoilTheSumIsInNoBucket() throws {
        let read = try observe([.nan, .infinity, -.infinity, -1, -.leastNonzeroMagnitude, 0.5])
        #expect(read.count == 1 && read.sum == 0.5 && read.nativeTotal == 1)
        #expect(Samples(registry)["cleanup_metrics_dropped_values_total"] == "5")
    }

    @Test func largestAndSmallestNumbersHaveABucketEach() throws {
        let read = try observe([.greatestFiniteMagnitude, .leastNormalMagnitude, 0x1p-127])
        #expect(read.native == [8192: 1, -1016: 1] && read.zeroCount == 1)
        #expect(read.spans.map(\.offset) == [-1016, 9207])
    }

    @Test(arguments: [(6.0, 3), (12.0, 2), (60.0, 0), (2000.0, -3)])
    func tooManyBucketsGetWiderAndNothingIsLost(powers: Double, schema: Int) throws {
        let seed: UInt64 = 77
        var generator = SeededGenerator(seed: seed)
        let values: [Double] = (0..<20_000).map { _ in
            guard powers <= 1000 else { return generator.finiteDouble().magnitude }
            return exp2(Double.random(in: -powers...powers, using: &generator))
        }
        let read = try observe(values)
        #expect(read.schema <= schema && read.schema >= schema - 1, "seed \(seed)")
        #expect(read.native.values.count { $0 > 0 } <= 160)
        let final = NativeSchema(read.schema)
        var expected: [Int: UInt64] = [:]
        for value in values where value > 0x1p-128 { expected[final.index(of: value), default: 0] += 1 }
        #expect(read.native.filter { $0.value > 0 } == expected, "seed \(seed)")
        #expect(read.zeroCount == UInt64(values.count { $0 <= 0x1p-128 }))
        #expect(read.count == 20_000 && read.nativeTotal == 20_000)
        #expect(read.classic.map(\.count) == [1, 2.5].map { bound in UInt64(values.count { $0 <= bound }) })
    }

    @Test func bucketsStayTheirWidthUntilTheLimitIsPassed() throws {
        let values = (0..<160).map { exp2(Double($0) / 8 + 0.01) }
        #expect(try observe(values).schema == 3)
        let wider = try observe([exp2(-1)])
        #expect(wider.schema == 2 && wider.nativeTotal == 161)
    }

    @Test(.tags(.m4)) func sixtyFourThreadsAndEachScrapeAgree() throws {
        #if DEBUG
            let rounds = Scale.rounds(2_750, nightly: 220_000)
        #else
            let rounds = 220_000
        #endif
        let histogram = try registry.histogram(family)
        // Whole numbers, for their sum to be exact; so spread that the buckets get wider on the way.
        let values = (0..<275).map { Double((8 + $0 % 11) << ($0 % 25)) }
        let work = ThreadedWork(threads: 64) {
            for round in 0..<rounds { histogram.observe(values[round % 275]) }
        }
        var last = try ScrapedHistogram.histogram(in: registry)
        var scrapes = 0
        repeat {
            let read = try ScrapedHistogram.histogram(in: registry)
            let agrees = read.nativeTotal == read.count && read.classic.allSatisfy { $0.count <= read.count }
            let rises = read.count >= last.count && read.sum >= last.sum && read.schema <= last.schema
            #expect(agrees && rises, "\(read) after \(last)")
            last = read
            scrapes += 1
        } while work.isRunning
        work.wait()
        let end = try ScrapedHistogram.histogram(in: registry)
        let sum = (0..<rounds).reduce(0.0) { $0 + values[$1 % 275] }
        #expect(end.count == UInt64(64 * rounds) && end.nativeTotal == end.count && end.sum == 64 * sum)
        #expect(end.schema == 2 && scrapes > 1)
    }
}

extension ScrapedHistogram {
    fileprivate static func histogram(in registry: Registry) throws -> ScrapedHistogram {
        try ScrapedFamily.histogram("demo_wait_seconds", in: registry)
    }
}
