import Crypto

/// Proves to a receiver who has the same secret that a message is ours, and of when: as a pure function.
///
/// The scheme is Stripe's (https://docs.stripe.com/webhooks#verify-manually): `t=SECONDS,v1=HEX`, where HEX is the
/// HMAC-SHA256 of `SECONDS.BODY`. Unlike that of GitHub, which signs the body alone
/// (https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries), it lets a receiver refuse what
/// somebody has recorded and sends again.
package enum WebhookSignature {
    /// The name of the header that holds it.
    package static let header = "X-Cleanupd-Signature"

    /// - Parameter seconds: since 1970.
    package static func value(_ body: [UInt8], secret: String, seconds: Int64) -> String {
        var code = HMAC<SHA256>(key: SymmetricKey(data: Array(secret.utf8)))
        code.update(data: Array("\(seconds).".utf8))
        code.update(data: body)
        return "t=\(seconds),v1=\(Hexadecimal.text(code.finalize()))"
    }
}
