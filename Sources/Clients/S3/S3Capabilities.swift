/// Whether a bucket keeps old versions.
package enum S3Versioning: Sendable, Equatable {
    case off
    case enabled
    /// Versions of earlier times are kept, new ones overwrite each other.
    case suspended
}

/// What a server was seen to do.
package struct S3Capabilities: Sendable, Equatable {
    /// A DELETE with a wrong `If-Match` was refused, and one with the right one carried out; `nil`: unknown.
    package let conditionalDelete: Bool?
    /// `nil`: unknown.
    package let versioning: S3Versioning?
    /// Why something is unknown; `nil`: nothing is.
    package let unknownReason: String?

    /// - Parameters: see the properties.
    package init(
        conditionalDelete: Bool?,
        versioning: S3Versioning?,
        unknownReason: String? = nil
    ) {
        self.conditionalDelete = conditionalDelete
        self.versioning = versioning
        self.unknownReason = unknownReason
    }
}
