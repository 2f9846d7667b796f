/// The name, unit and help that a library's metric gets here.
struct LibraryName: Sendable, Hashable {
    /// What the library made.
    enum Kind: Sendable, Hashable {
        case counter, gauge, timer, recorder
    }

    /// Without `_total`.
    let base: String
    let unit: String?
    /// Multiplies a value of the library into the base unit.
    let scale: Double
    private let kind: Kind
    private let original: String

    /// Makes a legal name in snake case.
    ///
    /// Words of reserved meaning (`total`, `count`, `info` and so on) and of types (`counter`, `gauge` and so on) go
    /// from the end of the name and from all of it, respectively. A unit at the end is turned into its base unit; a
    /// timer always ends in `seconds`.
    init(_ label: String, _ kind: Kind) {
        var words = Self.legal(label).split(separator: "_").map(String.init).filter { !Self.typeWords.contains($0) }
        while let last = words.last, Self.reservedWords.contains(last) { words.removeLast() }
        let (unit, factor) = words.last.flatMap { Self.units[$0] } ?? (nil, 1)
        if unit != nil { words.removeLast() }
        if words.isEmpty { words = ["unnamed"] }
        let ownUnit = kind == .timer ? "seconds" : unit
        if let ownUnit { words.append(ownUnit) }
        if ["cleanup", "process"].contains(words[0]) { words.insert("library", at: 0) }
        if words[0].utf8.first.map({ (0x30...0x39).contains($0) }) == true { words.insert("library", at: 0) }
        base = words.joined(separator: "_")
        self.unit = ownUnit
        // Timers give nanoseconds whatever their name says, and their handler knows that.
        scale = kind == .timer ? 1 : factor
        self.kind = kind
        original = label
    }

    /// The family, with a known help text or one that names the original.
    func family(labels: [String]) -> Family {
        let help = Self.helps[original] ?? "The metric \(original) of a library."
        let familyKind: Family.Kind =
            switch kind {
            case .counter: .counter
            case .gauge: .gauge
            case .timer: .histogram(buckets: Catalogue.requestBuckets)
            case .recorder: .histogram(buckets: unit == "seconds" ? Catalogue.requestBuckets : Self.sizeBuckets)
            }
        return Family(
            kind == .counter ? base + "_total" : base,
            familyKind,
            unit: unit,
            help: help,
            labels: labels
        )
    }

    /// Snake case of letters, digits and single underscores, none at the ends; may be empty or begin with a digit.
    static func legal(_ label: String) -> String {
        var name = ""
        var previousIsLower = false
        for byte in label.utf8 {
            let character = Character(Unicode.Scalar(byte))
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                if previousIsLower { name.append("_") }
                name.append(character.lowercased())
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                name.append(character)
            default:
                name.append("_")
            }
            previousIsLower = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        }
        return name.split(separator: "_").joined(separator: "_")
    }

    private static let typeWords: Set<String> = ["counter", "gauge", "histogram", "summary", "untyped"]

    private static let reservedWords: Set<String> = [
        "total", "created", "count", "sum", "bucket", "info", "gcount", "gsum",
    ]

    private static let sizeBuckets: [Double] = [1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]

    private static let units: [String: (unit: String?, factor: Double)] = [
        "nanoseconds": ("seconds", 1e-9), "ns": ("seconds", 1e-9),
        "microseconds": ("seconds", 1e-6), "us": ("seconds", 1e-6),
        "milliseconds": ("seconds", 1e-3), "ms": ("seconds", 1e-3),
        "seconds": ("seconds", 1), "secs": ("seconds", 1), "sec": ("seconds", 1), "s": ("seconds", 1),
        "minutes": ("seconds", 60), "hours": ("seconds", 3600), "days": ("seconds", 86400),
        "bytes": ("bytes", 1),
        "kilobytes": ("bytes", 1e3), "kb": ("bytes", 1e3), "kib": ("bytes", 0x1p10),
        "megabytes": ("bytes", 1e6), "mb": ("bytes", 1e6), "mib": ("bytes", 0x1p20),
    ]

    private static let helps = [
        "hb.requests": "Requests that the HTTP server has answered.",
        "hb.request.errors": "Requests whose handler threw an error.",
        "http.server.request.duration": "Time that requests to the HTTP server took.",
        "http.server.active_requests": "Requests to the HTTP server that are being answered.",
    ]
}
