/// How a bucket stands in a request's address.
package enum S3AddressStyle: Sendable, Equatable {
    /// `https://endpoint/bucket/key`.
    case path
    /// `https://bucket.endpoint/key`.
    case host
}

/// A bucket, and how to reach it. Nothing that shows it contains a secret or the environment.
package struct S3Settings: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    package var bucket: String
    /// `http://…` or `https://…`, without a path; `nil`: AWS, of the region.
    package var endpoint: String?
    package var region: String
    package var style: S3AddressStyle
    package var credentials: S3CredentialSource
    /// CAs in PEM that sign the server's certificate; `nil`: those of the system.
    package var caFile: String?
    /// The variables that credentials may come from.
    package var environment: [String: String]

    /// - Parameters: see the properties.
    package init(
        bucket: String,
        endpoint: String? = nil,
        region: String = "us-east-1",
        style: S3AddressStyle = .host,
        credentials: S3CredentialSource = .environment,
        caFile: String? = nil,
        environment: [String: String] = [:]
    ) {
        self.bucket = bucket
        self.endpoint = endpoint
        self.region = region
        self.style = style
        self.credentials = credentials
        self.caFile = caFile
        self.environment = environment
    }

    package var description: String { "S3Settings(bucket: \(bucket))" }
    package var customMirror: Mirror { Mirror(self, children: ["bucket": bucket, "credentials": "redacted"]) }
}
