import Foundation

/// What `/metrics` or `--metrics-file` says, after others have found it valid.
package struct Exposition: Sendable {
    package enum Format: String, Sendable {
        case text, openMetrics

        package var accept: String {
            switch self {
            case .text: "Accept: text/plain;version=0.0.4"
            case .openMetrics: "Accept: application/openmetrics-text;version=1.0.0"
            }
        }
    }

    /// By series as it is written, labels in alphabetical order: `cleanup_items_deleted_total{task="logs"}`.
    package let samples: [String: Double]

    /// Throws unless `promtool check metrics` (text only; it also lints) and the parser of `prometheus_client` take it.
    package init(checking text: String, _ format: Format) async throws {
        if format == .text {
            try await Command.run("/usr/bin/promtool", ["check", "metrics"], input: Data(text.utf8)).check()
        }
        let python = ProcessInfo.processInfo.environment["CLEANUPD_PYTHON"] ?? "/usr/bin/python3"
        let parser = format == .text ? "parser" : "openmetrics.parser"
        let program = """
            import sys
            from prometheus_client.\(parser) import text_string_to_metric_families as parse
            for family in parse(sys.stdin.read()):
                for sample in family.samples:
                    labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
                    print(sample.name + ("{" + labels + "}" if labels else ""), repr(float(sample.value)), sep="\\t")
            """
        let result = try await Command.run(python, ["-c", program], input: Data(text.utf8)).check()
        var samples: [String: Double] = [:]
        for line in result.text.split(separator: "\n") {
            let fields = line.split(separator: "\t")
            guard fields.count == 2, let value = Double(fields[1]) else { throw SupportError("odd sample: \(line)") }
            samples[String(fields[0])] = value
        }
        self.samples = samples
    }

    package subscript(_ series: String) -> Double? { samples[series] }
}
