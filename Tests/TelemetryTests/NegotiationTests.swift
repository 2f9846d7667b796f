import Support
import Telemetry
import Testing

private let text = "text/plain; version=0.0.4; charset=utf-8"
private let openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8"
private let openMetrics0 = "application/openmetrics-text; version=0.0.1; charset=utf-8"
private let om = "application/openmetrics-text"
private let families = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
private let protobuf =
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"

/// Accept headers with the content type that answers them.
private let acceptTable: [(accept: String?, contentType: String)] = [
    // No wish, or an unknown one.
    (nil, text),
    ("", text),
    (" ", text),
    (",", text),
    ("*/*", text),
    ("text/plain", text),
    ("text/*", text),
    ("TEXT/Plain", text),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", text),
    ("application/json", text),
    ("text/plain;version=0.0.4", text),
    ("text/plain; version=0.0.4; charset=utf-8", text),
    ("text/plain;version=1.0.0", text),
    ("text/plain;version=1.0.0;escaping=allow-utf-8", text),
    ("text/plain;version=0.0.4;escaping=allow-utf-8", text),
    // Prometheus.
    ("\(om);version=1.0.0,\(om);version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", openMetrics),
    ("\(om); version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", openMetrics0),
    (
        "\(om);version=1.0.0;escaping=allow-utf-8;q=0.5,\(om);version=0.0.1;q=0.4,"
            + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
        openMetrics + "; escaping=allow-utf-8"
    ),
    (
        "\(om);version=1.0.0;escaping=underscores;q=0.5,\(om);version=0.0.1;q=0.4,*/*;q=0.1",
        openMetrics + "; escaping=underscores"
    ),
    ("\(om);version=1.0.0;escaping=values,*/*;q=0.1", openMetrics + "; escaping=values"),
    ("\(om);version=1.0.0;escaping=dots,*/*;q=0.1", openMetrics + "; escaping=underscores"),
    ("\(om);version=1.0.0;escaping=evil,*/*;q=0.1", openMetrics),
    ("\(om);version=1.0.0;escaping=\"allow-utf-8\"", openMetrics + "; escaping=allow-utf-8"),
    ("\(om);version=1.0.0;escaping=\"x\r\nSet-Cookie: a=b\"", openMetrics),
    ("\(om);version=0.0.1;escaping=allow-utf-8", openMetrics0),
    ("text/plain;version=0.0.4;q=0.6,text/plain;version=1.0.0;q=0.5,*/*;q=0.1", text),
    // Protobuf first.
    (
        "\(protobuf),\(om);version=1.0.0;q=0.8,\(om);version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        families
    ),
    (
        "\(protobuf);q=0.5,\(om);version=1.0.0;q=0.4,\(om);version=0.0.1;q=0.3,text/plain;version=0.0.4;q=0.2,"
            + "*/*;q=0.1",
        families
    ),
    (
        "\(protobuf);escaping=allow-utf-8;q=0.6,\(om);version=1.0.0;escaping=allow-utf-8;q=0.5,\(om);version=0.0.1;"
            + "q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
        families + "; escaping=allow-utf-8"
    ),
    (
        "\(om);version=1.0.0;escaping=allow-utf-8;q=0.6,\(om);version=0.0.1;q=0.5,\(protobuf);escaping=allow-utf-8;"
            + "q=0.4,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
        openMetrics + "; escaping=allow-utf-8"
    ),
    ("\(protobuf);escaping=dots", families + "; escaping=underscores"),
    ("\(protobuf);escaping=evil,*/*;q=0.1", families),
    ("\(protobuf);q=0.7,\(om);version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3", families),
    ("\(protobuf),text/plain;version=0.0.4;q=0.3", families),
    ("\(protobuf)", families),
    ("\(protobuf);q=0.001,*/*;q=0", families),
    ("\(protobuf),\(om),text/plain", families),
    ("\(om),\(protobuf)", openMetrics),
    ("text/plain,\(protobuf)", text),
    ("\(protobuf);q=0,*/*;q=0.1", text),
    ("\(protobuf);q=0.1,*/*;q=0.2", text),
    (
        "application/vnd.google.protobuf; encoding=\"delimited\"; proto=\"io.prometheus.client.MetricFamily\"",
        families
    ),
    // Another message, another framing, or not said which: other bytes than ours.
    ("application/vnd.google.protobuf", text),
    ("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily", text),
    ("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text,\(om);q=0.5", openMetrics),
    ("application/vnd.google.protobuf;proto=io.prometheus.client.Metric;encoding=delimited", text),
    ("application/vnd.google.protobuf;encoding=delimited,*/*;q=0.1", text),
    ("text/plain;q=0,application/*", openMetrics),
    // OpenMetrics by itself.
    (om, openMetrics),
    ("\(om);version=1.0.0", openMetrics),
    ("\(om);version=0.0.1", openMetrics0),
    ("\(om);version=\"1.0.0\"", openMetrics),
    ("\(om); version=1.0.0; charset=utf-8", openMetrics),
    ("\(om);VERSION=1.0.0", openMetrics),
    ("\(om);version=2.0.0", text),
    ("\(om);version=2.0.0,\(om);version=1.0.0;q=0.5", openMetrics),
    ("application/*", openMetrics),
    // Weights.
    ("\(om);q=0.5,text/plain;q=0.6", text),
    ("\(om);q=0.6,text/plain;q=0.5", openMetrics),
    ("\(om);q=1.0,text/plain;q=1", openMetrics),
    ("text/plain,\(om)", text),
    ("\(om),text/plain", openMetrics),
    ("\(om);q=0", text),
    ("\(om);q=0,*/*;q=0.1", text),
    ("text/plain;q=0,*/*;q=0.1", openMetrics),
    ("text/plain;q=0,\(om);version=1.0.0;q=0,*/*;q=0.1", openMetrics0),
    ("text/plain;q=0", text),
    ("*/*;q=0", text),
    ("*/*,\(om);q=0.5", text),
    ("*/*;q=0.3,\(om);q=0.5", openMetrics),
    ("text/*;q=0.2,application/*;q=0.4", openMetrics),
    ("\(om);version=1.0.0;q=0.3,\(om);version=1.0.0;q=0.9,text/plain;q=0.5", openMetrics),
    ("\(om);q=0.001,text/plain;q=0.000", openMetrics),
    // Not by the grammar: such an element is left out.
    ("\(om);q=abc", text),
    ("\(om);q=-1", text),
    ("\(om);q=1.5", text),
    ("\(om);q=", text),
    ("\(om);q=nan,text/plain;q=0.1", text),
    ("\(om);version", text),
    ("\(om);=1.0.0", text),
    ("\(om);version=\"1.0.0", text),
    (";;;,,,===", text),
    ("\(om) ; version = 1.0.0", text),
    ("\0\u{FFFD}é/日本;q=1,\(om)", openMetrics),
    (" \t\(om)\t;\t version=1.0.0 , text/plain;q=0.1", openMetrics),
    (String(repeating: "application/x-\(1);q=0.9,", count: 340) + om, openMetrics),
    (String(repeating: "\"", count: 8192), text),
    (String(repeating: "a", count: 8192), text),
]

@Suite(.tags(.m6)) struct NegotiationTests {
    @Test(arguments: acceptTable.map { ($0.accept, $0.contentType) })
    func acceptChoosesContentType(accept: String?, contentType: String) {
        let chosen = Negotiation.choose(accept: accept, acceptEncoding: nil)
        #expect(chosen.contentType == contentType)
        #expect((chosen.format == .openMetrics) == contentType.hasPrefix(om))
        #expect((chosen.format == .protobuf) == contentType.hasPrefix(families))
        #expect(!chosen.gzip)
    }

    @Test func tableHasSixtyHeaders() {
        #expect(acceptTable.count >= 60)
    }

    @Test(
        arguments: [
            (nil, false), ("", false), ("gzip", true), ("GZIP", true), ("x-gzip", true), ("gzip, deflate, br", true),
            ("deflate", false), ("identity", false), ("gzip;q=0", false), ("gzip;q=0.0", false), ("gzip;q=0.5", true),
            ("gzip;q=0.5, identity", false), ("gzip, identity;q=0.5", true), ("gzip,identity", true), ("*", false),
            ("*;q=0", false), ("*, identity;q=0.5", true), ("*, identity;q=0", true), ("*, gzip;q=0", false),
            ("gzip;q=0.2, *;q=0.8", false), ("gzip;q=x", false), ("gzipped", false), ("zstd;q=1, gzip;q=0.1", true),
        ] as [(String?, Bool)]
    )
    func acceptEncodingChoosesGzip(header: String?, gzip: Bool) {
        #expect(Negotiation.choose(accept: nil, acceptEncoding: header).gzip == gzip)
    }

    @Test func randomHeadersGetOneOfTheFixedAnswers() {
        let seed: UInt64 = 9114
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            om, protobuf, "text/plain", "*/*", "text/*", ";", ",", "=", "q=0.5", ";q=0", "version=1.0.0",
            ";version=0.0.4", "\"", "\\", " ", "escaping=dots", ";escaping=values", "é", "\r\n", "/", "q=1.00000",
            "gzip", "*",
        ]
        let suffixes = ["", "; escaping=allow-utf-8", "; escaping=underscores", "; escaping=values"]
        let answers = Set([text, openMetrics0] + suffixes.flatMap { [openMetrics + $0, families + $0] })
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...14, using: &generator)
            let header = (0..<count).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &generator)] }.joined()
            let chosen = Negotiation.choose(accept: header, acceptEncoding: header)
            #expect(answers.contains(chosen.contentType), "seed \(seed): \(header.debugDescription)")
        }
    }
}
