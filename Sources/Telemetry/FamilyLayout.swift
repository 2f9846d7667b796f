/// The bytes of a family that are the same in every scrape, rendered once when the family is registered.
struct FamilyLayout: Sendable {
    /// The fields of a protobuf message before the metrics.
    let protobufHeader: [UInt8]
    private let textHeader: [UInt8]
    private let openMetricsHeader: [UInt8]
    private let textBounds: [[UInt8]]
    private let openMetricsBounds: [[UInt8]]

    init(_ family: Family) {
        protobufHeader = ProtobufExposition.header(of: family)
        textHeader = Self.header(of: family, format: .text)
        openMetricsHeader = Self.header(of: family, format: .openMetrics)
        var text: [[UInt8]] = []
        var openMetrics: [[UInt8]] = []
        if case .histogram(let buckets) = family.kind {
            for bound in buckets + [.infinity] {
                var bytes: [UInt8] = []
                NumberFormat.append(bound, to: &bytes)
                text.append(bytes)
                bytes.removeAll()
                NumberFormat.appendCanonical(bound, to: &bytes)
                openMetrics.append(bytes)
            }
        }
        textBounds = text
        openMetricsBounds = openMetrics
    }

    /// The lines before the samples, in a text format.
    func header(_ format: ExpositionFormat) -> [UInt8] {
        format == .text ? textHeader : openMetricsHeader
    }

    /// The values of `le` in a text format, `+Inf` included; empty unless the family is a histogram.
    func bounds(_ format: ExpositionFormat) -> [[UInt8]] {
        format == .text ? textBounds : openMetricsBounds
    }

    private static func header(of family: Family, format: ExpositionFormat) -> [UInt8] {
        var bytes: [UInt8] = []
        let name = format == .text ? family.name : family.base
        let type = "# TYPE \(name) \(typeWord(family.kind, format))\n"
        if format == .openMetrics {
            bytes.append(contentsOf: type.utf8)
            if let unit = family.unit { bytes.append(contentsOf: "# UNIT \(name) \(unit)\n".utf8) }
        }
        bytes.append(contentsOf: "# HELP \(name) ".utf8)
        Escaping.append(help: family.help, format: format, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        if format == .text { bytes.append(contentsOf: type.utf8) }
        return bytes
    }

    private static func typeWord(_ kind: Family.Kind, _ format: ExpositionFormat) -> String {
        switch kind {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        case .info: format == .text ? "gauge" : "info"
        }
    }
}
