package import Retention

/// One task of the file: where it looks, what goes, what stays.
package struct TaskConfiguration: Sendable, Equatable {
    package var name: String
    /// Names the metric `cleanup_<resource>_deleted_total`.
    package var resource: String
    package var enabled: Bool
    package var dryRun: Bool
    package var optional: Bool
    /// Name of a connection of the same configuration.
    package var connection: String
    package var files: FilesSource
    /// Passes `Judge.validate`; `zone` is that of the cycle.
    package var policy: Policy
    package var limits: Limits
    /// Wall time of one run, in milliseconds; the rest waits for the next. `nil` = no budget of time.
    package var budgetDurationMilliseconds: Int64?
    package var pace: Pace
    /// What the policy's quota measures; `nil` when it has none.
    package var quota: QuotaSettings?

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

    /// How gently a run acts.
    package struct Pace: Sendable, Equatable {
        /// Items between two pauses.
        package var batch: Int?
        package var pauseMilliseconds: Int64?
        /// Absolute path; while this file exists, nothing is deleted.
        package var holdFile: String?
    }

    /// What a quota measures, and how often between runs.
    package struct QuotaSettings: Sendable, Equatable {
        /// From the connection's root, without leading or trailing slash; holds the task's own path.
        package var path: String
        /// `nil` = at runs only.
        package var checkEveryMilliseconds: Int64?
    }
}
