import Telemetry

/// A registry of families out of the input, rendered and read again.
///
/// Two bytes a series: its kind and its labels; then a line for the label, and eight bytes of a value.
enum ExpositionFuzz {
    static let target = FuzzTarget("exposition", longest: 1024) { bytes in
        var input = FuzzInput(bytes)
        let registry = Registry(maxSeriesPerFamily: 8)
        let help = input.textLine()
        var expected: [ExpositionLine] = []
        var number = 0
        while !input.rest.isEmpty, number < 8 {
            let kind = input.byte()
            let label = input.textLine()
            let value = Double(bitPattern: input.number())
            do throws(RegistryError) {
                expected += try add(to: registry, number, kind, help, label, value)
            } catch {
                // A help text that is none, say.
            }
            number += 1
        }
        let text = registry.render(.text)
        try check(text, expected)
        let open = registry.render(.openMetrics)
        try check(open, expected)
        try require(open.suffix(6).elementsEqual("# EOF\n".utf8), "OpenMetrics has no end")
        try require(!registry.render(.protobuf).isEmpty, "there are no families")
    }

    private static func add(
        to registry: Registry,
        _ number: Int,
        _ kind: UInt8,
        _ help: String,
        _ label: String,
        _ value: Double
    ) throws(RegistryError) -> [ExpositionLine] {
        let name = "fuzz_\(number)"
        let labels = [(name: "task", value: label)]
        switch kind % 3 {
        case 0:
            let family = Family(name, .gauge, help: help, labels: ["task"])
            try registry.gauge(family, [label]).set(value)
            return [ExpositionLine(name: name, labels: labels, value: value)]
        case 1:
            let family = Family("\(name)_total", .counter, help: help, labels: ["task"])
            let count = value.bitPattern & 0xFF_FFFF
            try registry.counter(family, [label]).increment(by: count)
            return [ExpositionLine(name: family.name, labels: labels, value: Double(count))]
        default:
            let family = Family("\(name)_info", .info, help: help, labels: ["task"])
            try registry.info(family, [label])
            return [ExpositionLine(name: family.name, labels: labels, value: 1)]
        }
    }

    private static func check(_ body: [UInt8], _ expected: [ExpositionLine]) throws {
        guard let text = String(validating: body, as: UTF8.self) else { throw FuzzFinding("a scrape is not UTF-8") }
        try require(text.utf8.last == UInt8(ascii: "\n"), "a scrape does not end in a line feed")
        var found: [ExpositionLine] = []
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
            let sample = try ExpositionLine(reading: line)
            if sample.name.hasPrefix("fuzz_") { found.append(sample) }
        }
        for sample in expected where !found.contains(sample) {
            throw FuzzFinding("\(sample) is not in the scrape: \(found)")
        }
        try require(found.count == expected.count, "a scrape has \(found.count) samples and not \(expected.count)")
    }
}
