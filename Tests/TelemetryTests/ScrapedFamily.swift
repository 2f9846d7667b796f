import Telemetry

/// What a scraper understands of one `MetricFamily`.
struct ScrapedFamily {
    struct Metric {
        let labels: [String: String]
        /// Of counters and gauges.
        let number: Double?
        let histogram: ScrapedHistogram?
    }

    let name: String
    let help: String
    let type: UInt64
    let unit: String?
    let metrics: [Metric]

    init(_ message: ProtobufMessage) throws {
        name = try message.texts(1).single()
        help = try message.texts(2).single()
        type = try message.wholes(3).single()
        unit = try message.texts(5).first
        metrics = try message.messages(4).map { metric in
            let pairs = try metric.messages(1).map { (try $0.texts(1).single(), try $0.texts(2).single()) }
            return Metric(
                labels: Dictionary(uniqueKeysWithValues: pairs),
                number: try (metric.messages(2) + metric.messages(3)).first?.doubles(1).single(),
                histogram: try metric.messages(7).first.map(ScrapedHistogram.init)
            )
        }
    }

    /// All families of a body by their names, as a scraper reads them.
    static func read(_ body: [UInt8]) throws -> [String: ScrapedFamily] {
        let families = try ProtobufMessage.delimited(body).map(ScrapedFamily.init)
        return Dictionary(uniqueKeysWithValues: families.map { ($0.name, $0) })
    }

    /// The histogram of a family that has one series.
    static func histogram(_ name: String, in registry: Registry) throws -> ScrapedHistogram {
        guard let metrics = try read(registry.render(.protobuf))[name]?.metrics, metrics.count == 1,
            let histogram = metrics[0].histogram
        else { throw ProtobufMessage.Malformed() }
        return histogram
    }
}

/// Classic and native buckets of one series.
struct ScrapedHistogram {
    let count: UInt64
    let sum: Double
    /// Cumulative.
    let classic: [(bound: Double, count: UInt64)]
    let schema: Int
    let zeroThreshold: Double
    let zeroCount: UInt64
    let spans: [(offset: Int, length: UInt64)]
    /// By index; empty ones within a span are there, too.
    let native: [Int: UInt64]

    init(_ message: ProtobufMessage) throws {
        count = try message.wholes(1).single()
        sum = try message.doubles(2).single()
        classic = try message.messages(3).map { (try $0.doubles(2).single(), try $0.wholes(1).single()) }
        schema = try message.signed(5).single()
        zeroThreshold = try message.doubles(6).single()
        zeroCount = try message.wholes(7).single()
        spans = try message.messages(12).map { (try $0.signed(1).single(), try $0.wholes(2).single()) }
        native = try Self.buckets(spans, deltas: message.signed(13))
        // Counts in floating point, and buckets of negative observations.
        guard message.numbers.allSatisfy({ [1, 2, 3, 5, 6, 7, 12, 13].contains($0) }) else {
            throw ProtobufMessage.Malformed()
        }
    }

    /// All observations that are in native buckets, zero included.
    var nativeTotal: UInt64 { native.values.reduce(zeroCount, +) }

    private static func buckets(_ spans: [(offset: Int, length: UInt64)], deltas: [Int]) throws -> [Int: UInt64] {
        var buckets: [Int: UInt64] = [:]
        var rest = deltas[...]
        var index = 0
        var count = 0
        for (position, span) in spans.enumerated() {
            guard position == 0 || span.offset >= 0 else { throw ProtobufMessage.Malformed() }
            index += span.offset
            for _ in 0..<span.length {
                guard let delta = rest.popFirst(), count + delta >= 0 else { throw ProtobufMessage.Malformed() }
                count += delta
                buckets[index] = UInt64(count)
                index += 1
            }
        }
        guard rest.isEmpty else { throw ProtobufMessage.Malformed() }
        return buckets
    }
}

extension Array {
    /// The only element.
    fileprivate func single() throws -> Element {
        guard count == 1 else { throw ProtobufMessage.Malformed() }
        return self[0]
    }
}
