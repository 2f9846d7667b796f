import CleanupConfiguration
import Clients
import Engine
import Retention
import Stores

/// A webhook as the engine knows it: with its address and secret as they were when the configuration was read.
struct WebhookChannel: NoticeChannel {
    let client: WebhookClient
    let address: WebhookAddress
    let secret: Secret.Text?

    var place: String { address.host }

    func deliver(_ message: [UInt8], event: String, at instant: Instant) async -> NoticeAnswer {
        do throws(WebhookError) {
            try await client.post(
                message,
                event: event,
                to: address,
                secret: secret?.revealed,
                seconds: Int64(instant.secondsSinceEpoch)
            )
            return .delivered
        } catch {
            return error.isFinal ? .refused(error.reason) : .failed(error.reason, waitSeconds: error.waitSeconds)
        }
    }

    /// What all cycles ask for, by cycle. Throws as for one.
    static func rules(of configuration: Configuration, _ client: WebhookClient) throws -> [String: [NoticeRule]] {
        var rules: [String: [NoticeRule]] = [:]
        for cycle in configuration.cycles { rules[cycle.name] = try Self.rules(of: cycle, client) }
        return rules
    }

    /// What a cycle asks for. Throws `StoreError` for a file that cannot be read, or holds no URL.
    static func rules(of cycle: Cycle, _ client: WebhookClient) throws -> [NoticeRule] {
        try cycle.notify.enumerated().map { index, notification in
            let place = "cycles.\(cycle.name).notify[\(index)]"
            let text = try SecretText.read(notification.webhook, of: "\(place).webhook")
            guard let address = WebhookAddress(text, allowsLocal: notification.allowsLocal) else {
                let beginning = notification.allowsLocal ? "https:// or http://" : "https://"
                throw StoreError(
                    .unreadable,
                    "\(place).webhook is no URL that begins with \(beginning), or it holds a name or a password; it is "
                        + "not shown."
                )
            }
            if let refusal = address.refusal { throw StoreError(.unreadable, "\(place).webhook \(refusal).") }
            let secret = try notification.secret.map { try SecretText.read($0, of: "\(place).secret") }
            guard secret?.isEmpty != true else {
                throw StoreError(.unreadable, "The file of \(place).secret is empty. Write the secret into it.")
            }
            let channel = WebhookChannel(client: client, address: address, secret: secret.map { Secret.Text($0) })
            return NoticeRule(on: Set(notification.on), channel: channel)
        }
    }
}
