import Support
import Telemetry
import Testing

@Suite struct ProtobufExpositionTests {
    /// The bytes of the families whose names begin with `demo_`, the length before each included.
    private func demoBytes(_ registry: Registry) throws -> [UInt8] {
        var rest = registry.render(.protobuf)[...]
        var bytes: [UInt8] = []
        while let first = rest.first {
            let second = rest[rest.startIndex + 1]
            let size = first < 0x80 ? 1 + Int(first) : 2 + Int(first & 0x7F) + Int(second) << 7
            let family = rest.prefix(size)
            if try ProtobufMessage.delimited(Array(family))[0].texts(1)[0].hasPrefix("demo_") { bytes += family }
            rest = rest.dropFirst(size)
        }
        return bytes
    }

    /// Bytes in hexadecimal, and texts between quotes.
    private func bytes(_ golden: String) throws -> [UInt8] {
        try golden.split(separator: "'", omittingEmptySubsequences: false).enumerated().flatMap { index, part in
            guard index.isMultiple(of: 2) else { return Array(part.utf8) }
            return try part.split(whereSeparator: \.isWhitespace).map { try #require(UInt8($0, radix: 16)) }
        }
    }

    @Test func numbersAreGolden() throws {
        let registry = Registry()
        try registry.gauge(Family("demo_age_seconds", .gauge, unit: "seconds", help: "Age.")).set(-2)
        try registry.info(Family("demo_facts_info", .info, help: "F.", labels: ["v", "w"]), ["\"é\n", ""])
        let counts = Family("demo_runs_total", .counter, help: "Runs.", labels: ["task"])
        try registry.counter(counts, ["b"]).increment(by: 300)
        try registry.counter(counts, ["a"]).increment(by: 0.5)
        let golden = """
            30  0A 10 'demo_age_seconds' 12 04 'Age.' 18 01
                22 0B 12 09 09 00 00 00 00 00 00 00 C0
                2A 07 'seconds'
            36  0A 0F 'demo_facts_info' 12 02 'F.' 18 01
                22 1D 0A 09 0A 01 'v' 12 04 '"é
            ' 0A 05 0A 01 'w' 12 00 12 09 09 00 00 00 00 00 00 F0 3F
            4A  0A 0F 'demo_runs_total' 12 05 'Runs.' 18 00
                22 16 0A 09 0A 04 'task' 12 01 'a' 1A 09 09 00 00 00 00 00 00 E0 3F
                22 16 0A 09 0A 04 'task' 12 01 'b' 1A 09 09 00 00 00 00 00 C0 72 40
            """
        #expect(try demoBytes(registry) == bytes(golden))
    }

    @Test func histogramIsGolden() throws {
        let registry = Registry()
        let family = Family("demo_wait", .histogram(buckets: [0.5, 2]), help: "W.", labels: ["q"])
        _ = try registry.histogram(family, ["0"])
        let histogram = try registry.histogram(family, ["1"])
        for value in [0, 0.25, 0.5, 0.5, 1.5, 4] { histogram.observe(value) }
        let golden = """
            B3 01  0A 09 'demo_wait' 12 02 'W.' 18 04
                22 42 0A 06 0A 01 'q' 12 01 '0' 3A 38
                    08 00 11 00 00 00 00 00 00 00 00
                    1A 0B 08 00 11 00 00 00 00 00 00 E0 3F
                    1A 0B 08 00 11 00 00 00 00 00 00 00 40
                    28 06 31 00 00 00 00 00 00 F0 37 38 00
                    62 04 08 00 10 00
                22 5C 0A 06 0A 01 'q' 12 01 '1' 3A 52
                    08 06 11 00 00 00 00 00 00 1B 40
                    1A 0B 08 04 11 00 00 00 00 00 00 E0 3F
                    1A 0B 08 05 11 00 00 00 00 00 00 00 40
                    28 06 31 00 00 00 00 00 00 F0 37 38 01
                    62 04 08 1F 10 01
                    62 04 08 0E 10 01
                    62 04 08 18 10 01
                    62 04 08 14 10 01
                    68 02 68 02 68 01 68 00
            """
        #expect(try demoBytes(registry) == bytes(golden))
    }

    @Test(.tags(.m1)) func readerFindsWhatFiveHundredRandomRegistriesHold() throws {
        let seed: UInt64 = 313_131
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let random = try RandomRegistry(using: &generator)
            let families = try ScrapedFamily.read(random.registry.render(.protobuf))
            for expected in random.expected.families {
                let family = try #require(families[expected.name], "seed \(seed)")
                let types: [String: UInt64] = ["counter": 0, "gauge": 1, "info": 1, "histogram": 4]
                #expect(family.help == expected.help && family.type == types[expected.kind], "seed \(seed)")
                #expect(family.unit ?? "" == expected.unit, "seed \(seed)")
            }
            let read = families.values.filter { $0.name.hasPrefix("random_") }.flatMap(\.samples)
            #expect(Set(read) == Set(random.expected.samples.map(\.line)), "seed \(seed)")
            #expect(read.count == random.expected.samples.count, "seed \(seed)")
        }
    }

    @Test func everyFamilyOfTheCatalogueIsReadInBothFormatsAlike() throws {
        let registry = Registry()
        for family in Catalogue.all where !family.name.hasPrefix("cleanup_metrics_") {
            let labels = family.labels.map { _ in "x" }
            switch family.kind {
            case .counter: try registry.counter(family, labels).increment(by: 7)
            case .gauge: try registry.gauge(family, labels).set(0.25)
            case .histogram: try registry.histogram(family, labels).observe(0.3)
            case .info: try registry.info(family, labels)
            }
        }
        let families = try ScrapedFamily.read(registry.render(.protobuf))
        #expect(Set(families.keys) == Set(Catalogue.all.map(\.name)))
        let histograms = families.values.filter { $0.type == 4 }.flatMap(\.metrics).compactMap(\.histogram)
        #expect(histograms.count >= 5 && histograms.allSatisfy { $0.native == [-13: 1] && $0.count == 1 })
        // Three lines beside its buckets for a histogram: sum, count and the bucket +Inf.
        let lines = registry.render(.text).split(separator: UInt8(ascii: "\n")).filter { $0.first != UInt8(ascii: "#") }
        #expect(families.values.flatMap(\.samples).count == lines.count)
    }
}

extension RandomRegistry.Expected.Sample {
    /// Name, labels, bound and value in one text that tells samples apart.
    fileprivate var line: String {
        "\(name) \(labels.sorted { $0.key < $1.key }) \(bound ?? "") \(value)"
    }
}

extension ScrapedFamily {
    /// As the same family would read in text.
    fileprivate var samples: [String] {
        metrics.flatMap { metric -> [String] in
            func line(_ end: String, _ value: Double, bound: Double? = nil) -> String {
                let bits = { (number: Double) in
                    String(number.isNaN ? Double.nan.bitPattern : number.bitPattern, radix: 16)
                }
                return RandomRegistry.Expected.Sample(
                    name: name + end,
                    labels: metric.labels,
                    bound: bound.map(bits),
                    value: bits(value)
                ).line
            }
            guard let histogram = metric.histogram else { return metric.number.map { [line("", $0)] } ?? [] }
            return histogram.classic.map { line("_bucket", Double($0.count), bound: $0.bound) } + [
                line("_bucket", Double(histogram.count), bound: .infinity),
                line("_count", Double(histogram.count)), line("_sum", histogram.sum),
            ]
        }
    }
}
