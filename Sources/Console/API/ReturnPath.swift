import HTTPTypes

/// Where a login leads: back to the page that asked for it, and never anywhere else.
struct ReturnPath: Sendable {
    static let overview = "/cleanup"
    /// Of a path with its query, in bytes; no page has a longer one.
    static let most = 2_000

    private let pages: RouteTable

    init(among routes: [Route]) { pages = RouteTable(routes.filter(\.isPage)) }

    /// The wish, if it is the path of a page of this service, with its query; else the overview.
    func safe(_ wish: String?) -> String {
        guard let wish, wish.utf8.count <= Self.most, wish.utf8.allSatisfy(Self.isPlain) else { return Self.overview }
        guard case .found = pages.match(.get, String(wish.prefix { $0 != "?" })) else { return Self.overview }
        return wish
    }

    /// Printable ASCII; a browser takes `\` for a slash, and forgets what stands behind `#`.
    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "#")
    }
}
