/// A metric family: everything that is true of a metric before it has a value.
///
/// Two families with one name must be equal; the registry refuses the second otherwise.
public struct Family: Sendable, Hashable {
    /// How values of a family behave.
    public enum Kind: Sendable, Hashable {
        /// Only rises; the name ends in `_total`.
        case counter
        /// Any number at any time.
        case gauge
        /// Counts of observations by upper bound; the bounds rise, are finite and not negative, without `+Inf`.
        case histogram(buckets: [Double])
        /// Constant 1 with facts as labels; the name ends in `_info`.
        case info
    }

    /// The name of its samples, with `_total` for counters and `_info` for infos.
    public let name: String
    /// Fixes which handle the registry gives.
    public let kind: Kind
    /// Base unit, `seconds` or `bytes`, which is also the end of the name (before `_total`); `nil` without unit.
    public let unit: String?
    /// A full sentence with a full stop.
    public let help: String
    /// Label names in the order in which values are given and written.
    public let labels: [String]
    /// Read after all other families of a scrape.
    ///
    /// For a counter that is incremented before others and must never look smaller than them.
    public let isReadLast: Bool

    /// Describes a family; nothing is checked before it is registered.
    public init(
        _ name: String,
        _ kind: Kind,
        unit: String? = nil,
        help: String,
        labels: [String] = [],
        isReadLast: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.help = help
        self.labels = labels
        self.isReadLast = isReadLast
    }

    /// The name of the family in OpenMetrics: without `_total` or `_info`.
    ///
    /// No two families of a registry share it, also where text 0.0.4 would allow it.
    package var base: String {
        switch kind {
        case .counter where name.hasSuffix("_total"): String(name.dropLast("_total".count))
        case .info where name.hasSuffix("_info"): String(name.dropLast("_info".count))
        default: name
        }
    }
}
