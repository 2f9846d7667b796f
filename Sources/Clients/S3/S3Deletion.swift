/// What to delete.
///
/// With a version or an ETag it may be repeated without harm. With neither, a server with versions adds a delete marker
/// each time.
package struct S3Deletion: Sendable, Equatable {
    package let key: String
    /// `nil`: the current object.
    package let versionID: String?
    /// Only if the current object has this one: `If-Match`, or `<ETag>` in a batch; without quotes.
    package let etag: String?

    /// - Parameters: see the properties.
    package init(key: String, versionID: String? = nil, etag: String? = nil) {
        self.key = key
        self.versionID = versionID
        self.etag = etag
    }
}

/// What became of a deletion.
package enum S3DeletionOutcome: Sendable, Equatable {
    /// The server says so. Most servers say it, too, of what was not there.
    /// - Parameter isMarker: a delete marker was made, or removed; no contents went.
    case deleted(isMarker: Bool)
    /// It was not there (404): somebody else deleted it, or the first attempt of this client did whose answer was lost.
    case gone
    /// Another object is there now, or somebody was just writing it (412, 409); nothing was deleted.
    case changed
    /// As `changed`, but an earlier attempt was not answered, and may have been the one that deleted it.
    case doubtful
    /// Nothing is known to have been deleted.
    case failed(S3Error)
}
