package import Retention

/// Which objects of a bucket are candidates of a task.
package struct ObjectsSpecification: Sendable, Equatable, Codable {
    /// Which versions are candidates, where the bucket keeps several.
    package enum Versions: String, Sendable, Equatable, Codable {
        /// Those that a GET gives. Where versions are kept their removal adds a delete marker, and frees nothing yet.
        case current
        /// Those that newer ones or delete markers have taken the place of; and delete markers beneath which nothing is.
        case noncurrent
        case all
    }

    /// With which keys begin; empty = all.
    package var prefix: String
    /// Globs of the whole key; without a slash they match its last component. Empty = everything.
    package var match: [String]
    package var versions: Versions
    /// Unfinished uploads are the candidates, in place of objects.
    package var uploads: Bool
    /// Tags that an object must have, all of them; the value `*` stands for any.
    package var tags: [String: String]
    /// Tags of which any keeps; the value `*` stands for any.
    package var keepTags: [String: String]
    /// Items that match stay; globs as `match`.
    package var keepMatch: [String]
    package var groupBy: PathGrouping?
    /// Of the policy: of objects that are younger or smaller than these no tags are read, unless `countsObjects`.
    package var olderThan: Age?
    /// Bytes.
    package var sizeOver: Int64?
    /// A rule counts objects (keep the last 10, at least 3): all that are no candidates must be known, and none may be
    /// listed twice.
    package var countsObjects: Bool
    /// `allow: { unconditional: true }`: what may be overwritten between a look and its deletion goes all the same.
    package var allowsUnconditional: Bool

    package init(
        prefix: String = "",
        match: [String] = [],
        versions: Versions = .current,
        uploads: Bool = false,
        tags: [String: String] = [:],
        keepTags: [String: String] = [:],
        keepMatch: [String] = [],
        groupBy: PathGrouping? = nil,
        olderThan: Age? = nil,
        sizeOver: Int64? = nil,
        countsObjects: Bool = false,
        allowsUnconditional: Bool = false
    ) {
        self.prefix = prefix
        self.match = match
        self.versions = versions
        self.uploads = uploads
        self.tags = tags
        self.keepTags = keepTags
        self.keepMatch = keepMatch
        self.groupBy = groupBy
        self.olderThan = olderThan
        self.sizeOver = sizeOver
        self.countsObjects = countsObjects
        self.allowsUnconditional = allowsUnconditional
    }

    /// Tags have a say in what goes.
    package var needsTags: Bool { !tags.isEmpty || !keepTags.isEmpty }

    /// Current objects may go, which others may overwrite at any time.
    var removesCurrent: Bool { !uploads && versions != .noncurrent }
}
