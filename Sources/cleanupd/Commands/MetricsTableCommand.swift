import ArgumentParser
import Telemetry

/// Prints the catalogue of metrics as a Markdown table; that of docs/metrics.md is made from it.
struct MetricsTableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics-table",
        abstract: "Prints all metrics as a Markdown table.",
        discussion: """
            Examples:
              cleanupd metrics-table
              cleanupd metrics-table > metrics.md
            """,
        shouldDisplay: false
    )

    func run() throws {
        let output = StandardOutput()
        output.writeLine("| metric | type | labels | meaning |")
        output.writeLine("|---|---|---|---|")
        for family in Catalogue.all {
            let labels = family.labels.isEmpty ? "–" : family.labels.map { "`\($0)`" }.joined(separator: ", ")
            output.writeLine("| `\(family.name)` | \(word(for: family.kind)) | \(labels) | \(family.help) |")
        }
        output.flush()
    }

    private func word(for kind: Family.Kind) -> String {
        switch kind {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        case .info: "info"
        }
    }
}
