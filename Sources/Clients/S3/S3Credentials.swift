/// What proves to an S3 server who asks. Nothing that shows it contains the secret or the token.
package struct S3Credentials: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// As the server knows it; no secret.
    package let accessKey: String
    /// Signs requests; never sent, never shown.
    let secretKey: String
    /// Of credentials that end by themselves; sent, never shown.
    let sessionToken: String?

    /// - Parameters:
    ///   - accessKey: the public half.
    ///   - secretKey: the secret half.
    ///   - sessionToken: with credentials that were lent for a time; `nil`: with others.
    package init(accessKey: String, secretKey: String, sessionToken: String? = nil) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
    }

    package var description: String { "S3Credentials(redacted)" }
    package var customMirror: Mirror { Mirror(self, children: ["accessKey": accessKey, "secretKey": "redacted"]) }

    /// A text without the secret and the token, should some server have repeated them.
    func redacting(_ text: String) -> String {
        var result = text
        for secret in [secretKey, sessionToken ?? ""] where secret.utf8.count >= 4 {
            result = result.replacing(secret, with: "***")
        }
        return result
    }
}
