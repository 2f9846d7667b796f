import Foundation

extension Kind {
    /// Where an S3 server listens; comes out without a slash at its end.
    static let endpoint = Kind(
        noun: "a URL such as https://s3.example.org",
        forms: [.text],
        schema: ["type": "string", "pattern": "^https?://[^/@\\s]+/?$"],
        // Somebody may have written a password into it.
        isSecret: true
    ) { text throws(KindError) in
        guard text.hasPrefix("https://") || text.hasPrefix("http://") else {
            throw KindError("must begin with https:// or http://; write for example https://s3.example.org")
        }
        guard !text.contains("@") else {
            throw KindError("must not hold a name or a password; write access_key and secret_key beside it")
        }
        guard matches(text, "^https?://[^/?#\\s]+/?$"), let url = URLComponents(string: text),
            url.host?.isEmpty == false
        else {
            throw KindError("must be scheme, host and port, without a path; the bucket stands under \"url\"")
        }
        return .text(text.hasSuffix("/") ? String(text.dropLast()) : text)
    }

    /// The host of an endpoint that passed; an IPv6 address without its brackets.
    static func host(ofEndpoint endpoint: String) -> String {
        (URLComponents(string: endpoint)?.host ?? "").trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    }

    /// Goes into each signature.
    static let region = matching("[A-Za-z0-9-]{1,64}", noun: "a region such as eu-central-1")

    /// The name of a bucket; older servers also have those that are no host names.
    static let bucketPattern = "^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$"

    /// A bucket that can stand before a host name.
    static let hostBucketPattern = "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"
}
