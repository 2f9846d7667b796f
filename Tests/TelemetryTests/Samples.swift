import Telemetry

/// The lines of an exposition by their series, for tests whose labels hold no line ends.
struct Samples {
    private let values: [String: String]

    init(_ body: [UInt8]) {
        var values: [String: String] = [:]
        for line in String(decoding: body, as: UTF8.self).split(separator: "\n") where !line.hasPrefix("#") {
            guard let space = line.lastIndex(of: " ") else { continue }
            values[String(line[..<space])] = String(line[line.index(after: space)...])
        }
        self.values = values
    }

    init(_ registry: Registry) {
        self.init(registry.render(.text))
    }

    /// The value as it is written.
    subscript(_ series: String) -> String? { values[series] }

    func number(_ series: String) -> Double? { values[series].flatMap(Double.init) }

    /// The series of a family, sorted.
    func series(of name: String) -> [String] {
        values.keys.filter { $0 == name || $0.hasPrefix(name + "{") }.sorted()
    }
}
