/// Builds the body of one scrape in memory, in one of the two text formats.
struct Exposition: ~Copyable {
    private var bytes: [UInt8] = []
    private let format: ExpositionFormat

    init(_ format: ExpositionFormat, expectedBytes: Int) {
        self.format = format
        bytes.reserveCapacity(expectedBytes)
    }

    /// Appends a family with the values that were read for it; nothing if it has no series.
    mutating func append(_ family: FamilySeries, readings: [Reading]) {
        guard !family.series.isEmpty else { return }
        bytes.append(contentsOf: family.layout.header(format))
        let bounds = family.layout.bounds(format)
        for (series, reading) in zip(family.series, readings) {
            append(series, reading, bounds: bounds)
        }
    }

    /// Ends the body and hands it over.
    consuming func finish() -> [UInt8] {
        if format == .openMetrics { bytes.append(contentsOf: "# EOF\n".utf8) }
        return bytes
    }

    private mutating func append(_ series: Series, _ reading: Reading, bounds: [[UInt8]]) {
        switch reading {
        case .whole(let value): appendLine(series.prefix, value)
        case .real(let value): appendLine(series.prefix, value)
        case .constant: appendLine(series.prefix, UInt64(1))
        case .distribution(let counts, let sum, _):
            var total: UInt64 = 0
            for (bound, count) in zip(bounds, counts) {
                total &+= count
                bytes.append(contentsOf: series.prefix)
                bytes.append(contentsOf: bound)
                bytes.append(contentsOf: "\"} ".utf8)
                NumberFormat.append(total, to: &bytes)
                bytes.append(UInt8(ascii: "\n"))
            }
            appendLine(series.sumPrefix, sum)
            appendLine(series.countPrefix, total)
        }
    }

    private mutating func appendLine(_ prefix: [UInt8], _ value: UInt64) {
        bytes.append(contentsOf: prefix)
        NumberFormat.append(value, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func appendLine(_ prefix: [UInt8], _ value: Double) {
        bytes.append(contentsOf: prefix)
        if format == .openMetrics {
            NumberFormat.appendCanonical(value, to: &bytes)
        } else {
            NumberFormat.append(value, to: &bytes)
        }
        bytes.append(UInt8(ascii: "\n"))
    }
}
