/// What a scrape is answered with, chosen from its `Accept` and `Accept-Encoding`.
public struct Negotiation: Sendable, Hashable {
    /// How to render.
    public let format: ExpositionFormat
    /// The value of `Content-Type`; made of fixed text only, never of what the client sent.
    public let contentType: String
    /// Whether the client wants the body compressed, to be announced as `Content-Encoding: gzip`.
    public let gzip: Bool

    /// Chooses by the weights of the headers, as RFC 9110 orders them.
    ///
    /// A missing, unknown or unreadable `Accept` gets text 0.0.4, for a scrape must not fail over a header.
    public static func choose(accept: String?, acceptEncoding: String?) -> Negotiation {
        let (offer, escaping) = bestOffer(WeightedItem.parse(accept ?? ""))
        return Negotiation(
            format: offer.format,
            contentType: offer.contentType + (escaping.map { "; escaping=\($0)" } ?? ""),
            gzip: wantsGzip(WeightedItem.parse(acceptEncoding ?? ""))
        )
    }

    /// One representation that this program has.
    private enum Offer: CaseIterable {
        // In the order in which they are preferred when the client has no preference.
        case text
        case openMetrics1
        case openMetrics0
        /// Only for clients that name it, whatever else they take.
        case protobuf

        var format: ExpositionFormat {
            switch self {
            case .text: .text
            case .openMetrics1, .openMetrics0: .openMetrics
            case .protobuf: .protobuf
            }
        }

        var contentType: String {
            textType.map { "\($0.name); version=\($0.version); charset=utf-8" }
                ?? "\(Self.protobufName); proto=\(Self.protobufMessage); encoding=delimited"
        }

        private static let protobufName = "application/vnd.google.protobuf"
        private static let protobufMessage = "io.prometheus.client.MetricFamily"

        /// Name and version of a text format.
        private var textType: (name: String, version: String)? {
            switch self {
            case .text: ("text/plain", "0.0.4")
            case .openMetrics1: ("application/openmetrics-text", "1.0.0")
            case .openMetrics0: ("application/openmetrics-text", "0.0.1")
            case .protobuf: nil
            }
        }

        /// How closely an item names this offer: 4 with version, 3 by type, 2 and 1 by wildcard, `nil` not at all.
        func closeness(to item: WeightedItem) -> Int? {
            guard let (type, version) = textType else { return Self.asksForFamilies(item) ? 4 : nil }
            switch item.name {
            case type where item.parameters["version"] == version: return 4
            case type where item.parameters["version"] == nil: return 3
            case type.prefix { $0 != "/" } + "/*": return 2
            case "*/*": return 1
            default: return nil
            }
        }

        /// Binary bodies go only to who asks for just this message and this framing, as Go's client has it.
        private static func asksForFamilies(_ item: WeightedItem) -> Bool {
            item.name == protobufName && item.parameters["encoding"] == "delimited"
                && item.parameters["proto"] == protobufMessage
        }
    }

    private static func bestOffer(_ items: [WeightedItem]) -> (offer: Offer, escaping: String?) {
        var best: (offer: Offer, weight: Double, position: Int)?
        for offer in Offer.allCases {
            guard let (position, item) = closest(to: offer, in: items), item.weight > 0 else { continue }
            if let best, (best.weight, -best.position) >= (item.weight, -position) { continue }
            best = (offer, item.weight, position)
        }
        guard let best else { return (.text, nil) }
        // The others are older than escaping schemes.
        guard best.offer == .openMetrics1 || best.offer == .protobuf else { return (best.offer, nil) }
        return (best.offer, escaping(asked: items[best.position].parameters["escaping"]))
    }

    /// The item that names the offer most closely: only its weight counts. Of equals, the one of more weight.
    private static func closest(to offer: Offer, in items: [WeightedItem]) -> (position: Int, item: WeightedItem)? {
        var best: (position: Int, item: WeightedItem, closeness: Int)?
        for (position, item) in items.enumerated() {
            guard let closeness = offer.closeness(to: item) else { continue }
            if let best, (best.closeness, best.item.weight) >= (closeness, item.weight) { continue }
            best = (position, item, closeness)
        }
        return best.map { ($0.position, $0.item) }
    }

    /// The scheme to state in the answer.
    ///
    /// All names here are plain, so `allow-utf-8`, `underscores` and `values` leave them alone; `dots` would double
    /// every underscore, so it is answered with `underscores`. Anything else is not repeated.
    private static func escaping(asked: String?) -> String? {
        switch asked {
        case "allow-utf-8": "allow-utf-8"
        case "underscores", "dots": "underscores"
        case "values": "values"
        default: nil
        }
    }

    private static func wantsGzip(_ items: [WeightedItem]) -> Bool {
        func weight(_ names: Set<String>) -> Double? {
            items.lazy.filter { names.contains($0.name) }.map(\.weight).max()
        }
        let any = weight(["*"])
        if let gzip = weight(["gzip", "x-gzip"]) {
            return gzip > 0 && gzip >= weight(["identity"]) ?? any ?? 0
        }
        guard let any, any > 0 else { return false }
        // "*" alone asks for nothing in particular: compress only where plain is liked less.
        return any > weight(["identity"]) ?? any
    }
}
