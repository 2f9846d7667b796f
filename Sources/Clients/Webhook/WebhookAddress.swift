import Foundation

/// Where messages are posted, and to which machines. A URL of a webhook may be a secret as a whole: nothing but its host
/// is ever shown.
package struct WebhookAddress: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// `HOST` or `HOST:PORT`.
    package let host: String
    let url: String
    /// As it is looked up: a name or an address, without brackets.
    let name: String
    private let isEncrypted: Bool
    private let allowsLocal: Bool

    /// `nil` for what is no web address, or one with a name, a password or a fragment.
    /// - Parameters:
    ///   - text: `https://…`, or with `allowsLocal` also `http://…`.
    ///   - allowsLocal: the receiver may be on this machine.
    package init?(_ text: String, allowsLocal: Bool = false) {
        guard let url = URL(string: text, encodingInvalidCharacters: false),
            let scheme = url.scheme?.lowercased(), scheme == "https" || (allowsLocal && scheme == "http"),
            // What is looked up here must be what the HTTP client, which decodes it, connects to.
            let host = url.host(percentEncoded: true), !host.isEmpty, !host.contains("%"),
            url.user == nil, url.password == nil, url.fragment == nil, (1...65_535).contains(url.port ?? 443)
        else { return nil }
        name = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        self.host = (name.contains(":") ? "[\(name)]" : name) + (url.port.map { ":\($0)" } ?? "")
        self.url = text
        self.allowsLocal = allowsLocal
        isEncrypted = scheme == "https"
    }

    package var description: String { host }
    package var debugDescription: String { host }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// Whether an address stands in the place of a name, so that nobody needs to be asked for it.
    var isNumeric: Bool { WebhookDistance(name) != nil }

    /// Why nothing would ever be posted there, as far as it can be told without looking the name up; `nil` = it may be.
    package var refusal: String? { WebhookDistance(name).flatMap(judge) }

    /// Why nothing is posted to one of the addresses of the name; `nil` = it may be.
    func refusal(of text: String) -> String? {
        guard let distance = WebhookDistance(text) else { return "leads to something that is no address" }
        return judge(distance)
    }

    private func judge(_ distance: WebhookDistance) -> String? {
        switch distance {
        case .linkLocal:
            "leads to an address of the link (169.254.0.0/16, fe80::/10), to which nothing is ever posted"
        case .loopback:
            allowsLocal ? nil : "leads to this machine; if that is meant, write \"allow_local: true\" beside it"
        case .beyond:
            isEncrypted ? nil : "leads to another machine without encryption; write https://"
        }
    }
}
