/// A sample of a scrape.
struct ExpositionLine: Equatable, CustomStringConvertible {
    let name: String
    let labels: [(name: String, value: String)]
    let value: Double

    init(name: String, labels: [(name: String, value: String)], value: Double) {
        self.name = name
        // A label without a value is one that is not there.
        self.labels = labels
        self.value = value
    }

    /// Reads strictly: what is not `name{label="value"} number` is a finding.
    init(reading line: Substring.UTF8View) throws {
        var rest = line[...]
        func fail() -> FuzzFinding { FuzzFinding("a line is no sample: \(String(Substring(line)))") }
        func word() -> String {
            let word = rest.prefix { byte in
                byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
            }
            rest = rest.dropFirst(word.count)
            return String(Substring(word))
        }
        name = word()
        guard !name.isEmpty else { throw fail() }
        var labels: [(name: String, value: String)] = []
        if rest.first == UInt8(ascii: "{") {
            repeat {
                rest.removeFirst()
                let label = word()
                guard !label.isEmpty, rest.starts(with: "=\"".utf8) else { throw fail() }
                rest = rest.dropFirst(2)
                var value: [UInt8] = []
                while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
                    guard byte == UInt8(ascii: "\\") else {
                        value.append(byte)
                        continue
                    }
                    switch rest.popFirst() {
                    case UInt8(ascii: "\\"): value.append(UInt8(ascii: "\\"))
                    case UInt8(ascii: "\""): value.append(UInt8(ascii: "\""))
                    case UInt8(ascii: "n"): value.append(UInt8(ascii: "\n"))
                    default: throw fail()
                    }
                }
                labels.append((label, String(decoding: value, as: UTF8.self)))
            } while rest.first == UInt8(ascii: ",")
            guard rest.popFirst() == UInt8(ascii: "}") else { throw fail() }
        }
        guard rest.popFirst() == UInt8(ascii: " ") else { throw fail() }
        let number = String(Substring(rest))
        let special: [String: Double] = ["NaN": .nan, "+Inf": .infinity, "-Inf": -.infinity]
        guard let value = special[number] ?? Double(number) else { throw fail() }
        self.labels = labels
        self.value = value
    }

    static func == (left: ExpositionLine, right: ExpositionLine) -> Bool {
        let isSame = left.value == right.value || (left.value.isNaN && right.value.isNaN)
        return isSame && left.name == right.name
            && left.labels.elementsEqual(right.labels) {
                $0.name == $1.name && $0.value.utf8.elementsEqual($1.value.utf8)
            }
    }

    var description: String { "\(name)\(labels) \(value)" }
}
