package import Retention

/// A whole configuration file as checked values: every reference in it resolves, every path is absolute.
package struct Configuration: Sendable, Equatable {
    /// Absolute path of the file that this was read from.
    package var file: String
    /// The master switch: off = plan and report, never act.
    package var enabled: Bool
    package var dryRun: Bool
    /// Waited after `expired`, in milliseconds.
    package var graceMilliseconds: Int64
    package var log: Log
    package var state: State
    package var http: HTTPConfiguration
    package var connections: [String: Connection]
    /// In the order of the file.
    package var cycles: [Cycle]
    /// In the order of the file.
    package var tasks: [TaskConfiguration]
    /// Doubtful, but legal; for the log and for `check`.
    package var warnings: [Problem]

    /// How and from which level on the program logs.
    package struct Log: Sendable, Equatable {
        /// The form of a log line.
        package enum Format: String, Sendable, CaseIterable {
            case text
            case json
        }

        /// trace, debug, info, notice, warning, error or critical.
        package var level: String = "info"
        package var format: Format = .text
    }

    /// Where history and ledger are kept, and how long.
    package struct State: Sendable, Equatable {
        /// Absolute path of the SQLite file.
        package var path: String
        package var keepRuns: Age
        package var keepItems: Age
    }

    /// A named place where data lives.
    package struct Connection: Sendable, Equatable {
        /// What kind of place it is.
        package enum Kind: Sendable, Equatable {
            /// Absolute path of the root, never `/`.
            case directory(path: String)
        }

        package var kind: Kind
        /// Globs, relative to the root; what matches is never touched, whatever a task says.
        package var protect: [String]
        /// Absolute prefixes under which others name the root.
        package var aliases: [String]
        /// Not there = `unavailable`, not failed.
        package var optional: Bool

        /// Absolute path of the root.
        package var root: String {
            switch kind {
            case .directory(let path): path
            }
        }
    }

    /// The names of the tasks that stand in a cycle that is switched on.
    package var scheduledTasks: Set<String> { Set(cycles.filter(\.enabled).flatMap(\.tasks)) }
}
