import HTTPTypes
import Hummingbird

/// Where the page lies that made a browser send a request.
enum Origin {
    /// Whether the request says that a page of this very service sent it: Origin, or without it Referer, names the
    /// host that was asked.
    static func isOwn(_ request: Request) -> Bool {
        guard let text = request.headers[.origin] ?? request.headers[.referer], let host = request.head.authority
        else { return false }
        return isOwn(text, host: host)
    }

    /// Whether an origin or the address of a page has this host and port. The scheme may differ: a proxy may speak TLS
    /// for us.
    static func isOwn(_ text: String, host: String) -> Bool {
        guard let scheme = ["https", "http"].first(where: { text.lowercased().hasPrefix($0 + "://") }) else {
            return false
        }
        let authority = text.dropFirst(scheme.count + 3).prefix { !"/?#\\".contains($0) }
        guard !authority.isEmpty, !authority.contains("@") else { return false }
        return normal(authority, scheme) == normal(host[...], scheme)
    }

    private static func normal(_ authority: Substring, _ scheme: String) -> String {
        let usual = scheme == "https" ? ":443" : ":80"
        let text = authority.lowercased()
        return text.hasSuffix(usual) ? String(text.dropLast(usual.count)) : text
    }

    /// The host of a Host header, without port and brackets.
    static func host(of authority: String) -> String {
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return String(authority.prefix { $0 != ":" })
    }
}
