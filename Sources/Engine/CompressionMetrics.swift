import Telemetry

/// Metrics of what a task compresses.
struct CompressionMetrics: Sendable {
    private let compressed: Counter
    let verifyFailures: Counter
    private let input: Counter
    private let output: Counter

    init(_ registry: Registry, task: String) throws(RegistryError) {
        compressed = try registry.counter(Catalogue.compressedFiles, [task])
        verifyFailures = try registry.counter(Catalogue.compressionVerifyFailures, [task])
        input = try registry.counter(Catalogue.compressionInputBytes, [task])
        output = try registry.counter(Catalogue.compressionOutputBytes, [task])
    }

    /// What became of one block.
    func acted(_ counts: ItemCounts) {
        compressed.increment(by: counts.compressed)
        input.increment(by: Int(counts.inputBytes))
        output.increment(by: Int(counts.outputBytes))
    }
}
