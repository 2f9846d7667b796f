import Foundation
import Support
import Telemetry

/// A registry of random families and values, and what a parser must read out of it.
struct RandomRegistry {
    let registry = Registry()
    private(set) var expected = Expected()

    /// What must be read; numbers as the hexadecimal bits of a double, for JSON would round them.
    struct Expected: Encodable {
        var families: [Family] = []
        var samples: [Sample] = []

        struct Family: Encodable {
            let name: String
            let base: String
            let kind: String
            let unit: String
            let help: String
        }

        struct Sample: Encodable {
            let name: String
            let labels: [String: String]
            /// The bound of a bucket.
            var bound: String?
            let value: String
        }
    }

    init(using generator: inout SeededGenerator) throws {
        let count = Int.random(in: 1...6, using: &generator)
        for index in 0..<count {
            let unit = [nil, "seconds", "bytes"].randomElement(using: &generator) ?? nil
            let name = "random_\(index)" + (unit.map { "_" + $0 } ?? "")
            let labels = ["task", "Reason_2", "x"].filter { _ in Bool.random(using: &generator) }
            let help = generator.hostileText(maxLength: 6).trimmingCharacters(in: .whitespacesAndNewlines) + "."
            let series = Int.random(in: 1...4, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: try addCounters(name, unit, help, labels, series, &generator)
            case 1: try addGauges(name, unit, help, labels, series, &generator)
            case 2: try addHistograms(name, unit, help, labels, series, &generator)
            default: try addInfos("random_\(index)", help, labels, series, &generator)
            }
        }
    }

    private mutating func addCounters(
        _ base: String,
        _ unit: String?,
        _ help: String,
        _ labels: [String],
        _ series: Int,
        _ generator: inout SeededGenerator
    ) throws {
        let family = Family(base + "_total", .counter, unit: unit, help: help, labels: labels)
        add(family, "counter")
        for values in Self.labelSets(labels, series, &generator) {
            let counter = try registry.counter(family, values)
            let whole = generator.next() >> UInt64.random(in: 0..<64, using: &generator)
            counter.increment(by: whole)
            var value = Double(whole)
            if Bool.random(using: &generator) {
                let fraction = Double.random(in: 0.1..<0.9, using: &generator)
                counter.increment(by: fraction)
                value += fraction
            }
            add(family.name, labels, values, value)
        }
    }

    private mutating func addGauges(
        _ base: String,
        _ unit: String?,
        _ help: String,
        _ labels: [String],
        _ series: Int,
        _ generator: inout SeededGenerator
    ) throws {
        let family = Family(base, .gauge, unit: unit, help: help, labels: labels)
        add(family, "gauge")
        for values in Self.labelSets(labels, series, &generator) {
            let special: [Double] = [.nan, .infinity, -.infinity, -0.0, 0, 1e6, 1]
            let value =
                Bool.random(using: &generator)
                ? generator.finiteDouble() : special.randomElement(using: &generator) ?? 0
            try registry.gauge(family, values).set(value)
            add(base, labels, values, value)
        }
    }

    private mutating func addHistograms(
        _ base: String,
        _ unit: String?,
        _ help: String,
        _ labels: [String],
        _ series: Int,
        _ generator: inout SeededGenerator
    ) throws {
        let bounds = Set((0..<6).map { _ in generator.finiteDouble().magnitude } + [0.1, 1, 1e6]).sorted()
        let family = Family(base, .histogram(buckets: bounds), unit: unit, help: help, labels: labels)
        add(family, "histogram")
        for values in Self.labelSets(labels, series, &generator) {
            let histogram = try registry.histogram(family, values)
            var seen: [Double] = []
            for _ in 0..<Int.random(in: 0...8, using: &generator) {
                let isOnBound = Bool.random(using: &generator)
                let random = Double.random(in: 0..<2, using: &generator)
                let value = isOnBound ? bounds.randomElement(using: &generator) ?? 0 : random
                histogram.observe(value)
                seen.append(value)
            }
            for bound in bounds + [.infinity] {
                add(base + "_bucket", labels, values, Double(seen.count { $0 <= bound }), bound: bound)
            }
            add(base + "_count", labels, values, Double(seen.count))
            add(base + "_sum", labels, values, seen.reduce(0) { min($0 + $1, .greatestFiniteMagnitude) })
        }
    }

    private mutating func addInfos(
        _ base: String,
        _ help: String,
        _ labels: [String],
        _ series: Int,
        _ generator: inout SeededGenerator
    ) throws {
        let family = Family(base + "_info", .info, help: help, labels: labels)
        add(family, "info")
        for values in Self.labelSets(labels, series, &generator) {
            try registry.info(family, values)
            add(family.name, labels, values, 1)
        }
    }

    private mutating func add(_ family: Family, _ kind: String) {
        expected.families.append(
            .init(
                name: family.name,
                base: family.base,
                kind: kind,
                unit: family.unit ?? "",
                help: family.help
            )
        )
    }

    private mutating func add(
        _ name: String,
        _ labels: [String],
        _ values: [String],
        _ value: Double,
        bound: Double? = nil
    ) {
        let pairs = Dictionary(uniqueKeysWithValues: zip(labels, values))
        expected.samples.append(.init(name: name, labels: pairs, bound: bound.map(Self.bits), value: Self.bits(value)))
    }

    private static func bits(_ value: Double) -> String {
        String(value.isNaN ? Double.nan.bitPattern : value.bitPattern, radix: 16)
    }

    /// Different label sets; one empty set if there are no labels.
    private static func labelSets(
        _ labels: [String],
        _ count: Int,
        _ generator: inout SeededGenerator
    ) -> [[String]] {
        guard !labels.isEmpty else { return [[]] }
        return (0..<count).map { index in
            // An empty value is a label that is not there: only the first set may have one.
            labels.map { _ in (index == 0 ? "" : "\(index)") + generator.hostileText() }
        }
    }
}
