import Foundation
import Support
import Telemetry
import Testing

@Suite struct ParserTests {
    /// One line of the judge's input.
    private struct Case: Encodable {
        let format: String
        let body: String
        let expected: RandomRegistry.Expected
    }

    @Test(.tags(.m1), arguments: 0..<UInt64(Scale.rounds(1, nightly: 100)))
    func bothParsersReadBackWhatTwoThousandRandomRegistriesHold(_ round: UInt64) throws {
        let seed = Scale.seed(424_242 + round)
        var generator = SeededGenerator(seed: seed)
        var lines = Data()
        let encoder = JSONEncoder()
        let registries = 2000
        for _ in 0..<registries {
            let random = try RandomRegistry(using: &generator)
            for format in [ExpositionFormat.text, .openMetrics] {
                let body = random.registry.render(format)
                let text = try #require(String(validating: body, as: UTF8.self), "seed \(seed): not UTF-8")
                let name = format == .text ? "text" : "openmetrics"
                lines.append(try encoder.encode(Case(format: name, body: text, expected: random.expected)))
                lines.append(UInt8(ascii: "\n"))
            }
        }
        let judged = try judge(lines)
        #expect(
            judged.status == 0 && judged.output == "cases 4000 failures 0\n",
            "seed \(seed): \(judged.output.prefix(4000))"
        )
    }

    @Test(.tags(.m2)) func catalogueOfAFirstScrapeIsReadByBothParsers() throws {
        let registry = Registry()
        try ProcessMetrics.install(in: registry)
        var expected = RandomRegistry.Expected()
        for family in Catalogue.all where !family.name.hasPrefix("cleanup_metrics_") && family.kind == .gauge {
            guard family.name.hasPrefix("cleanup_") else { continue }
            let labels = Dictionary(uniqueKeysWithValues: family.labels.map { ($0, "x") })
            try registry.gauge(family, family.labels.map { _ in "x" }).set(0.5)
            expected.samples.append(.init(name: family.name, labels: labels, value: "3fe0000000000000"))
        }
        var lines = Data()
        for (format, name) in [(ExpositionFormat.text, "text"), (.openMetrics, "openmetrics")] {
            let body = String(decoding: registry.render(format), as: UTF8.self)
            lines.append(try JSONEncoder().encode(Case(format: name, body: body, expected: expected)))
            lines.append(UInt8(ascii: "\n"))
        }
        let judged = try judge(lines)
        #expect(judged.status == 0 && judged.output == "cases 2 failures 0\n", "\(judged.output.prefix(4000))")
    }

    @Test(.tags(.m1)) func judgeFindsAWrongValueAndABrokenBody() throws {
        let expected = RandomRegistry.Expected(samples: [.init(name: "demo", labels: [:], value: "3ff0000000000000")])
        let encoder = JSONEncoder()
        for body in ["demo 2\n", "demo{a=\"b\n\"} 1\n", "demo 1\ndemo 1\n"] {
            let line = try encoder.encode(Case(format: "text", body: body, expected: expected))
            let judged = try judge(line)
            #expect(judged.status == 1 && judged.output.hasSuffix("cases 1 failures 1\n"), "\(judged.output)")
        }
        let unended = try encoder.encode(Case(format: "openmetrics", body: "demo 1\n", expected: expected))
        #expect(try judge(unended).output.hasSuffix("cases 1 failures 1\n"))
    }

    /// Lets the two parsers of `prometheus_client` read all cases in one process.
    private func judge(_ lines: Data) throws -> Tool.Result {
        try Tool.withTemporaryDirectory { directory in
            let file = directory.appendingPathComponent("cases")
            try lines.write(to: file)
            return try Tool.run(Tool.python, ["-c", Self.script], input: file)
        }
    }

    private static let script = #"""
        import collections, io, json, struct, sys
        try:
            from prometheus_client import parser
            from prometheus_client.openmetrics import parser as openmetrics
        except ImportError as error:
            sys.exit("prometheus_client is missing: set CLEANUPD_PYTHON to a Python that has it, or run "
                     "'pip install prometheus_client' (%s)" % error)

        def bits(value):
            # The text parser reads "-0" as a whole number, which has no negative zero.
            value = float(value) or 0.0
            return "7ff8000000000000" if value != value else "%x" % struct.unpack(">Q", struct.pack(">d", value))[0]

        def key(name, labels, bound, value):
            # An empty label value is a label that is not there, in both formats.
            return name, tuple(sorted((k, v) for k, v in labels.items() if v != "")), bound, value

        def read(case):
            parse = parser if case["format"] == "text" else openmetrics
            return list(parse.text_fd_to_metric_families(io.StringIO(case["body"], newline="\n")))

        def check(case):
            families = [f for f in read(case) if not f.name.startswith(("cleanup_metrics_", "process_"))]
            found = collections.Counter()
            for family in families:
                for sample in family.samples:
                    labels = dict(sample.labels)
                    bound = labels.pop("le", None) if sample.name.endswith("_bucket") else None
                    found[key(sample.name, labels, bound and bits(bound), bits(sample.value))] += 1
            wanted = collections.Counter(
                key(s["name"], s["labels"], s.get("bound"), s["value"].replace("8000000000000000", "0")) for s in case["expected"]["samples"])
            if found != wanted:
                return "missing %r, unexpected %r" % (list((wanted - found))[:3], list((found - wanted))[:3])
            by_name = {f.name: f for f in families}
            for family in case["expected"]["families"]:
                is_text = case["format"] == "text"
                is_info = family["kind"] == "info"
                seen = by_name[family["name"] if is_text and is_info else family["base"]]
                kind = "gauge" if is_text and is_info else family["kind"]
                unit = "" if is_text else family["unit"]
                if (seen.type, seen.documentation, seen.unit) != (kind, family["help"], unit):
                    return "%r is not %r" % ((seen.type, seen.documentation, seen.unit), family)

        cases = failures = 0
        for line in sys.stdin.buffer:
            case = json.loads(line)
            cases += 1
            try:
                problem = check(case)
            except Exception as error:
                problem = "%s: %s" % (type(error).__name__, error)
            if problem:
                failures += 1
                print("case %d (%s): %s\n%s" % (cases, case["format"], problem, case["body"][:600]))
        print("cases %d failures %d" % (cases, failures))
        sys.exit(1 if failures else 0)
        """#
}
