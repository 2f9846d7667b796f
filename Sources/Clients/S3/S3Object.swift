/// An object, a version of one, or a delete marker, as the server tells of it.
///
/// Two keys are the same only if their UTF-8 bytes are: Swift's `==` of strings also takes different bytes that mean
/// the same letters for equal, which a server does not.
package struct S3Object: Sendable, Equatable {
    package let key: String
    /// `nil` where it was not told: in listings of current objects, and without versioning.
    package let versionID: String?
    /// As the server writes it, without quotes; empty for delete markers.
    package let etag: String
    /// Bytes; 0 for delete markers.
    package let size: Int64
    /// When it was written, by the server's clock: nanoseconds since 1970. A HEAD tells whole seconds, and listings of
    /// most servers milliseconds, so the two may differ for one object.
    package let modified: Int64
    /// The one that a GET of the key gives. A HEAD of a version does not tell, and says `false`.
    package let isLatest: Bool
    /// Stands for the deletion of the key, and has no contents.
    package let isDeleteMarker: Bool

    /// - Parameters: see the properties.
    package init(
        key: String,
        versionID: String? = nil,
        etag: String,
        size: Int64,
        modified: Int64,
        isLatest: Bool = true,
        isDeleteMarker: Bool = false
    ) {
        self.key = key
        self.versionID = versionID
        self.etag = etag
        self.size = size
        self.modified = modified
        self.isLatest = isLatest
        self.isDeleteMarker = isDeleteMarker
    }
}

/// A multipart upload that was begun and neither completed nor aborted.
package struct S3Upload: Sendable, Equatable {
    package let key: String
    package let uploadID: String
    /// By the server's clock: nanoseconds since 1970.
    package let initiated: Int64

    /// - Parameters: see the properties.
    package init(key: String, uploadID: String, initiated: Int64) {
        self.key = key
        self.uploadID = uploadID
        self.initiated = initiated
    }
}
