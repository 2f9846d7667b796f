/// Which files and directories beneath a root are candidates of a task.
package struct FilesSpecification: Sendable, Equatable, Encodable {
    /// What an item can be.
    package enum Kind: String, Sendable, Encodable {
        case file, directory, any
    }

    /// Which time an age is counted from.
    package enum Time: String, Sendable, Encodable {
        case mtime, atime, ctime, birth, newest
    }

    /// From the connection's root, without leading or trailing slash; empty = the root itself.
    package var path: String
    /// Globs relative to `path`; without a slash they match the name at any depth. Empty = everything.
    package var match: [String]
    package var exclude: [String]
    package var type: Kind
    /// Exact level beneath `path`, from 1; `nil` = any.
    package var depth: Int?
    package var time: Time
    package var groupBy: PathGrouping?
    /// Items that match stay; globs as `match`.
    package var keepMatch: [String]
    /// Files that a process has open for writing stay.
    package var keepOpen: Bool
    /// Globs relative to the connection's root; what matches, and what lies beneath it, is never touched.
    package var protect: [String]
    /// Files are compressed: `match` also covers NAME.gz of what it matches.
    package var compresses: Bool
    /// A quota asks how much lies below.
    package var measuresUsage: Bool
    /// Absolute paths of cleanupd's own files and folders, which are never candidates.
    package var ownPaths: [String]

    /// What decides which items go. What is protected in any case is not among it: it differs from process to process.
    private enum CodingKeys: CodingKey {
        case path, match, exclude, type, depth, time, groupBy, keepMatch, keepOpen, protect, compresses, measuresUsage
    }

    package init(
        path: String = "",
        match: [String] = [],
        exclude: [String] = [],
        type: Kind = .file,
        depth: Int? = nil,
        time: Time = .mtime,
        groupBy: PathGrouping? = nil,
        keepMatch: [String] = [],
        keepOpen: Bool = false,
        protect: [String] = [],
        compresses: Bool = false,
        measuresUsage: Bool = false,
        ownPaths: [String] = []
    ) {
        self.path = path
        self.match = match
        self.exclude = exclude
        self.type = type
        self.depth = depth
        self.time = time
        self.groupBy = groupBy
        self.keepMatch = keepMatch
        self.keepOpen = keepOpen
        self.protect = protect
        self.compresses = compresses
        self.measuresUsage = measuresUsage
        self.ownPaths = ownPaths
    }
}
