/// A bucket of an S3 server, and how it is reached.
package struct S3Connection: Sendable, Equatable {
    /// Who asks.
    package enum Credentials: Sendable, Equatable {
        /// From the configuration.
        case keys(accessKey: Secret, secretKey: Secret, sessionToken: Secret?)
        /// A profile of the shared credentials file.
        case profile(String)
        /// `AWS_ACCESS_KEY_ID` and its like, then the shared credentials file.
        case environment
    }

    /// Where the bucket's name stands in an address.
    package enum Addressing: String, Sendable, CaseIterable {
        case path
        case host
    }

    package var bucket: String
    /// `http://HOST[:PORT]` or `https://HOST[:PORT]`, without a slash at its end; `nil` = AWS of the region.
    package var endpoint: String?
    package var region: String
    package var credentials: Credentials
    package var addressing: Addressing
    /// Absolute path of a file of certificates to trust; `nil` = the system's.
    package var ca: String?

    package static let defaultRegion = "us-east-1"

    /// Access key, secret key and, if there is one, session token; empty where others know them.
    package var secrets: [Secret] {
        guard case .keys(let accessKey, let secretKey, let sessionToken) = credentials else { return [] }
        return [accessKey, secretKey] + (sessionToken.map { [$0] } ?? [])
    }
}
