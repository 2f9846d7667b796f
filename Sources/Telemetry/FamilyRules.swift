/// The rules that a family must keep so that no scrape can be broken by it.
///
/// Sources: the exposition format 0.0.4, OpenMetrics 1.0 and the lint rules of promtool.
extension Family {
    /// Ends that other families produce by themselves.
    static let reservedEnds = ["_total", "_created", "_count", "_sum", "_bucket", "_info", "_gcount", "_gsum"]

    /// - Throws: the first rule that the family breaks.
    func validate() throws(RegistryError) {
        try validateName()
        try validateLabels()
        try validateUnit()
        if case .histogram(let buckets) = kind { try Self.validate(buckets: buckets, of: name) }
    }

    private func validateName() throws(RegistryError) {
        guard Self.isLegal(name) else {
            throw RegistryError(.illegalName, "The metric name \"\(name)\" is not of the form [a-zA-Z_][a-zA-Z0-9_]*.")
        }
        switch kind {
        case .counter where base == name || base.isEmpty:
            throw RegistryError(.illegalName, "The counter \"\(name)\" must end in _total.")
        case .info where base == name || base.isEmpty:
            throw RegistryError(.illegalName, "The info metric \"\(name)\" must end in _info.")
        default: break
        }
        if let end = Self.reservedEnds.first(where: base.hasSuffix) {
            throw RegistryError(
                .illegalName,
                "The metric name \"\(name)\" must not have \(end) at the end of \"\(base)\": it is reserved."
            )
        }
    }

    private func validateLabels() throws(RegistryError) {
        for label in labels where !Self.isLegal(label) || label.hasPrefix("_") || label == "le" || label == "quantile" {
            throw RegistryError(.illegalLabel, "The metric \"\(name)\" must not have a label \"\(label)\".")
        }
        guard Set(labels).count == labels.count else {
            throw RegistryError(.illegalLabel, "The metric \"\(name)\" names one of its labels twice: \(labels).")
        }
    }

    private func validateUnit() throws(RegistryError) {
        guard let unit else { return }
        guard kind != .info, base.hasSuffix("_" + unit), Self.isLegal(unit) else {
            throw RegistryError(
                .illegalName,
                "The name \"\(name)\" must end in its unit \"\(unit)\", and an info metric has no unit."
            )
        }
    }

    private static func validate(buckets: [Double], of name: String) throws(RegistryError) {
        let areRising = zip(buckets, buckets.dropFirst()).allSatisfy { $0 < $1 }
        guard !buckets.isEmpty, areRising, buckets.allSatisfy({ $0.isFinite && $0.sign == .plus }) else {
            throw RegistryError(
                .illegalBuckets,
                "The histogram \"\(name)\" needs finite bounds of at least 0 that rise, not \(buckets)."
            )
        }
    }

    private static func isLegal(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}
