import Clients

/// Finds out, of versions that are listed newest first, which are current and since when the others are not.
///
/// As S3's lifecycle rules count: a version is not current since the next newer one was written. What a server lists in
/// another order is held, because nothing can be told of it.
struct VersionHistory {
    private let includesCurrent: Bool
    /// The entry before.
    private var previous: S3Object?
    /// A delete marker that is the newest of its key; a candidate if nothing follows beneath it.
    private var marker: S3Object?

    init(includesCurrent: Bool) {
        self.includesCurrent = includesCurrent
    }

    /// Takes in the next entry of the listing.
    /// - Returns: what is certain by now, in the order of the listing.
    mutating func next(_ object: S3Object) -> [ListedObject] {
        guard let previous, previous.key.utf8.elementsEqual(object.key.utf8) else {
            let lone = finish()
            return lone + first(object)
        }
        // Some servers give the last entry of a page again.
        guard previous.versionID != object.versionID else { return [] }
        marker = nil
        self.previous = object
        let isInOrder = !object.isLatest && object.modified <= previous.modified
        return [
            Self.listed(
                object,
                kind: object.isDeleteMarker ? .marker : .noncurrent,
                time: max(object.modified, previous.modified),
                hold: isInOrder ? nil : ObjectsWords.disorder
            )
        ]
    }

    /// The listing has ended.
    mutating func finish() -> [ListedObject] {
        defer { (marker, previous) = (nil, nil) }
        return marker.map { [Self.listed($0, kind: .marker, time: $0.modified)] } ?? []
    }

    private mutating func first(_ object: S3Object) -> [ListedObject] {
        previous = object
        guard object.isLatest else {
            let kind: ObjectVersion.Kind = object.isDeleteMarker ? .marker : .noncurrent
            return [Self.listed(object, kind: kind, time: object.modified, hold: ObjectsWords.disorder)]
        }
        if object.isDeleteMarker {
            marker = object
            return []
        }
        return includesCurrent ? [Self.listed(object, kind: .current, time: object.modified)] : []
    }

    private static func listed(
        _ object: S3Object,
        kind: ObjectVersion.Kind,
        time: Int64,
        hold: String? = nil
    ) -> ListedObject {
        let version = ObjectVersion(
            kind: kind,
            modified: object.modified,
            size: object.size,
            etag: object.etag,
            id: object.versionID ?? ""
        )
        return ListedObject(key: object.key, version: version, time: time, hold: hold)
    }
}
