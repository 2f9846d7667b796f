import Foundation

/// One alert of one notification, as it reached the webhook.
package struct AlertEvent: Sendable, Decodable {
    package enum Status: String, Sendable, Decodable {
        case firing, resolved
    }

    package let status: Status
    package let labels: [String: String]
    package let annotations: [String: String]

    package var name: String { labels["alertname", default: ""] }

    /// Whether it is that alert, with at least those labels.
    package func isOf(_ name: String, _ labels: [String: String]) -> Bool {
        self.name == name && labels.allSatisfy { self.labels[$0.key] == $0.value }
    }

    /// Name and the labels that tell it from others of that name.
    package var words: String {
        let own = labels.filter { !["alertname", "job", "severity"].contains($0.key) }.sorted { $0.key < $1.key }
        return name + "{" + own.map { "\($0.key)=\($0.value)" }.joined(separator: ",") + "}"
    }
}
