/// Escapes of the exposition formats.
enum Escaping {
    /// Appends `a="x",b="y"` with the values escaped, which is the same in both formats.
    static func append(labels: [String], values: [String], to bytes: inout [UInt8]) {
        for (index, (label, value)) in zip(labels, values).enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: label.utf8)
            bytes.append(contentsOf: "=\"".utf8)
            append(value, escapingQuotes: true, to: &bytes)
            bytes.append(UInt8(ascii: "\""))
        }
    }

    /// Appends a HELP text; quotes are escaped in OpenMetrics only.
    static func append(help: String, format: ExpositionFormat, to bytes: inout [UInt8]) {
        append(help, escapingQuotes: format == .openMetrics, to: &bytes)
    }

    private static func append(_ text: String, escapingQuotes: Bool, to bytes: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): bytes.append(contentsOf: #"\\"#.utf8)
            case UInt8(ascii: "\n"): bytes.append(contentsOf: #"\n"#.utf8)
            case UInt8(ascii: "\"") where escapingQuotes: bytes.append(contentsOf: #"\""#.utf8)
            default: bytes.append(byte)
            }
        }
    }
}
