/// Builds the body of one scrape in memory as `io.prometheus.client.MetricFamily` messages, each after its length.
///
/// The only format that carries native histograms. Numbers of fields are those of `metrics.proto` of the Prometheus
/// client model.
struct ProtobufExposition: ~Copyable {
    private var body: [UInt8] = []
    private var message = ProtobufWriter()
    private var histogram = ProtobufWriter()

    init(expectedBytes: Int) {
        body.reserveCapacity(expectedBytes)
    }

    /// Appends a family with the values that were read for it; nothing if it has no series.
    mutating func append(_ family: FamilySeries, readings: [Reading]) {
        guard !family.series.isEmpty else { return }
        message.removeAll()
        message.append(family.layout.protobufHeader)
        for (series, reading) in zip(family.series, readings) {
            append(series, reading, of: family.family)
        }
        if let unit = family.family.unit { message.write(ClientModel.MetricFamily.unit, unit) }
        ProtobufWriter.append(UInt64(message.bytes.count), to: &body)
        body.append(contentsOf: message.bytes)
    }

    /// Hands the body over.
    consuming func finish() -> [UInt8] { body }

    /// The fields before the metrics.
    static func header(of family: Family) -> [UInt8] {
        var header = ProtobufWriter()
        header.write(ClientModel.MetricFamily.name, family.name)
        header.write(ClientModel.MetricFamily.help, family.help)
        header.write(ClientModel.MetricFamily.type, ClientModel.MetricType(family.kind).rawValue)
        return header.bytes
    }

    /// The fields of a metric before its value.
    static func labelPairs(_ labels: [String], _ values: [String]) -> [UInt8] {
        var pairs = ProtobufWriter()
        for (label, value) in zip(labels, values) {
            pairs.write(ClientModel.Metric.label) {
                $0.write(ClientModel.LabelPair.name, label)
                $0.write(ClientModel.LabelPair.value, value)
            }
        }
        return pairs.bytes
    }

    private mutating func append(_ series: Series, _ reading: Reading, of family: Family) {
        switch reading {
        case .whole(let value): append(series, Double(value), of: family)
        case .real(let value): append(series, value, of: family)
        case .constant: append(series, 1, of: family)
        case .distribution(let counts, let sum, let native):
            guard case .histogram(let bounds) = family.kind else { return }
            histogram.removeAll()
            writeClassic(counts, sum, bounds)
            writeNative(native)
            message.write(ClientModel.MetricFamily.metric) { metric in
                metric.append(series.labelPairs)
                metric.write(ClientModel.Metric.histogram, message: histogram.bytes)
            }
        }
    }

    /// A metric that is one number: a message of one field, a tag and 8 bytes.
    private mutating func append(_ series: Series, _ value: Double, of family: Family) {
        let size = 9
        message.writeLength(ClientModel.MetricFamily.metric, series.labelPairs.count + 2 + size)
        message.append(series.labelPairs)
        message.writeLength(family.kind == .counter ? ClientModel.Metric.counter : ClientModel.Metric.gauge, size)
        message.write(ClientModel.Metric.number, value)
    }

    /// The bucket `+Inf` is left out: readers make it from the count.
    private mutating func writeClassic(_ counts: [UInt64], _ sum: Double, _ bounds: [Double]) {
        histogram.write(ClientModel.Histogram.count, counts.reduce(0, &+))
        histogram.write(ClientModel.Histogram.sum, sum)
        var total: UInt64 = 0
        for (bound, count) in zip(bounds, counts) {
            total &+= count
            histogram.write(ClientModel.Histogram.bucket) {
                $0.write(ClientModel.Bucket.cumulativeCount, total)
                $0.write(ClientModel.Bucket.upperBound, bound)
            }
        }
    }

    private mutating func writeNative(_ native: NativeBuckets) {
        histogram.write(ClientModel.Histogram.schema, signed: Int64(native.schema.number))
        histogram.write(ClientModel.Histogram.zeroThreshold, NativeBuckets.zeroThreshold)
        histogram.write(ClientModel.Histogram.zeroCount, native.zeroCount)
        let spans = NativeSpans(native)
        for span in spans.spans {
            histogram.write(ClientModel.Histogram.positiveSpan) {
                $0.write(ClientModel.BucketSpan.offset, signed: Int64(span.offset))
                $0.write(ClientModel.BucketSpan.length, UInt64(span.length))
            }
        }
        for delta in spans.deltas { histogram.write(ClientModel.Histogram.positiveDelta, signed: delta) }
    }
}
