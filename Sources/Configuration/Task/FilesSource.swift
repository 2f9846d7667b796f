extension TaskConfiguration {
    /// Which files and directories are candidates.
    package struct FilesSource: Sendable, Equatable {
        /// What an item can be.
        package enum Kind: String, Sendable, CaseIterable {
            case file
            case directory
            case any
        }

        /// Which time an age is counted from.
        package enum Time: String, Sendable, CaseIterable {
            case mtime
            case atime
            case ctime
            case birth
            /// The latest of them all.
            case newest
        }

        /// What makes the groups that `keep` counts in.
        package enum Grouping: Sendable, Equatable {
            /// The directory that an item lies in.
            case directory
            /// The n-th component, from 1, of the item's path from the connection's root.
            case component(Int)
        }

        /// From the connection's root, without leading or trailing slash; empty = the root itself.
        package var path: String
        /// Globs relative to `path`; empty = everything.
        package var match: [String]
        package var exclude: [String]
        package var type: Kind
        /// Exact level beneath `path`, from 1; `nil` = any.
        package var depth: Int?
        package var time: Time
        package var groupBy: Grouping?
    }
}
