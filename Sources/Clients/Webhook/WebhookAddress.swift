import Foundation

/// Where messages are posted. A URL of a webhook may be a secret as a whole: nothing but its host is ever shown.
package struct WebhookAddress: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// `HOST` or `HOST:PORT`.
    package let host: String
    let url: String

    /// `nil` for what is no web address, or one with a name, a password or a fragment.
    /// - Parameter text: `http://…` or `https://…`.
    package init?(_ text: String) {
        guard let url = URL(string: text, encodingInvalidCharacters: false),
            let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = url.host(percentEncoded: true), !host.isEmpty,
            url.user == nil, url.password == nil, url.fragment == nil
        else { return nil }
        let isBare = host.contains(":") && !host.hasPrefix("[")
        self.host = (isBare ? "[\(host)]" : host) + (url.port.map { ":\($0)" } ?? "")
        self.url = text
    }

    package var description: String { host }
    package var debugDescription: String { host }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
