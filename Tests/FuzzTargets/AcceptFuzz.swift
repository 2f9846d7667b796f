import Telemetry

/// `Accept` and `Accept-Encoding` of a scrape, a line each.
enum AcceptFuzz {
    static let target = FuzzTarget("accept", longest: 4096) { bytes in
        var input = FuzzInput(bytes)
        let (accept, encoding) = (input.textLine(), input.textLine())
        let choice = Negotiation.choose(accept: accept, acceptEncoding: encoding)
        try require(types.contains(choice.contentType), "it answers with the type \(choice.contentType)")
        let offered = accept.lowercased()
        try require(choice.format != .protobuf || offered.contains("protobuf"), "protobuf was not asked for")
        let mayBeOpenMetrics = ["openmetrics", "application/*", "*/*"].contains { offered.contains($0) }
        try require(choice.format != .openMetrics || mayBeOpenMetrics, "OpenMetrics was not asked for")
        let mayBeGzip = ["gzip", "*"].contains { encoding.lowercased().contains($0) }
        try require(!choice.gzip || mayBeGzip, "gzip was not asked for")
        let padded = Negotiation.choose(accept: "\(accept) ", acceptEncoding: "\t\(encoding)")
        try require(padded == choice, "a space changes the choice")
    }

    private static let types: Set<String> = {
        let openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8"
        let protobuf =
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
        let escapings = ["", "; escaping=allow-utf-8", "; escaping=underscores", "; escaping=values"]
        return Set(
            ["text/plain; version=0.0.4; charset=utf-8", "application/openmetrics-text; version=0.0.1; charset=utf-8"]
                + [openMetrics, protobuf].flatMap { type in escapings.map { type + $0 } }
        )
    }()
}
