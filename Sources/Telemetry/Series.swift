/// One series: label values, the live value, and the bytes of its lines that never change.
struct Series: Sendable {
    let values: [String]
    let instrument: Instrument
    /// Up to the value: `name{a="x"} `, or for a histogram the first part of a bucket line, `name_bucket{a="x",le="`.
    let prefix: [UInt8]
    /// For histograms only: `name_sum{a="x"} ` and `name_count{a="x"} `.
    let sumPrefix: [UInt8]
    let countPrefix: [UInt8]
    /// The labels as fields of a protobuf message.
    let labelPairs: [UInt8]

    init(_ family: Family, values: [String], instrument: Instrument) {
        self.values = values
        self.instrument = instrument
        labelPairs = ProtobufExposition.labelPairs(family.labels, values)
        var labels: [UInt8] = []
        Escaping.append(labels: family.labels, values: values, to: &labels)
        guard case .histogram = family.kind else {
            prefix = Self.linePrefix(family.name, labels)
            sumPrefix = []
            countPrefix = []
            return
        }
        let separator = labels.isEmpty ? "" : ","
        prefix = Array("\(family.name)_bucket{".utf8) + labels + Array("\(separator)le=\"".utf8)
        sumPrefix = Self.linePrefix(family.name + "_sum", labels)
        countPrefix = Self.linePrefix(family.name + "_count", labels)
    }

    private static func linePrefix(_ name: String, _ labels: [UInt8]) -> [UInt8] {
        labels.isEmpty ? Array("\(name) ".utf8) : Array("\(name){".utf8) + labels + Array("} ".utf8)
    }

    /// Order of label values, first label first, by bytes.
    static func precedes(_ left: [String], _ right: [String]) -> Bool {
        for (one, other) in zip(left, right) where !one.utf8.elementsEqual(other.utf8) {
            return one.utf8.lexicographicallyPrecedes(other.utf8)
        }
        return left.count < right.count
    }
}
