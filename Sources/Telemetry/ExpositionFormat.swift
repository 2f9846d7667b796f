/// The formats that `/metrics` is served in.
public enum ExpositionFormat: Sendable, Hashable, CaseIterable {
    /// Prometheus text format 0.0.4.
    case text
    /// OpenMetrics 1.0 (its 0.0.1 differs in nothing that is written here).
    case openMetrics
    /// Messages of Protocol Buffers, the only format with native histograms; classic buckets are beside them.
    case protobuf
}
